import Rankings

extension RunReport {
    /// All children in composite order; `=` marks a rank shared by a tied block.
    var finalRanking: ReportDocument.Section {
        var columns: [Table.Column] = [
            .words("Rank"), .words("Child"), .words("Left in round"), .numbers("Score"), .numbers("Group"),
            .numbers("Parameters"), .numbers("Multiply-adds"),
        ]
        if figures != nil { columns += [.numbers("Truth, %"), .numbers("True rank")] }
        var rows: [[String]] = []
        var passages: [String: Passage] = [:]
        for passage in ranking.passages { passages[passage.child] = passage }
        let scored = record.lastScored
        let trueRanks = figures.flatMap { try? Rankings.ranks($0.truth.means, ties: .minimum) } ?? []
        let trueRank = Dictionary(uniqueKeysWithValues: zip(figures?.truth.labels ?? [], trueRanks))
        var before = 0
        for block in ranking.blocks {
            for child in block {
                let row = scored[child]
                var cells = [
                    "\(before + 1)\(block.count > 1 ? "=" : "")", child,
                    passages[child]?.leftInRound.map(String.init) ?? "stayed",
                    Numbers.fixed(passages[child]?.score, 4), row.map { String($0.group) } ?? Numbers.none,
                    row.map { Numbers.grouped($0.params) } ?? Numbers.none,
                    row.map { Numbers.scaled($0.macs) } ?? Numbers.none,
                ]
                if let figures {
                    cells.append(Numbers.fixed(figures.truth[child].map { $0 * figures.truth.pointsPerUnit }, 2))
                    cells.append(trueRank[child].map { String(Int($0)) } ?? Numbers.none)
                }
                rows.append(cells)
            }
            before += block.count
        }
        let intro: Prose =
            """
            By the round of leaving, then by the score of that decision. Scores of different rounds are not comparable.
            """
        return .init(
            isDone ? "Final ranking" : "Ranking so far",
            [.text(intro), .long(Table(columns, rows: rows), "All \(rows.count) children")])
    }

    /// Every drop with its score, error, margin, confidence and reason, in the order of the decisions.
    var drops: ReportDocument.Section {
        let table = ledger.map(ledgerOfDrops) ?? recordOfDrops
        guard !table.rows.isEmpty else { return .init("Ledger of drops", [.text("Nobody was dropped.")]) }
        let intro: Prose =
            """
            Margin is the distance to the cut; confidence the probability, by the score's standard error, that the supernet's \
            score without noise lies on the side of the cut the child went to. It says nothing of the child's true worth.
            """
        return .init(
            "Ledger of drops",
            (ledger == nil ? [] : [.text(intro)]) + [.long(table, "All \(table.rows.count) drops")])
    }

    private func ledgerOfDrops(_ ledger: RunLedger) -> Table {
        var table = Table([
            .numbers("Round"), .words("Child"), .numbers("Score"), .numbers("Error"), .numbers("Rank"),
            .numbers("Margin"), .numbers("Confidence"), .words("Decision"),
        ])
        for round in ledger.rounds {
            for entry in round.entries where entry.fate != .kept && entry.fate != .final {
                table.add([
                    String(round.round), entry.child, Numbers.fixed(entry.score, 5),
                    Numbers.fixed(entry.standardError, 5), String(entry.rank), Numbers.fixed(entry.margin, 5),
                    entry.confidenceWords, entry.fateWords,
                ])
            }
        }
        return table
    }

    private var recordOfDrops: Table {
        var table = Table([.numbers("Round"), .words("Child"), .numbers("Score"), .numbers("Rank"), .words("Reason")])
        for round in record.rounds {
            let rows = Dictionary(round.scores.map { ($0.child, $0) }) { first, _ in first }
            for drop in round.dropped {
                let row = rows[drop.child]
                table.add([
                    String(round.round), drop.child, Numbers.fixed(row?.score, 4),
                    row.map { String($0.rank) } ?? Numbers.none, drop.reason,
                ])
            }
        }
        return table
    }

    /// What was spent between decisions.
    var cost: ReportDocument.Section {
        var table = Table([
            .words("Up to"), .numbers("Steps"), .numbers("Image passes"), .numbers("Multiply-adds charged"),
            .numbers("Share"), .numbers("Seconds"),
        ])
        var last = (step: 0, images: 0, macs: 0)
        for (place, round) in record.rounds.enumerated() {
            let told = ledger?.rounds.first { $0.round == round.round }
            let isFinal = told?.decider == .finalRanking
            let seconds = trace.flatMap { $0.seconds.indices.contains(place) ? $0.seconds[place] : nil }
            table.add([
                isFinal ? "the final ranking" : "round \(round.round)",
                told.map { Numbers.grouped($0.step - last.step) } ?? Numbers.none,
                Numbers.grouped(round.images - last.images), Numbers.scaled(round.macs - last.macs),
                share(round.macs - last.macs), Numbers.fixed(seconds, 1),
            ])
            last = (told?.step ?? last.step, round.images, round.macs)
        }
        if record.macs > last.macs {
            let steps = trace.map { Numbers.grouped($0.step - last.step) } ?? Numbers.none
            let spent = trace?.seconds.reduce(0, +) ?? 0
            table.add([
                "now", steps, Numbers.grouped(record.images - last.images), Numbers.scaled(record.macs - last.macs),
                share(record.macs - last.macs), Numbers.fixed(record.wallSeconds.map { max(0, $0 - spent) }, 1),
            ])
        }
        table.add([
            "in all", trace.map { Numbers.grouped($0.step) } ?? Numbers.none, Numbers.grouped(record.images),
            Numbers.scaled(record.macs), share(record.macs), Numbers.fixed(record.wallSeconds, 1),
        ])
        var rest = Table([.words("Beside it"), .numbers("")])
        rest.add(["multiply-adds executed", Numbers.scaled(record.executedMacs)])
        rest.add(["images a second", Numbers.fixed(record.imagesPerSecond, 0)])
        rest.add(["store, bytes", Numbers.grouped(record.storeBytes)])
        return .init(
            "Cost",
            [
                .text(
                    """
                    Scoring and calibration are in it. Charged multiply-adds do not depend on how clever the engine is, so \
                    arms of a comparison are held equal by them; what was executed stands below.
                    """), .table(table), .table(rest),
            ])
    }

    private func share(_ macs: Int) -> String {
        record.macs > 0 ? Numbers.fixed(100 * Double(macs) / Double(record.macs), 1) + " %" : Numbers.none
    }
}
