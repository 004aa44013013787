extension ComparisonReport {
    /// The first arm against each of the others, and by other measures; nil for a comparison of two arms by one measure, whose
    /// verdict says it all.
    var contrasts: ReportDocument.Section? {
        guard !record.contrasts.isEmpty || !record.secondary.isEmpty else { return nil }
        var blocks: [ReportDocument.Block] = []
        if !record.contrasts.isEmpty {
            blocks += [
                .text("The first contrast was asked for; p-values of the further ones are adjusted by Holm."),
                .table(contrastTable),
            ]
        }
        if !record.secondary.isEmpty {
            blocks += [
                .text("By other measures, p-values adjusted by Holm over these; intervals hold no error of the truth:"),
                .table(secondaryTable),
            ]
        }
        return .init("Contrasts", blocks)
    }

    private var contrastTable: Table {
        var table = Table([
            .words("\(record.arms[0].name) against"), .words("Conclusion"), .numbers("Points"),
            .numbers("95 % interval"), .numbers("p"), .numbers("p by Holm"), .numbers("Pairs"), .words("Which shows"),
        ])
        for verdict in [record.verdict].compactMap(\.self) + record.contrasts {
            table.add([
                verdict.against, record.word(verdict), Numbers.signed(verdict.effect, 2),
                Numbers.range(verdict.low, verdict.high, 2), verdict.p.map(Numbers.probability) ?? Numbers.none,
                verdict.adjustedP.map(Numbers.probability) ?? Numbers.none, String(verdict.n),
                record.arms.first { $0.name == verdict.against }?.purpose ?? "",
            ])
        }
        return table
    }

    private var secondaryTable: Table {
        var table = Table([
            .words("Measure"), .numbers("Difference"), .numbers("95 % interval"), .numbers("p"), .numbers("p by Holm"),
        ])
        for item in record.secondary {
            table.add([
                item.measure, Numbers.signed(item.effect, 3), Numbers.range(item.low, item.high, 3),
                Numbers.probability(item.p), Numbers.probability(item.adjustedP),
            ])
        }
        return table
    }
}
