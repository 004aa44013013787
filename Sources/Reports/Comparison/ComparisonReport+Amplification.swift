import Rankings

extension ComparisonReport {
    /// Whether dropping children amplifies biases, arm by arm; nil where no arm has a twin that kept everyone.
    var amplification: ReportDocument.Section? {
        let known = record.arms.compactMap { arm in arm.biasGap.map { (arm.name, $0) } }
        guard !known.isEmpty else { return nil }
        var table = Table([
            .words("Arm"), .words("Feature"), .numbers("Seeds"), .numbers("This arm"),
            .numbers("Twin"), .numbers("Difference (95 %)"), .numbers("p (Holm)"),
            .words("Finding"),
        ])
        var lines: [Prose] = []
        for (name, gap) in known {
            let shown = gap.findings.filter { $0.isAmplified != nil }
            let start = "\(name), \(gap.pairs) pair\(gap.pairs == 1 ? "" : "s") of runs: "
            if gap.findings.isEmpty {
                lines.append(
                    "\(start)too few for a test, which takes \(Conclusion.pairsForATest) with the same feature.")
            } else {
                let none = "none of \(gap.findings.count) effects differs beyond chance."
                lines.append(
                    "\(start)\(shown.isEmpty ? none : "\(shown.count) of \(gap.findings.count) effects differ.")")
            }
            let listed = shown.isEmpty ? Array(gap.findings.sorted { $0.p < $1.p }.prefix(3)) : shown
            for item in listed {
                table.add([
                    name, item.feature, "\(item.seeds)", Numbers.signed(item.pruned, 1),
                    Numbers.signed(item.uniform, 1),
                    "\(Numbers.signed(item.difference, 1)) (\(Numbers.range(item.low, item.high, 1)))",
                    Numbers.probability(item.adjusted),
                    item.isAmplified.map { $0 ? "amplified" : "weakened" } ?? "not shown",
                ])
            }
        }
        var blocks: [ReportDocument.Block] = [
            .text(
                """
                By how many places a feature lifts children of equal truth by an arm's last scores, and by those of its twin, \
                the run of the same seed that kept everyone, both on the children the arm kept. Where none differs, the three with \
                the smallest p stand here.
                """), .list(lines),
        ]
        if !table.rows.isEmpty { blocks.append(.table(table)) }
        return .init("Does dropping amplify biases", blocks)
    }
}
