import Rankings

extension RunReport {
    /// What is known of the children of one round by the truth: the levels a ranking of them is to be held against.
    private struct Levels {
        let children: Int
        let ceiling: Double?
        let params: Double?
        let macs: Double?
        let best: Double?
    }

    /// Of the free rankings beside size the one nearest the truth, which nobody knows who has none.
    private func bestFree(_ figures: RunFigures) -> FreeRanking? {
        truth?.free(of: figures.truth.labels).max { tauB($0, figures) < tauB($1, figures) }
    }

    private func tauB(_ free: FreeRanking, _ figures: RunFigures) -> Double {
        (try? Kendall(free.values, figures.truth.means))?.flatMap(\.tauB) ?? -1
    }

    /// tau-b of every scoring against the truth, with the ceiling and the free rankings on the same children.
    func tauPlot(_ figures: RunFigures) -> Plot? {
        guard let trace, let ledger, !trace.scorings.isEmpty else { return nil }
        var marks = decisionLines
        var legend = [Plot.Key("each scoring, one snapshot", .series(0), .dot(.circle))]
        let free = bestFree(figures)
        var table = Table(
            [
                .numbers("Step"), .numbers("Round"), .numbers("Children"), .numbers("tau-b"), .numbers("Ceiling"),
                .numbers("Parameters"), .numbers("MACs"),
            ] + (free.map { [.numbers($0.name)] } ?? []))
        var hasCeiling = false
        var start = 0.0
        var lowest = 0.0
        var stretches: [(from: Double, to: Double, children: Int)] = []
        for round in Set(trace.scorings.map(\.round)).sorted() {
            let scorings = trace.scorings.filter { $0.round == round }
            let end = Double(ledger.rounds.first { $0.round == round }?.step ?? trace.step)
            let levels = levels(scorings[0].samples.map(\.child), free, figures)
            for (level, ink, stroke) in [
                (levels.ceiling, Ink.text, Mark.Stroke.plain), (levels.params, .series(4), .dashed),
                (levels.macs, .series(3), .dotted), (levels.best, .series(2), .dashed),
            ] {
                if let level { marks.append(.level(y: level, from: start, to: end, ink, stroke)) }
            }
            hasCeiling = hasCeiling || levels.ceiling != nil
            let dots = scorings.compactMap { scoring -> Mark.Dot? in
                let tau = tau(scoring.samples.map { ($0.child, $0.score) }, figures)
                table.add(
                    [
                        String(scoring.step), String(round), String(scoring.samples.count), Numbers.fixed(tau, 3),
                        Numbers.fixed(levels.ceiling, 3), Numbers.fixed(levels.params, 3),
                        Numbers.fixed(levels.macs, 3),
                    ] + (free == nil ? [] : [Numbers.fixed(levels.best, 3)]))
                return tau.map {
                    .init(
                        Double(scoring.step), $0, note: "tau-b \(Numbers.fixed($0, 3)) over \(levels.children) children"
                    )
                }
            }
            marks += [
                .line(dots.map { .init($0.x, $0.y) }, .series(0)), .dots(dots, .series(0)),
            ]
            stretches.append((start, end, levels.children))
            lowest = min(
                lowest, ([levels.params, levels.macs, levels.best].compactMap(\.self) + dots.map(\.y)).min() ?? 0)
            start = end
        }
        // Under everything that is drawn.
        let floor = max(-1.15, lowest - 0.18)
        for stretch in stretches where stretch.to - stretch.from > start / 12 {
            marks.append(
                .label(
                    .init((stretch.from + stretch.to) / 2, floor), "\(stretch.children) children", .quiet, .middle,
                    dy: -7))
        }
        if hasCeiling { legend.append(.init("ceiling: the truth's own noise", .text, .line(.plain))) }
        legend += [
            .init("free: by parameters", .series(4), .line(.dashed)),
            .init("free: by MACs", .series(3), .line(.dotted)),
        ]
        if let free { legend.append(.init("free: \(free.name), the best of them", .series(2), .line(.dashed))) }
        return Plot(
            "Agreement with the truth over time.",
            """
            tau-b of each scoring, over the children alive then. Levels hold for the same children, so compare inside one \
            stretch: with fewer, more alike children every tau falls. 0 is chance.
            """,
            x: Axis("step", reaching: [0], isWhole: true), y: Axis("Kendall tau-b", reaching: [floor, 1]),
            marks: [.level(y: 0, .faint, .plain)] + marks, legend: legend, height: 220, lettersRight: 1, table: table)
    }

