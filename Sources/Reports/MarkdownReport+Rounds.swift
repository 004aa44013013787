import Rankings

extension MarkdownReport {
    /// How many children went into and came out of each decision, with bars of at most 32 places.
    static func funnel(_ record: RunRecord) -> String {
        let all = max(1, record.children.count)
        var table = Table([
            .numbers("round"), .words("policy"), .numbers("images"), .numbers("multiply-adds"), .numbers("before"),
            .numbers("kept"), .words(""),
        ])
        for round in record.rounds {
            let kept = round.survivors.count
            table.add([
                String(round.round), round.policy, Numbers.grouped(round.images), Numbers.scaled(round.macs),
                String(kept + round.dropped.count), String(kept),
                String(repeating: "#", count: max(1, kept * 32 / all)),
            ])
        }
        return "## Rounds\n\n```text\n\(table.plain)```\n"
    }

    /// The labels left after each decision.
    static func survivors(_ record: RunRecord) -> String {
        let lines = record.rounds.map { round in
            let labels = round.survivors.map(markdownText).joined(separator: ", ")
            return "- Round \(round.round), \(round.survivors.count): \(labels)\n"
        }
        return "## Survivors\n\n" + lines.joined()
    }

    /// Every drop with its reason, in the order of the decisions.
    static func ledger(_ record: RunRecord) -> String {
        var table = Table([.numbers("Round"), .words("Child"), .numbers("Score"), .numbers("Rank"), .words("Reason")])
        for round in record.rounds {
            var rows: [String: RunRecord.Scored] = [:]
            for row in round.scores { rows[row.child] = row }
            for drop in round.dropped {
                let row = rows[drop.child]
                table.add([
                    String(round.round), drop.child, Numbers.fixed(row?.score, 4),
                    row.map { String($0.rank) } ?? Numbers.none, drop.reason,
                ])
            }
        }
        return "## Ledger of drops\n\n" + (table.rows.isEmpty ? "Nobody was dropped.\n" : table.markdown)
    }

    /// All children in composite order; `=` marks a rank shared by a tied block.
    static func finalRanking(_ record: RunRecord, _ ranking: CompositeRanking, _ figures: RunFigures?) -> String {
        var columns: [Table.Column] = [
            .words("Rank"), .words("Child"), .words("Left in round"), .numbers("Score"), .numbers("Group"),
            .numbers("Parameters"), .numbers("Multiply-adds"),
        ]
        if figures != nil { columns += [.numbers("Truth"), .numbers("True rank")] }
        var table = Table(columns)
        var passages: [String: Passage] = [:]
        for passage in ranking.passages { passages[passage.child] = passage }
        let rows = record.lastScored
        let trueRanks = figures.flatMap { try? ranks($0.truth.means, ties: .minimum) } ?? []
        let trueRank = Dictionary(uniqueKeysWithValues: zip(figures?.truth.labels ?? [], trueRanks))
        var before = 0
        for block in ranking.blocks {
            for child in block {
                let row = rows[child]
                var cells = [
                    "\(before + 1)\(block.count > 1 ? "=" : "")", child,
                    passages[child]?.leftInRound.map(String.init) ?? "stayed",
                    Numbers.fixed(passages[child]?.score, 4), row.map { String($0.group) } ?? Numbers.none,
                    row.map { Numbers.grouped($0.params) } ?? Numbers.none,
                    row.map { Numbers.scaled($0.macs) } ?? Numbers.none,
                ]
                if let figures {
                    cells.append(Numbers.fixed(figures.truth[child], 4))
                    cells.append(trueRank[child].map { String(Int($0)) } ?? Numbers.none)
                }
                table.add(cells)
            }
            before += block.count
        }
        return "## Final ranking\n\nBy the round of leaving, then by the score of that decision. "
            + "Scores of different rounds are not comparable.\n\n" + table.markdown
    }
}
