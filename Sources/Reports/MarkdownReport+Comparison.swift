import Rankings

extension MarkdownReport {
    /// A comparison: the verdict, the arms' means and deviations, their costs, and the outcomes seed by seed.
    ///
    /// - Parameter stamps: sentences the reader must see first.
    package static func comparison(_ record: ComparisonRecord, stamps: [String] = []) -> String {
        [
            title("Comparison \(markdownText(record.name))", stamps), verdict(record), arms(record), costs(record),
            bySeed(record),
        ].joined(separator: "\n")
    }

    private static func arms(_ record: ComparisonRecord) -> String {
        var table = Table([
            .words("Arm"), .numbers("Seeds"), .numbers("Truth of the pick"), .numbers("True rank"), .numbers("GT-Tau"),
            .numbers("T1R"), .numbers("T3R"),
        ])
        for arm in record.arms {
            func cell(_ digits: Int, _ value: (ComparisonRecord.Outcome) -> Double?) -> String {
                let moments = Moments(arm.seeds.map(value))
                return Numbers.spread(moments?.mean, moments?.std, count: arm.seeds.count, digits)
            }
            table.add([
                arm.name, String(arm.seeds.count), cell(4) { $0.truthMean }, cell(1) { $0.truthRank },
                cell(3) { $0.gtTau }, cell(1) { $0.topRank["1"] }, cell(1) { $0.topRank["3"] },
            ])
        }
        return "## Arms\n\nMean +- deviation (ddof 0) over the seeds, a dash where a seed has no value. "
            + "GT-Tau is tau-b of the final ranking.\n\n" + table.markdown
    }

    /// Costs, with each arm's distance from the first; beyond half a per cent the arms are not at equal cost.
    private static func costs(_ record: ComparisonRecord) -> String {
        var table = Table([
            .words("Arm"), .numbers("Images a run"), .numbers("Multiply-adds a run"), .numbers("Against the first"),
        ])
        let means = record.arms.map { Moments($0.seeds.map { Double($0.macs) })?.mean }
        var unequal = false
        for (arm, macs) in zip(record.arms, means) {
            let images = Moments(arm.seeds.map { Double($0.images) })?.mean
            var apart: Double?
            if let macs, let first = means.first ?? nil, first > 0 { apart = 100 * (macs / first - 1) }
            if let apart, abs(apart) > 0.5 { unequal = true }
            table.add([
                arm.name, images.map { Numbers.grouped(Int($0.rounded())) } ?? Numbers.none,
                macs.map { Numbers.scaled(Int($0.rounded())) } ?? Numbers.none,
                apart.map { ($0 > 0 ? "+" : "") + Numbers.fixed($0, 2) + " %" } ?? Numbers.none,
            ])
        }
        let note = unequal ? "\nThe arms differ by more than 0.5 %: this is no comparison at equal cost.\n" : ""
        return "## Costs\n\n" + table.markdown + note
    }

    private static func bySeed(_ record: ComparisonRecord) -> String {
        let seeds = Set(record.arms.flatMap { $0.seeds.map(\.seed) }).sorted()
        var table = Table([.numbers("Seed")] + record.arms.map { .words("\($0.name): pick (true rank)") })
        for seed in seeds {
            table.add(
                [String(seed)]
                    + record.arms.map { arm in
                        guard let outcome = arm.seeds.first(where: { $0.seed == seed }) else { return Numbers.none }
                        return "\(outcome.best ?? Numbers.none) (\(Numbers.fixed(outcome.truthRank, 0)))"
                    })
        }
        return "## Seed by seed\n\n" + table.markdown
    }
}
