import Rankings

extension ComparisonReport {
    /// Means and deviations of the arms, with every seed drawn.
    var arms: ReportDocument.Section {
        let plots = [
            strip("The picks.", "True accuracy of the child each run chose", "true accuracy, %") { [points] in
                $0.truthMean.map { points * $0 }
            },
            strip("Agreement with the truth.", "tau-b of each run's final ranking", "Kendall tau-b") { $0.gtTau },
        ].compactMap(\.self)
        var losses: [ReportDocument.Block] = []
        if let table = record.losses() {
            losses = [
                .text(
                    "Of the \(record.lossesAreOf), lost in each decision, mean over the runs; in brackets what a random cut of the same size loses:"
                ),
                .table(table),
            ]
        }
        let comparisons = [record.stabilities(), record.kept()].compactMap(\.self).flatMap { part in
            [.text(Prose(part.words)), .table(part.table)] as [ReportDocument.Block]
        }
        return .init(
            "Arms",
            (plots.isEmpty ? [] : [.plots(plots)]) + [
                .text(
                    """
                    Mean ± deviation (ddof 0) over the runs that have ended.\
                    \(hasTruth ? Self.pickWords : "")\
                    \(record.free.isEmpty ? "" : " Free rankings cost nothing and stand below the arms.")
                    """), .table(table(of: pickFigures)),
            ] + rankings + losses + comparisons)
    }

    private static let pickWords =
        " Regret: points the pick loses against the best child. Hit: picks that may truly be the best."
    private static let rankingWords =
        "The final rankings. tau-a and GT-Tau (tau-b): agreement with the truth. TnR: the best true rank among the first n."

    private var rankings: [ReportDocument.Block] {
        hasTruth ? [.text(Prose(Self.rankingWords)), .table(table(of: rankingFigures))] : []
    }

    private var hasTruth: Bool { record.arms.contains { $0.seeds.contains { $0.truthMean != nil || $0.gtTau != nil } } }

    /// A column of the table of arms: an arm's cell, and that of a ranking that costs nothing.
    private struct Figure {
        let column: Table.Column
        let arm: (ComparisonRecord.Arm) -> String
        let free: (RankingSummary) -> String

        /// The mean over the runs of an arm that have ended.
        static func mean(
            _ heading: String, _ digits: Int, _ value: @escaping (ComparisonRecord.Outcome) -> Double?,
            free: @escaping (RankingSummary) -> Double? = { _ in nil }
        ) -> Figure {
            Figure(
                column: .numbers(heading),
                arm: { arm in
                    let moments = Moments(arm.finished.map(value))
                    return Numbers.spread(moments?.mean, moments?.std, count: arm.finished.count, digits)
                }, free: { Numbers.fixed(free($0), digits) })
        }

        /// Words that only an arm has.
        static func words(_ column: Table.Column, _ arm: @escaping (ComparisonRecord.Arm) -> String) -> Figure {
            Figure(column: column, arm: arm, free: { _ in Numbers.none })
        }
    }

    /// Of the picks: by the truth where there is one, else what was picked how often; what picks trained anew have reached.
    private var pickFigures: [Figure] {
        var figures: [Figure] = [
            .words(.numbers("Seeds")) { arm in
                let (done, all) = (arm.finished.count, arm.seeds.count)
                return done == all ? "\(all)" : "\(done) of \(all)"
            }
        ]
        if hasTruth {
            figures += [
                .mean("Truth of the pick, %", 2, { [points] in $0.truthMean.map { points * $0 } }),
                .mean("True rank", 1, { $0.truthRank }, free: { $0.top1 }),
                .mean("Regret, points", 2, { $0.regret }, free: { $0.regret }), .words(.numbers("Hit")) { $0.hits },
            ]
        } else {
            figures.append(.words(.words("Picks")) { picks($0) })
        }
        if record.hasRetrained {
            figures.append(.mean("Trained anew, %", 2, { $0.retrained.map { 100 * $0 } }))
        }
        return figures
    }

