extension RunReport {
    /// Lines of a bump chart beyond which nobody can follow one.
    static let mostLines = 80

    /// Every child's rank from decision to decision.
    var ranks: ReportDocument.Section? {
        guard let ledger, ledger.rounds.contains(where: { $0.entries.count > 1 }) else { return nil }
        guard ledger.rounds.count > 1 else { return nil }
        let again = Dictionary(grouping: ledger.rounds.flatMap(\.entries)) { $0.child }.values.count { $0.count > 1 }
        guard again > 1 else {
            return .init(
                "Rank over time",
                [.text("Each round scored other children, a new sample: there are no ranks to follow.")])
        }
        return .init(
            "Rank over time",
            [
                """
                A rank counts among those scored in that round. Lines that cross are children whose order changed between \
                two decisions: much crossing near the top means that the order there is noise, or still moving.
                """
            ], plot: bumps(ledger))
    }

    private func bumps(_ ledger: RunLedger) -> Plot {
        let ways = ledger.rounds.enumerated().reduce(into: [String: [(column: Int, rank: Int)]]()) { ways, round in
            for entry in round.element.entries { ways[entry.child, default: []].append((round.offset, entry.rank)) }
        }
        let order = ranking.blocks.joined().filter { ways[$0] != nil }
        // Who was ranked once has no line; a row of crosses would only take room.
        let lines = order.filter { (ways[$0]?.count ?? 0) > 1 }
        let shown = Array(lines.prefix(Self.mostLines))
        let last = ledger.rounds.count - 1
        let deepest = shown.flatMap { ways[$0] ?? [] }.map(\.rank).max() ?? 1
        let finalists = shown.filter { ways[$0]?.last?.column == last }
        let coloured = Array(finalists.prefix(Ink.count))
        var marks: [Mark] = []
        // The coloured ones last, over the others.
        for child in shown.reversed() {
            guard let way = ways[child] else { continue }
            let colour = coloured.firstIndex(of: child)
            let ink: Ink = colour.map { .series($0) } ?? (way.last?.column == last ? .quiet : .faint)
            marks.append(.line(points(way), ink, colour == nil ? .thin : colour == 0 ? .thick : .plain))
            if let end = way.last, end.column < last {
                marks.append(
                    .dots(
                        [
                            .init(
                                Double(end.column), Double(end.rank),
                                note: "\(child) left in round \(ledger.rounds[end.column].round)")
                        ],
                        .faint, .cross))
            }
            if let colour {
                marks.append(
                    .dots(
                        way.map {
                            .init(Double($0.column), Double($0.rank), note: "\(child): rank \($0.rank)")
                        }, .series(colour)))
            }
        }
        // Ties share a rank, and one line of text.
        let ends = Dictionary(grouping: finalists) { ways[$0]?.last?.rank ?? 0 }
        let height = min(640, max(120, Double(deepest) * (deepest > 36 ? 10 : 14)))
        let nearest = 9.5 * Double(deepest) / height
        var above = -Double.infinity
        for (rank, children) in ends.sorted(by: { $0.key < $1.key }) where Double(rank) - above >= nearest {
            above = Double(rank)
            let ink: Ink = coloured.firstIndex(of: children[0]).map { .series($0) } ?? .quiet
            let name = children.count == 1 ? children[0] : "\(children[0]) +\(children.count - 1)"
            marks.append(.label(.init(Double(last), Double(rank)), short(name), ink, dx: 9))
        }
        let steps = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].filter { $0 <= deepest }
        let (left, hidden) = (order.count - lines.count, lines.count - shown.count)
        return Plot(
            "Ranks at each decision.",
            """
            1 is best. Coloured: the first \(coloured.count) of the \(isDone ? "final ranking" : "last decision"); dark: \
            other children still there; pale, ending in a cross: dropped.\
            \(left > 0 ? " Without the \(left) that were ranked once." : "")\
            \(hidden > 0 ? " The \(hidden) that ended lowest are not drawn." : "")
            """,
            x: Axis("", named: ledger.rounds.enumerated().map { (Double($0.offset), column($0.element)) }),
            y: Axis(
                "rank", reaching: [1, Double(deepest) + 0.7], isReversed: true,
                named: steps.map { (Double($0), String($0)) }),
            marks: marks, height: height,
            lettersRight: min(14, (finalists.map { short($0).count }.max() ?? 3) + 4),
            table: rankTable(ledger, shown, ways))
    }

    private func points(_ way: [(column: Int, rank: Int)]) -> [Mark.Point] {
        var points: [Mark.Point] = []
        for (place, stop) in way.enumerated() {
            if place > 0, way[place - 1].column < stop.column - 1 { points.append(.init(.nan, .nan)) }
            points.append(.init(Double(stop.column), Double(stop.rank)))
        }
        return points
    }

    private func column(_ round: RunLedger.Round) -> String {
        round.decider == .finalRanking ? "final" : "round \(round.round)"
    }

    /// A label that fits beside a plot.
    private func short(_ label: String) -> String { label.count > 12 ? label.prefix(11) + "…" : label }

    private func rankTable(
        _ ledger: RunLedger, _ shown: [String], _ ways: [String: [(column: Int, rank: Int)]]
    ) -> Table {
        var table = Table([.words("Child")] + ledger.rounds.map { .numbers(column($0)) })
        for child in shown {
            let ranks = Dictionary((ways[child] ?? []).map { ($0.column, $0.rank) }) { first, _ in first }
            table.add([child] + ledger.rounds.indices.map { ranks[$0].map(String.init) ?? "" })
        }
        return table
    }
}
