extension ComparisonReport {
    /// The first arm against each of the others, and by other measures; nil for a comparison of two arms by one measure, whose
    /// verdict says it all.
    var contrasts: ReportDocument.Section? {
        var blocks: [ReportDocument.Block] = []
        if let table = record.contrasts() {
            blocks += [
                .text(
                    "The first contrast was asked for; p-values of the further ones are adjusted by Holm, intervals are not."
                ),
                .table(table),
            ]
        }
        if let table = record.secondary() {
            blocks.append(
                .text(
                    """
                    By other measures, p-values adjusted by Holm over these; intervals are not adjusted, and hold no error \
                    of the truth.
                    """))
            if let untested = record.untested { blocks.append(.text(Prose(untested))) }
            blocks.append(.table(table))
        }
        return blocks.isEmpty ? nil : .init("Contrasts", blocks)
    }
}