    private var rankingFigures: [Figure] {
        var figures: [Figure] = [
            .mean("tau-a", 3, { $0.tauA }, free: { $0.tauA }), .mean("GT-Tau", 3, { $0.gtTau }, free: { $0.tauB }),
        ]
        if record.arms.contains(where: { $0.seeds.contains { $0.tauInside != nil } }) {
            figures.append(.mean("GT-Tau inside", 3, { $0.tauInside }, free: { $0.tauInside }))
        }
        return figures + [
            .mean("T1R", 1, { $0.topRank["1"] }, free: { $0.top1 }),
            .mean("T3R", 1, { $0.topRank["3"] }, free: { $0.top3 }),
        ]
    }

    private func table(of figures: [Figure]) -> Table {
        var table = Table([.words("Arm")] + figures.map(\.column))
        for arm in record.arms { table.add([arm.name] + figures.map { $0.arm(arm) }) }
        for row in record.free { table.add([row.name] + figures.map { $0.free(row) }) }
        return table
    }

    /// `434 (3 times), 433`: the most frequent first.
    private func picks(_ arm: ComparisonRecord.Arm) -> String {
        let counts = Dictionary(grouping: arm.seeds.compactMap(\.best)) { $0 }.mapValues(\.count)
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let words = sorted.prefix(8).map { $0.value > 1 ? "\($0.key) (\($0.value) times)" : $0.key }
        return words.joined(separator: ", ") + (sorted.count > 8 ? ", ..." : "")
    }

    /// A row an arm, a ring a run, a bar at the mean; nil where no run has the value.
    private func strip(
        _ title: String, _ what: String, _ label: String, _ value: (ComparisonRecord.Outcome) -> Double?
    ) -> Plot? {
        var marks: [Mark] = []
        var table = Table([.words("Arm"), .numbers("Seed"), .numbers(label)])
        for (place, arm) in record.arms.enumerated() {
            let values = arm.finished.compactMap { outcome in value(outcome).map { (outcome.seed, $0) } }
            for (seed, value) in values { table.add([arm.name, "\(seed)", Numbers.fixed(value, 3)]) }
            marks.append(
                .dots(
                    values.map {
                        .init($0.1, Double(place), note: "\(arm.name), seed \($0.0): \(Numbers.fixed($0.1, 3))")
                    },
                    .series(place), .ring))
            if !values.isEmpty {
                let mean = values.reduce(0) { $0 + $1.1 } / Double(values.count)
                marks.append(
                    .line(
                        [.init(mean, Double(place) - 0.28), .init(mean, Double(place) + 0.28)], .series(place), .thick))
            }
        }
        guard !table.rows.isEmpty else { return nil }
        let names = record.arms.enumerated().map { (Double($0.offset), Self.short($0.element.name)) }
        return Plot(
            title, "\(what); a ring is a run, the bar the mean.", x: Axis(label, margin: 8),
            y: Axis("", reaching: [-0.5, Double(record.arms.count) - 0.5], isReversed: true, named: names),
            marks: marks,
            height: max(70, Double(record.arms.count) * 34), table: table)
    }

    private static func short(_ name: String) -> String { name.count > 16 ? name.prefix(15) + "…" : name }

    /// The outcomes seed by seed, and the differences of paired picks.
    var pairs: ReportDocument.Section {
        let seeds = Set(record.arms.flatMap { $0.seeds.map(\.seed) }).sorted()
        var table = Table(
            [.numbers("Seed")] + record.arms.map { .words("\($0.name): pick\(hasTruth ? " (true rank)" : "")") })
        for seed in seeds {
            table.add(
                [String(seed)]
                    + record.arms.map { arm in
                        guard let outcome = arm.seeds.first(where: { $0.seed == seed }) else { return Numbers.none }
                        guard let pick = outcome.best else { return Numbers.none }
                        return hasTruth ? "\(pick) (\(Numbers.fixed(outcome.truthRank, 0)))" : pick
                    })
        }
        let plots = record.arms.dropFirst().prefix(4).enumerated().compactMap { place, arm in
            pairPlot(
                arm, place == 0 ? record.verdict : record.contrasts.first { $0.against == arm.name })
        }
        let missing: [ReportDocument.Block] =
            plots.isEmpty ? [.text("Without true values of the picks there are no differences to draw.")] : []
        return .init("Seed by seed", missing + plots.map { .plots([$0]) } + [.table(table)])
    }

