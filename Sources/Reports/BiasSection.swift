import Rankings

/// The bias report in words and tables; it claims no more than its null allows.
extension RunAudit {
    package var biasSection: ReportSection {
        var section = ReportSection("Bias of the scores")
        section.parts.append(
            .text(
                "What the scores favour beyond the truth: by how many places a feature lifts (+) or lowers (-) children of "
                    + "equal truth, in the ranking by plain mean scores, before any smoothing. For parameters, MACs and depth "
                    + "that is per standard deviation. Noise alone makes such effects, so each stands beside the middle 95 % "
                    + "of simulated rankings of the same tau-b that see the truth through noise and nothing else; p is "
                    + "adjusted by Holm over the features of a round."))
        section.parts.append(.list(biases.map(sentence)))
        for bias in biases where bias.test.draws > 0 {
            section.parts.append(
                .heading(
                    "Round \(bias.round)\(bias.isFinal ? ", the final ranking" : ""): \(bias.test.children) children, tau-b \(Numbers.fixed(bias.test.tau, 3))"
                ))
            section.parts.append(.table(table(bias.test)))
        }
        section.parts.append(.heading("From round to round, on the same children"))
        section.parts += changeParts
        section.parts.append(
            .text(
                "Features overlap (an operator brings its parameters), so several rows may tell of one bias. This is one "
                    + "run: whether other seeds favour the same, its scores cannot say."))
        return section
    }

    private func sentence(_ bias: Bias) -> String {
        let test = bias.test
        let start = "Round \(bias.round)\(bias.isFinal ? ", the final ranking" : ""), \(test.children) children: "
        guard test.draws > 0 else {
            return test.children < BiasTest.fewestChildren
                ? start + "too few to tell, at least \(BiasTest.fewestChildren) are needed."
                : start + "cannot tell, since the scores or the truths are all equal."
        }
        let shown = test.findings.filter { $0.tested?.isShown(BiasTest.level) == true }
        func list(_ isUp: Bool) -> String? {
            let items = shown.filter { (($0.tested?.effect ?? 0) > 0) == isUp }
                .sorted { abs($0.tested?.effect ?? 0) > abs($1.tested?.effect ?? 0) }
                .map { finding in
                    "\(finding.feature) by \(Numbers.fixed(abs(finding.tested?.effect ?? 0), 1)) places (null "
                        + "\(finding.tested?.range ?? Numbers.none))"
                }
            return items.isEmpty ? nil : (isUp ? "over-rated " : "under-rated ") + items.joined(separator: ", ")
        }
        let words = [list(true), list(false)].compactMap { $0 }
        return start
            + (words.isEmpty ? "no effect beyond what noise does at this tau." : words.joined(separator: "; ") + ".")
    }

    private func table(_ test: BiasTest) -> Table {
        var table = Table([
            .words("Feature"), .numbers("Children"), .numbers("Places"), .words("Null, 95 %"), .numbers("p (Holm)"),
            .words("Finding"),
        ])
        for finding in test.findings {
            let with = finding.with.map(String.init) ?? ""
            guard let tested = finding.tested else {
                let why =
                    (finding.with ?? BiasTest.fewestWith) < BiasTest.fewestWith
                    ? "too few with it" : finding.isChoice ? "too few without it" : "all alike, or given by the truth"
                table.add([finding.feature, with, Numbers.none, Numbers.none, Numbers.none, why])
                continue
            }
            let verdict =
                !tested.isShown(BiasTest.level) ? "not shown" : tested.effect > 0 ? "over-rated" : "under-rated"
            table.add([
                finding.feature, with, Numbers.signed(tested.effect, 1), tested.range,
                Numbers.probability(tested.adjusted), verdict,
            ])
        }
        return table
    }

    private var changeParts: [ReportSection.Part] {
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
                    finding.grew.map { $0 ? "grew" : "shrank" } ?? "not shown",
                ])
            }
            let changed = noted.count { $0.grew != nil }
            lines.append(
                start
                    + (changed == 0
                        ? "no effect changed beyond what noise does." : "\(changed) changed beyond what noise does."))
        }
        guard !lines.isEmpty else { return [.text("There is one scoring only, so nothing to compare.")] }
        var parts: [ReportSection.Part] = [.list(lines)]
        if !table.rows.isEmpty {
            parts += [
                .text(
                    "Listed is what is over- or under-rated in one of the two rounds, or changed. Places are among these "
                        + "children only. A cut by the earlier scores hides a part of a bias among those it keeps, so that a "
                        + "constant bias may look as if it grew: only a run that does not cut, scored on the same children, "
                        + "can tell whether pruning amplifies it."),
                .table(table),
            ]
        }
        return parts
    }

    /// Features that are biased in one of the two rounds, or changed.
    private func shownAnywhere(_ item: Change) -> [BiasChange.Finding] {
        let biased = biases.filter { $0.round == item.earlier || $0.round == item.later }
            .flatMap { $0.test.findings.filter { $0.tested?.isShown(BiasTest.level) == true }.map(\.feature) }
        return item.change.findings.filter { biased.contains($0.feature) || $0.grew != nil }
    }
}

extension NullTest {
    /// `-2.1 to 2.3`.
    fileprivate var range: String { "\(Numbers.fixed(low, 1)) to \(Numbers.fixed(high, 1))" }
}
