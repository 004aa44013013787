extension MarkdownReport {
    /// Who decided each round and on what, with everything out of the ordinary.
    static func decisions(_ ledger: RunLedger) -> String {
        var table = Table([
            .numbers("Round"), .words("Decided by"), .numbers("Scored"), .numbers("Cut"), .numbers("Agreement"),
            .numbers("Leave-one-out error"),
        ])
        var remarks: [String] = []
        for round in ledger.rounds {
            let measured = round.measurement
            table.add([
                String(round.round), round.decision, String(round.entries.count), Numbers.fixed(round.cut, 5),
                Numbers.fixed(measured.agreement, 3), Numbers.fixed(measured.looError, 5),
            ])
            var lines = round.notes + round.droppedChoices.map { "dropped choice \($0.words)" }
            if let alive = round.alive { lines.append("\(alive) children train on, too many to list") }
            remarks += lines.map { "- Round \(round.round): \(markdownText($0))\n" }
        }
        var text = "## Decisions\n\nThe cut lies in the middle between the worst score kept and the best one dropped. "
        text += "Agreement is tau-b between the rankings by the last two scorings. "
        text += "The leave-one-out error is that of an additive fit of the scores.\n\n" + table.markdown
        text += "\n" + same(ledger.rounds) { "scores are \($0.words)." } + same(ledger.rounds) { "ranked \(rule($0))." }
        return remarks.isEmpty ? text : text + "\n" + remarks.joined()
    }

    private static func rule(_ measured: RunLedger.Measurement) -> String {
        measured.model.map { "by scores \($0)" } ?? RunLedger.Measurement.plain
    }

    /// One line for each run of rounds of which the same can be said.
    private static func same(
        _ rounds: [RunLedger.Round], _ words: (RunLedger.Measurement) -> String
    ) -> String {
        var lines: [(text: String, rounds: [Int])] = []
        for round in rounds {
            let text = words(round.measurement)
            if lines.last?.text == text {
                lines[lines.count - 1].rounds.append(round.round)
            } else {
                lines.append((text, [round.round]))
            }
        }
        return lines.map { line in
            let (first, last) = (line.rounds[0], line.rounds[line.rounds.count - 1])
            let which = first == last ? "Round \(first)" : "Rounds \(first) to \(last)"
            return "- \(which): \(markdownText(line.text))\n"
        }.joined()
    }

    /// Every drop with its score, error, margin, confidence and reason, in the order of the decisions.
    static func ledger(_ ledger: RunLedger) -> String {
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
        let note =
            "Margin is the distance to the cut; confidence the probability, by the score's standard error, that the "
            + "supernet's score without noise lies on the side of the cut the child went to.\n\n"
        return "## Ledger of drops\n\n" + (table.rows.isEmpty ? "Nobody was dropped.\n" : note + table.markdown)
    }

    /// How alike the children of each group are, and how well they are ranked inside it; nil for a run without groups.
    static func groups(_ ledger: RunLedger, _ figures: RunFigures?) -> String? {
        let parts = ledger.rounds.compactMap { round in
            round.groupReport { figures?.truth[$0] }.map { report in
                let made = round.grouping.map { ", groups made anew: \(markdownText($0))" } ?? ""
                return "### After round \(round.round)\(made)\n\n\(report.markdown)"
            }
        }
        guard !parts.isEmpty else { return nil }
        let intro =
            "Similarity is the mean share of equal choices over pairs inside a group, and over pairs of one inside and "
            + "one outside. Tau within is tau-b inside the group between the rankings by the last two scorings"
            + (figures == nil ? "" : ", GT-Tau within that between the round's scores and the truth") + ".\n\n"
        return "## Groups\n\n" + intro + parts.joined(separator: "\n")
    }
}