    private func pairPlot(_ other: ComparisonRecord.Arm, _ verdict: ComparisonRecord.Verdict?) -> Plot? {
        let pairs = differences(other)
        guard let first = record.arms.first, !pairs.isEmpty else { return nil }
        let mean = pairs.reduce(0) { $0 + $1.points } / Double(pairs.count)
        let bottom = Double(pairs.count)
        var marks: [Mark] = [.upright(x: 0, .quiet)]
        if let low = verdict?.low, let high = verdict?.high {
            marks.append(.line([.init(low, bottom), .init(high, bottom)], .series(0), .thick))
        }
        marks += pairs.enumerated().map {
            .line([.init(0, Double($0.offset)), .init($0.element.points, Double($0.offset))], .faint, .thin)
        }
        marks.append(
            .dots(
                pairs.enumerated().map {
                    .init(
                        $0.element.points, Double($0.offset),
                        note: "seed \($0.element.seed): \(Numbers.signed($0.element.points, 2)) points")
                }, .series(0)))
        marks.append(.dots([.init(mean, bottom, note: "mean \(Numbers.signed(mean, 2)) points")], .series(1), .square))
        var table = Table([.numbers("Seed"), .numbers("Difference, points")])
        for pair in pairs { table.add(["\(pair.seed)", Numbers.signed(pair.points, 3)]) }
        table.add(["mean", Numbers.signed(mean, 3)])
        let bar = verdict?.low == nil ? "no interval was computed" : "the bar is its interval"
        return Plot(
            "\(first.name) less \(other.name), pair by pair.",
            "True accuracy of the picks; right of the line \(first.name) chose the better child. The square is the mean; \(bar).",
            x: Axis("difference of the picks' true accuracy, points", margin: 8),
            y: Axis(
                "seed", reaching: [-0.6, bottom + 0.6], isReversed: true,
                named: pairs.enumerated().map { (Double($0.offset), "\($0.element.seed)") } + [(bottom, "mean")]),
            marks: marks, height: min(520, max(90, (bottom + 1) * 22)), table: table)
    }

    /// Costs over the seeds that every arm has finished, with each arm's distance from the first; beyond half a per
    /// cent the arms are not at equal cost.
    var costs: ReportDocument.Section {
        var table = Table([
            .words("Arm"), .numbers("Images a run"), .numbers("Multiply-adds a run"), .numbers("Against the first"),
        ])
        let ran = record.ran
        let means = ran.map { record.meanCost($0, \.macs) }
        for (arm, macs) in zip(ran, means) {
            let images = record.meanCost(arm, \.images)
            var apart: Double?
            if let macs, let first = means.first ?? nil, first > 0 { apart = 100 * (macs / first - 1) }
            table.add([
                arm.name, images.map { Numbers.grouped(Int($0.rounded())) } ?? Numbers.none,
                macs.map { Numbers.scaled($0.rounded()) } ?? Numbers.none,
                apart.map { ($0 > 0 ? "+" : "") + Numbers.fixed($0, 2) + " %" } ?? Numbers.none,
            ])
        }
        return .init("Cost", costWords, table: table)
    }

    /// Over which runs costs are means, where it is not all of them.
    private var costWords: [Prose] {
        let finished = record.finishedSeeds.count
        guard finished < Set(record.ran.flatMap { $0.seeds.map(\.seed) }).count else { return [] }
        let seeds = "\(finished) seed\(finished == 1 ? "" : "s")"
        let words =
            finished == 0
            ? "No seed is finished by every arm yet." : "Means over the \(seeds) that every arm has finished."
        return [Prose(words)]
    }
}
