import Rankings

extension ComparisonRecord {
    /// The first arm against each of the others; nil where there is one other, whose verdict says it all.
    ///
    /// - Parameter heading: how a column's name is written.
    package func contrasts(heading: (String) -> String = { $0 }) -> Table? {
        guard !contrasts.isEmpty else { return nil }
        var table = Table([
            .words("\(arms[0].name) against"), .words(heading("Conclusion")), .numbers(heading("Points")),
            .numbers("95 % interval"), .numbers("p"), .numbers("p by Holm"), .numbers(heading("Pairs")),
            .words(heading("Which shows")),
        ])
        for verdict in [verdict].compactMap(\.self) + contrasts {
            table.add([
                verdict.against, word(verdict), Numbers.signed(verdict.effect, 2),
                Numbers.range(verdict.low, verdict.high, 2), verdict.p.map(Numbers.probability) ?? Numbers.none,
                verdict.adjustedP.map(Numbers.probability) ?? Numbers.none, String(verdict.n),
                arms.first { $0.name == verdict.against }?.purpose ?? "",
            ])
        }
        return table
    }

    /// The first arm less the second by other measures; nil where there are none.
    package func secondary(heading: (String) -> String = { $0 }) -> Table? {
        guard !secondary.isEmpty else { return nil }
        var table = Table([
            .words(heading("Measure") + ", \(arms[0].name) less \(arms[1].name)"), .numbers(heading("Difference")),
            .numbers("95 % interval"), .numbers("p"), .numbers("p by Holm"),
        ])
        for item in secondary {
            table.add([
                item.measure, Numbers.signed(item.effect, 3), Numbers.range(item.low, item.high, 3),
                Numbers.probability(item.p), Numbers.probability(item.adjustedP),
            ])
        }
        return table
    }

    /// Why the other measures are not tested; nil where they are, and where there are none.
    package var untested: String? {
        guard let pairs = secondary.first(where: { $0.p == nil })?.n else { return nil }
        let count = secondary.count
        return
            "\(count) measures take \(pairsForTests(of: count)) pairs for a test by Holm at 5 %: of \(pairs) only the "
            + "differences stand here."
    }
}
