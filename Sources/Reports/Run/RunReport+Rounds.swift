import Rankings

extension RunReport {
    /// The funnel, and who decided each round and on what.
    var rounds: ReportDocument.Section {
        var blocks: [ReportDocument.Block] = [.plots([funnel].compactMap(\.self)), .table(decisions)]
        if let ledger {
            blocks.append(.list(words(ledger)))
            blocks.append(
                .text(
                    """
                    Cuts, margins and errors have the unit of the scores. The cut lies in the middle between the worst score kept and the best one dropped. Agreement is tau-b \
                    between the rankings by the last two scorings; the leave-one-out error is that of an additive fit of \
                    the scores.
                    """))
        }
        blocks.append(
            .folded(
                "Survivors by name",
                [
                    .list(
                        record.rounds.map { round in
                            "Round \(round.round), \(round.survivors.count): \(named(round.survivors))"
                        })
                ]))
        return .init("Rounds", blocks)
    }

    private func named(_ children: [String]) -> String {
        let shown = children.prefix(512).joined(separator: ", ")
        return children.count > 512 ? "\(shown) and \(children.count - 512) more" : shown
    }

    private var decisions: Table {
        var table = Table([
            .numbers("Round"), .words("Decided by"), .numbers("Budget"), .numbers("Before"), .numbers("Kept"),
            .numbers("Cut"), .numbers("Agreement"), .numbers("Leave-one-out error"),
        ])
        for round in record.rounds {
            let told = ledger?.rounds.first { $0.round == round.round }
            table.add([
                String(round.round), told.map(decider) ?? round.policy,
                told.map { Numbers.fixed(100 * $0.fraction, 1) + " %" } ?? Numbers.none, before(round),
                String(round.survivors.count),
                Numbers.fixed(told?.cut, 4),
                Numbers.fixed(told?.measurement.agreement, 3), Numbers.fixed(told?.measurement.looError, 4),
            ])
        }
        return table
    }

    private func decider(_ round: RunLedger.Round) -> String {
        round.decider == .finalRanking ? "final ranking" : round.decision
    }

    private func before(_ round: RunRecord.Round) -> String { String(round.survivors.count + round.dropped.count) }

    /// What the scores of the rounds are, and everything out of the ordinary.
    private func words(_ ledger: RunLedger) -> [Prose] {
        var lines = same(ledger.rounds) { "scores are \($0.words)" } + same(ledger.rounds) { "ranked \(rule($0))" }
        for round in ledger.rounds {
            lines += round.notes.map { "Round \(round.round): \($0)" }
            lines += round.droppedChoices.map { "Round \(round.round): dropped choice \($0.words)" }
            if let alive = round.alive {
                lines.append("Round \(round.round): \(alive) children train on, too many to list")
            }
        }
        return lines
    }

    private func rule(_ measured: RunLedger.Measurement) -> String {
        measured.model.map { "by scores \($0)" } ?? RunLedger.Measurement.plain
    }

    /// One line for each run of rounds of which the same can be said.
    private func same(_ rounds: [RunLedger.Round], _ words: (RunLedger.Measurement) -> String) -> [Prose] {
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
            return "\(first == last ? "Round \(first)" : "Rounds \(first) to \(last)"): \(line.text)."
        }
    }

    /// Children alive over the spent budget: a step at each decision.
    private var funnel: Plot? {
        guard let ledger, let first = record.rounds.first else { return nil }
        func alive(_ round: RunLedger.Round, _ kept: Int) -> Double { round.alive.flatMap(Double.init) ?? Double(kept) }
        let start = Double(trace?.setting.children ?? first.survivors.count + first.dropped.count)
        var spans: [Mark.Span] = []
        var labels: [Mark] = []
        var table = Table([.numbers("Budget"), .words("After"), .numbers("Children alive")])
        table.add(["0 %", "start", Numbers.grouped(Int(start))])
        var count = start
        var lowest = start
        for (round, row) in zip(ledger.rounds, record.rounds) {
            let place = 100 * round.fraction
            spans += [.init(spans.last?.x ?? 0, 0, count), .init(place, 0, count)]
            guard round.decider != .finalRanking else { continue }
            let next = alive(round, row.survivors.count)
            if next != count {
                spans.append(.init(place, 0, next))
                labels.append(
                    .label(
                        .init(place, max(next, 0)), "\(Numbers.grouped(Int(count))) → \(Numbers.grouped(Int(next)))",
                        .text,
                        .start, dx: 5, dy: -10))
            }
            count = next
            lowest = min(lowest, next)
            table.add(["\(Numbers.fixed(place, 1)) %", "round \(round.round)", Numbers.grouped(Int(next))])
        }
        let end = isDone ? max(100, spans.last?.x ?? 100) : 100 * (trace?.fraction ?? 0)
        if let last = spans.last, end > last.x { spans.append(.init(end, 0, count)) }
        let isWide = start / max(1, lowest) > 60
        if isWide { spans = spans.map { .init($0.x, 1, max(1, $0.high)) } }
        let outline = spans.map { Mark.Point($0.x, $0.high) }
        let (all, left) = (Numbers.grouped(Int(start)), Numbers.grouped(Int(count)))
        let range = lowest == start ? "All \(all)" : "From \(all) to \(left)"
        let steps = lowest == start ? "Nobody was dropped." : "Each step down is a decision."
        return Plot(
            "Children alive over the budget.",
            "\(range)\(isDone ? ", of which the final ranking chose one" : " so far"). \(steps)",
            x: Axis("budget spent, %", reaching: [0, 100]),
            y: Axis(
                isWide ? "children alive (logarithmic)" : "children alive", kind: isWide ? .logarithmic : .linear,
                reaching: isWide ? [1] : [0], isWhole: true),
            marks: [.area(spans, .series(0)), .line(outline, .series(0))] + labels, height: 150, lettersRight: 2,
            table: table)
    }
}
