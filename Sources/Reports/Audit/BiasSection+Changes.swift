import Rankings

/// How biases changed from round to round.
extension RunAudit {
    var changeBlocks: [ReportDocument.Block] {
        var table = Table([
            .words("Rounds"), .numbers("Children"), .words("Feature"), .numbers("Earlier"), .numbers("Later"),
            .numbers("Change"), .words("Null, 95 %"), .numbers("p (Holm)"), .words("Finding"),
        ])
        var lines: [String] = []
        for item in changes {
            let start = "Rounds \(item.earlier) to \(item.later), \(item.change.children) children: "
            guard !item.change.findings.isEmpty else {
                lines.append(start + "too few to tell.")
                continue
            }
            let noted = shownAnywhere(item)
            for finding in noted {
                table.add([
                    "\(item.earlier) to \(item.later)", "\(item.change.children)", finding.feature,
                    Numbers.signed(finding.earlier, 1), Numbers.signed(finding.later, 1),
                    Numbers.signed(finding.change.effect, 1), finding.change.range,
                    Numbers.probability(finding.change.adjusted),
                    finding.move?.rawValue ?? "not shown",
                ])
            }
            let changed = noted.count { $0.move != nil }
            lines.append(
                start
                    + (changed == 0
                        ? "no effect changed beyond what noise does." : "\(changed) changed beyond what noise does."))
        }
        guard !lines.isEmpty else { return [.text("There is one scoring only, so nothing to compare.")] }
        var parts: [ReportDocument.Block] = [.list(lines.map { Prose($0) })]
        if !table.rows.isEmpty {
            parts += [
                .text(
                    """
                    Listed is what is over- or under-rated in one of the two rounds, or changed. Places are among these \
                    children only. A cut by the earlier scores hides a part of a bias among those it keeps, so that a \
                    constant bias may look as if it grew: whether pruning amplifies it is told by a comparison with a \
                    uniform arm.
                    """),
                .table(table),
            ]
        }
        return parts
    }

    /// Features that are biased in one of the two rounds, or changed.
    private func shownAnywhere(_ item: Change) -> [BiasChange.Finding] {
        let biased = biases.filter { $0.round == item.earlier || $0.round == item.later }
            .flatMap { $0.test.findings.filter { $0.tested?.isShown(BiasTest.level) == true }.map(\.feature) }
        return item.change.findings.filter { biased.contains($0.feature) || $0.move != nil }
    }
}
