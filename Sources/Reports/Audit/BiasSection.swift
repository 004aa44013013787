import Rankings

/// The bias report in words and tables; it claims no more than its null allows.
extension RunAudit {
    package var biasSection: ReportDocument.Section {
        let intro: Prose =
            """
            What the scores favour beyond the truth: by how many places a feature lifts (+) or lowers (-) children of equal \
            truth, in the ranking by plain mean scores, before any smoothing. For parameters, MACs and depth that is per \
            standard deviation. Noise alone makes such effects, so each stands beside the middle 95 % of simulated rankings \
            of the same tau-b that see the truth through noise and nothing else; p is adjusted by Holm over the features of \
            a round.
            """
        let limits: Prose =
            """
            Features overlap (an operator brings its parameters), so several rows may tell of one bias. This is one run: \
            whether other seeds favour the same, its scores cannot say.
            """
        let rounds = biases.filter { $0.test.draws > 0 }.map { bias in
            ReportDocument.Block.folded(
                "\(name(bias)): \(bias.test.children) children, tau-b \(Numbers.fixed(bias.test.tau, 3))",
                [.table(table(bias.test))])
        }
        return .init(
            "Bias of the scores",
            [.text(intro), .list(biases.map { Prose(sentence($0)) })] + rounds
                + [.part("From round to round, on the same children", changeBlocks), .text(limits)])
    }

    private func name(_ bias: Bias) -> String { "Round \(bias.round)\(bias.isFinal ? ", the final ranking" : "")" }

    private func sentence(_ bias: Bias) -> String {
        let test = bias.test
        let start = "\(name(bias)), \(test.children) children: "
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
                let having = finding.with ?? BiasTest.fewestWith
                let isRare = having < BiasTest.fewestWith
                let isCommon = finding.isChoice && test.children - having < BiasTest.fewestWith
                let why =
                    isRare ? "too few with it" : isCommon ? "too few without it" : "all alike, or given by the truth"
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
}

extension NullTest {
    /// `-2.1 to 2.3`.
    var range: String { "\(Numbers.fixed(low, 1)) to \(Numbers.fixed(high, 1))" }
}