    private func levels(_ children: [String], _ free: FreeRanking?, _ figures: RunFigures) -> Levels {
        let rows = record.lastScored
        let known = children.filter { figures.truth[$0] != nil }
        let table = try? figures.truth.restricted(to: known)
        let ceiling = table.flatMap { try? NoiseCeiling($0, draws: 200) }?.perfect?.gtTau
        return Levels(
            children: known.count, ceiling: ceiling,
            params: tau(known.compactMap { child in rows[child].map { (child, Double($0.params)) } }, figures),
            macs: tau(known.compactMap { child in rows[child].map { (child, Double($0.macs)) } }, figures),
            best: free.flatMap { free in
                let values = Dictionary(uniqueKeysWithValues: zip(figures.truth.labels, free.values))
                return tau(known.compactMap { child in values[child].map { (child, $0) } }, figures)
            })
    }

    private func tau(_ values: [(child: String, value: Double)], _ figures: RunFigures) -> Double? {
        let pairs = values.compactMap { item in figures.truth[item.child].map { (item.value, $0) } }
        return (try? Kendall(pairs.map(\.0), pairs.map(\.1)))?.flatMap(\.tauB)
    }

    /// Scores against true values: the first and the last decision that scored more than two children.
    func scatterPlots(_ figures: RunFigures) -> [Plot] {
        let rounds = (ledger?.rounds ?? []).filter { round in
            round.entries.count { figures.truth[$0.child] != nil } > 2
        }
        guard let first = rounds.first, let last = rounds.last else { return [] }
        return (first.round == last.round ? [first] : [first, last]).map { scatter($0, figures) }
    }

    private func scatter(_ round: RunLedger.Round, _ figures: RunFigures) -> Plot {
        let places = Dictionary(uniqueKeysWithValues: figures.truth.labels.enumerated().map { ($1, $0) })
        let errors = figures.truth.pooledStandardErrors()
        let unit = figures.truth.pointsPerUnit
        var kept: [Mark.Dot] = []
        var gone: [Mark.Dot] = []
        var chosen: [Mark.Dot] = []
        var table = Table([
            .words("Child"), .numbers("Truth, %"), .numbers("Error"), .numbers("Score"), .numbers("Error"),
            .words("Fate"),
        ])
        for entry in round.entries {
            guard let place = places[entry.child] else { continue }
            let error = errors.map { $0[place] * unit }
            let value = figures.truth.means[place] * unit
            let dot = Mark.Dot(
                value, entry.score, xError: error, yError: entry.standardError,
                note: "\(entry.child): truth \(Numbers.fixed(value, 2)) %, score \(Numbers.fixed(entry.score, 4))")
            if entry.child == record.best {
                chosen.append(dot)
            } else if entry.fate == .dropped || entry.fate == .probation {
                gone.append(dot)
            } else {
                kept.append(dot)
            }
            table.add([
                entry.child, Numbers.fixed(value, 2), Numbers.fixed(error, 2), Numbers.fixed(entry.score, 5),
                Numbers.fixed(entry.standardError, 5), entry.fate.rawValue,
            ])
        }
        let isFinal = round.decider == .finalRanking
        var legend = [Plot.Key(isFinal ? "in the final ranking" : "kept", .series(0), .dot(.circle))]
        if !gone.isEmpty { legend.append(.init("dropped here", .quiet, .dot(.cross))) }
        if !chosen.isEmpty { legend.append(.init("the run's choice, \(record.best ?? "")", .series(1), .dot(.square))) }
        let agreement = tau(round.entries.map { ($0.child, $0.score) }, figures)
        var marks: [Mark] = [.dots(gone, .quiet, .cross), .dots(kept, .series(0)), .dots(chosen, .series(1), .square)]
        if let cut = round.cut { marks.insert(.level(y: cut, .faint, .dashed), at: 0) }
        let what =
            round.measurement.measure == "loss"
            ? "score: minus the mean loss, nats" : "score: \(round.measurement.measure)"
        return Plot(
            isFinal ? "Estimate and truth, final ranking." : "Estimate and truth, round \(round.round).",
            """
            tau-b \(Numbers.fixed(agreement, 2)) over \(table.rows.count) children; bars are one standard error\
            \(round.cut == nil ? "" : "; the dashed line is the cut").
            """,
            x: Axis("true accuracy, %", margin: 6), y: Axis(what, margin: 6), marks: marks, legend: legend, height: 240,
            table: table)
    }
}
