import Rankings

extension TruthRecord {
    /// `label,gt_mean,gt_std,gt_runs` and more columns, see ``SeedTable/csv(extra:)``.
    package func csv(_ table: SeedTable) throws -> String {
        let rows = Dictionary(uniqueKeysWithValues: children.map { ($0.label, $0) })
        func cells(_ text: (Child) -> String) -> [String] { table.children.map { rows[$0].map(text) ?? "" } }
        return try table.csv(extra: [
            ("loss_mean", cells { "\($0.loss)" }), ("params", cells { "\($0.params)" }),
            ("macs", cells { "\($0.macs)" }), ("split", cells { _ in split }), ("bn", cells { _ in bn }),
        ])
    }

    /// For a terminal: best first, accuracies in per cent.
    package var text: String {
        let counted = images.map { "\(Numbers.grouped($0)) " } ?? ""
        var text =
            "\(name): \(runsDone) of \(runsAsked) runs; accuracy on \(counted)\(split) images, \(bn) statistics\n"
        guard !children.isEmpty else { return text }
        var table = Table([
            .numbers("rank"), .words("child"), .numbers("mean %"), .numbers("std"), .numbers("runs"),
            .numbers("params"), .numbers("MACs"),
        ])
        for child in children.sorted(by: { $0.rank < $1.rank }) {
            table.add([
                "\(child.rank)", child.label, Numbers.fixed(100 * child.mean, 2), Numbers.fixed(100 * child.std, 2),
                "\(child.runs)", Numbers.grouped(child.params), Numbers.scaled(child.macs),
            ])
        }
        text += table.plain
        guard children.count > 1 else { return text }
        return text + "free rankings, tau-b with the means: parameters \(Numbers.fixed(free.params, 3)), "
            + "MACs \(Numbers.fixed(free.macs, 3))\n" + ceilingText
    }

    private var ceilingText: String {
        let list = ceiling.seeds.map { "\($0)" }.joined(separator: ", ")
        guard ceiling.seeds.count > 1 else {
            return "noise ceiling: needs two seeds with a run of every child, there "
                + (ceiling.seeds.isEmpty ? "is none\n" : "is one (\(list))\n")
        }
        return "noise ceiling of one run of each child (seeds \(list)): S-Tau \(Numbers.fixed(ceiling.sTau, 3)), "
            + "GT-Tau \(Numbers.fixed(ceiling.gtTau, 3)) against the mean of the other "
            + (ceiling.seeds.count == 2 ? "seed\n" : "\(ceiling.seeds.count - 1) seeds\n")
    }
}
