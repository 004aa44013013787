import Rankings

extension RunLedger.Round {
    /// The whole ledger of the round for a terminal: who decided and on what, every scored child, and the groups.
    package var text: String {
        var lines = ["round \(round), decided by \(decision)", "spent: \(spent)", "children: \(counts)"] + remarks
        lines = lines.map(plainText)
        var text = lines.joined(separator: "\n") + "\n\n" + scores.plain
        if let report = groupReport() { text += "\ngroups after the decision\n" + report.plain }
        return text
    }

    private var scores: Table {
        var table = Table([
            .numbers("rank"), .words("child"), .numbers("score"), .numbers("error"), .numbers("margin"),
            .numbers("confidence"), .numbers("group"), .numbers("params"), .numbers("MACs"), .words("decision"),
        ])
        for entry in entries {
            table.add([
                "\(entry.rank)", entry.child, Numbers.fixed(entry.score, 5), Numbers.fixed(entry.standardError, 5),
                Numbers.fixed(entry.margin, 5), entry.confidenceWords, "\(entry.group)", "\(entry.params)",
                "\(entry.macs)", entry.fateWords,
            ])
        }
        return table
    }

    /// A row a group; nil where there are not two.
    ///
    /// - Parameter truth: gives a column of the tau-b between this round's scores and the truth inside each group.
    func groupReport(truth: (String) -> Double? = { _ in nil }) -> Table? {
        guard groups.count > 1 else { return nil }
        let scores = Dictionary(entries.map { ($0.child, $0.score) }) { first, _ in first }
        let taus = groups.map { group -> Double? in
            let known = group.members.compactMap { child in truth(child).map { (scores[child], $0) } }
            return known.isEmpty ? nil : try? agreement(known.map(\.0), known.map(\.1))
        }
        let hasTruth = groups.contains { $0.members.contains { truth($0) != nil } }
        var table = Table(
            [
                .numbers("group"), .numbers("from"), .numbers("children"), .numbers("similarity within"),
                .numbers("between"), .numbers("tau within"),
            ] + (hasTruth ? [.numbers("GT-Tau within")] : []))
        for (place, group) in groups.enumerated() {
            table.add([
                "\(place)", group.parent.map(String.init) ?? Numbers.none, "\(group.members.count)",
                Numbers.fixed(group.within, 3), Numbers.fixed(group.between, 3), Numbers.fixed(group.tauWithin, 3),
                Numbers.fixed(taus[place], 3),
            ])
        }
        return table
    }
}
