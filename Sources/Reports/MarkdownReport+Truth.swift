import Rankings

extension MarkdownReport {
    /// The run's ranking and the free baselines by the truth, and where its agreement comes from.
    static func againstTruth(_ record: RunRecord, _ figures: RunFigures, _ given: RunTruth) -> String {
        let count = figures.truth.labels.count
        var columns: [Table.Column] = [.words("Ranking"), .numbers("tau-b"), .numbers("tau-a")]
        let inside = given.subset.map { subset in
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
        var text = "## Against the truth\n\n"
        text +=
            "Kendall's tau of the final ranking over \(count) children, one run (seed \(record.seed)). T1R and T3R: "
        text +=
            "best true rank among the first 1 and 3, ties in expectation. Free rankings cost nothing: larger first.\n\n"
        text += table.markdown
        text += "\nPairs of children that the ranking and the truth order alike, by what became of them:\n\n"
        text += concordanceTable(figures.concordance).markdown
        let left = given.table.labels.count - count
        if left > 0 { text += "\nChildren of the truth that were not in this run: \(left).\n" }
        return text
    }

    private static func concordanceTable(_ split: ConcordanceSplit) -> Table {
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
