import Rankings

extension RunReport {
    /// The run's ranking and the free baselines by the truth, and where its agreement comes from.
    var againstTruth: ReportDocument.Section? {
        guard let figures, let truth else { return nil }
        let count = figures.truth.labels.count
        var blocks: [ReportDocument.Block] = [
            .text(
                """
                Kendall's tau of the final ranking over \(count) children, one run (seed \(record.seed)). T1R and T3R: best \
                true rank among the first 1 and 3, ties in expectation. Free rankings cost nothing: larger first.
                """),
            .table(summaryTable(figures, truth)),
        ]
        if let tau = tauPlot(figures) { blocks.append(.plots([tau])) }
        let scatters = scatterPlots(figures)
        if !scatters.isEmpty { blocks.append(.plots(scatters)) }
        blocks.append(.text("Pairs of children that the ranking and the truth order alike, by what became of them:"))
        blocks.append(.table(concordanceTable(figures.concordance)))
        let left = truth.table.labels.count - count
        if left > 0 { blocks.append(.text("Children of the truth that were not in this run: \(left).")) }
        return .init("Against the truth", blocks)
    }

    private func summaryTable(_ figures: RunFigures, _ truth: RunTruth) -> Table {
        var columns: [Table.Column] = [.words("Ranking"), .numbers("tau-b"), .numbers("tau-a")]
        let inside = truth.subset.map { subset in
            (name: subset.name, count: subset.children.count { figures.truth[$0] != nil })
        }
        if let inside { columns.append(.numbers("tau-b inside \(inside.name) (\(inside.count))")) }
        columns += [.numbers("T1R"), .numbers("T3R"), .numbers("Regret, points")]
        var table = Table(columns)
        for row in figures.summaries {
            var cells = [row.name, Numbers.fixed(row.tauB, 3), Numbers.fixed(row.tauA, 3)]
            if inside != nil { cells.append(Numbers.fixed(row.tauInside, 3)) }
            table.add(cells + [Numbers.fixed(row.top1, 2), Numbers.fixed(row.top3, 2), Numbers.fixed(row.regret, 3)])
        }
        return table
    }

    private func concordanceTable(_ split: ConcordanceSplit) -> Table {
        var table = Table([
            .words("Pairs"), .numbers("Alike"), .numbers("Opposite"), .numbers("Tied"), .numbers("tau-a"),
        ])
        let kinds = [
            ("two survivors", split.survivorSurvivor), ("survivor and dropped", split.survivorDropped),
            ("two dropped", split.droppedDropped),
        ]
        for (name, counts) in kinds {
            table.add([
                name, String(counts.concordant), String(counts.discordant), String(counts.tied),
                Numbers.fixed(counts.tauA, 3),
            ])
        }
        return table
    }
}
