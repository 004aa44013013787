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
            let shown = gap.findings.filter { $0.move != nil }
            lines.append("\(name), \(Self.finding(gap, shown: shown.count))")
            let listed = shown.isEmpty ? Array(gap.findings.sorted { $0.p < $1.p }.prefix(3)) : shown
            for item in listed {
                table.add([
                    name, item.feature, "\(item.seeds)", Numbers.signed(item.pruned, 1),
                    Numbers.signed(item.uniform, 1),
                    "\(Numbers.signed(item.difference, 1)) (\(Numbers.range(item.low, item.high, 1)))",
                    Numbers.probability(item.adjusted),
                    item.move.map(Self.word) ?? "not shown",
                ])
            }
        }
        var blocks: [ReportDocument.Block] = [
            .text(
                """
                By how many places a feature lifts children of equal truth by an arm's last scores, and by those of its twin, \
                the run of the same seed that kept everyone, both on the children the arm kept and less what noise alone \
                makes at that tau. Where none differs, the three with the smallest p stand here.
                """), .list(lines),
        ]
        if !table.rows.isEmpty { blocks.append(.table(table)) }
        return .init("Does dropping amplify biases", blocks)
    }

    /// `12 pairs of runs: 2 of 10 effects differ.`
    private static func finding(_ gap: BiasGap, shown: Int) -> String {
        let pairs = gap.pairs + gap.tooSmall
        let start = "\(pairs) pair\(pairs == 1 ? "" : "s") of runs: "
        guard gap.pairs > 0 else {
            return start + "too few children kept to tell an effect, which takes \(BiasTest.fewestChildren)."
        }
        let count = gap.findings.count
        let answer =
            if count == 0 {
                gap.pairs < gap.takes
                    ? "no test, since \(gap.features) features take \(gap.takes) seeds."
                    : "no test, since no feature stands in enough of them."
            } else if shown == 0 {
                "none of \(count) effects was shown to differ."
            } else {
                "\(shown) of \(count) effects differ."
            }
        guard gap.tooSmall > 0 else { return start + answer }
        return start + answer
            + " In \(gap.tooSmall) of them too few children were kept (fewer than \(BiasTest.fewestChildren))."
    }

    private static func word(_ move: BiasMove) -> String {
        switch move {
        case .grew: "amplified"
        case .shrank: "weakened"
        case .reversed: "reversed"
        }
    }
}
