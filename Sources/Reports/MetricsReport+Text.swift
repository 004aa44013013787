import Rankings

extension MetricsReport {
    /// For a terminal: the figures over the rows, the same beside rankings that cost nothing, and what to know of both.
    package var plain: String {
        var text = "\(children) \(children == 1 ? "child" : "children"), \(rows) row\(rows == 1 ? "" : "s")"
        if steps != nil { text += " (steps of one run)" }
        text += "\n\n" + figureTable.plain + "\n"
        if rows > 1 { text += rowTable + "\n" }
        text += "beside rankings that cost nothing\(ceiling == nil ? "" : ", and what the truth allows")\n"
        text += agreementTable.plain + "\nwhat the first are worth\n" + choiceTable.plain
        if let likelyBest { text += "\n" + Self.likely(likelyBest) }
        if !notes.isEmpty { text += "\n" + notes.map { "note: \($0)\n" }.joined() }
        return text
    }

    /// A measure a line: mean and deviation over the rows, interval of the mean.
    private var figureTable: Table {
        let level = firstLevel
        var columns: [Table.Column] = [.words("figure"), .numbers(rows > 1 ? "mean" : "value")]
        if rows > 1 { columns.append(.numbers("std over rows")) }
        if let level { columns.append(.words(percent(level) + " interval")) }
        var table = Table(columns)
        func add(_ name: String, _ value: Double?, _ interval: Interval? = nil, std: Double? = nil, digits: Int = 4) {
            var cells = [name, Numbers.fixed(value, digits)]
            if rows > 1 { cells.append(std.map { Numbers.fixed($0, digits) } ?? "") }
            table.add(cells + [Self.text(interval, digits)])
        }
        func add(_ name: String, _ figure: RowFigure, _ digits: Int = 4) {
            add(name, figure.mean, figure.interval, std: figure.std, digits: digits)
        }
        add("GT-Tau (tau-b)", gtTau)
        if rows == 1 {
            table.add(["  p of no relation", pValue[0].map(Numbers.probability) ?? Numbers.none])
            if let interval = gtTauOverChildren[0] { add("  children as a sample", gtTau.mean, interval) }
        }
        if let last { add("  last \(last.rows) rows", last.mean, std: last.std) }
        add("tau-a", tauA)
        add("Spearman", spearman)
        add("weighted tau", weightedTau)
        add("sparse tau", sparseTau)
        add("RBO", rankBiasedOverlap)
        for n in Self.numbers(topRank) { add("T\(n)R", topRank[n]!, 2) }
        for n in Self.numbers(topRankPaper) { add("T\(n)R, index order", topRankPaper[n]!, 2) }
        for k in Self.numbers(precisionTop) { add("precision, top \(k)", precisionTop[k]!) }
        for k in Self.numbers(precisionBottom) { add("precision, bottom \(k)", precisionBottom[k]!) }
        add("regret, points", regret, 3)
        if let noisy = regretUnderNoise {
            add("  under the truth's noise", Moments(noisy.map(\.mean))?.mean, digits: 3)
        }
        if rows == 1, let one = regretUnderNoise?.first {
            add("  and 5 % of its draws below", one.low, digits: 3)
            add("  and 5 % above", one.high, digits: 3)
        }
        if let hit { add("hit (pick in T*)", hit) }
        for subset in subsets { add("GT-Tau \(subset.name) (\(subset.children))", subset.gtTau) }
        if rows > 1 {
            add("S-Tau", sTau, stability.sTauInterval)
            add("RBO between rows", stability.rankBiasedOverlap)
            for k in stability.phi.keys.sorted(by: Self.numerically) {
                add("Phi of the top \(k)", stability.phi[k]?.phi, stability.phi[k]?.interval)
            }
            if steps == nil { add("tau_inf", tauInf) }
        }
        return table
    }

    /// Every row alone; of many only the last.
    private var rowTable: String {
        let shown = 20
        var table = Table([
            .numbers(steps == nil ? "row" : "step"), .numbers("GT-Tau"), .numbers("p"), .words("children as a sample"),
        ])
        for row in max(0, rows - shown)..<rows {
            table.add([
                "\(steps?[row] ?? row + 1)", Numbers.fixed(gtTau.perRow[row], 4),
                pValue[row].map(Numbers.probability) ?? Numbers.none, Self.text(gtTauOverChildren[row], 4),
            ])
        }
        let more = rows > shown ? "the last \(shown) of \(rows) rows (--json has all)\n" : ""
        return more + table.plain
    }

    /// How a ranking orders all children.
    private var agreementTable: Table {
        var columns: [Table.Column] = [
            .words("ranking"), .numbers("tau-b"), .numbers("tau-a"), .numbers("Spearman"), .numbers("weighted"),
            .numbers("sparse"), .numbers("RBO"),
        ]
        columns += subsets.map { .numbers($0.name) }
        if ceiling != nil { columns.append(.numbers("S-Tau")) }
        var table = Table(columns)
        func add(_ name: String, _ values: [Double?]) {
            table.add([name] + values.prefix(columns.count - 1).map { Numbers.fixed($0, 3) })
        }
        add(
            own,
            [gtTau, tauA, spearman, weightedTau, sparseTau, rankBiasedOverlap].map(\.mean)
                + subsets.map(\.gtTau.mean) + [sTau])
        for one in free {
            let its = one.measures
            add(
                one.name,
                [its.tauB, its.tauA, its.spearman, its.weightedTau, its.sparseTau, its.rankBiasedOverlap]
                    + subsets.map { its.inside[$0.name]?.tauB } + [1])
        }
        if let ceiling {
            func allow(_ name: String, gtTau: Double?, inside: [Double?], sTau: Double?) {
                add(name, [gtTau, nil, nil, nil, nil, nil] + inside + [sTau])
            }
            allow(
                "one stand-alone run", gtTau: ceiling.run.gtTau, inside: ceiling.inside.map(\.gtTau), sTau: ceiling.sTau
            )
            if let perfect = ceiling.perfect {
                allow("perfect, truth's noise", gtTau: perfect.gtTau, inside: ceiling.inside.map { _ in nil }, sTau: 1)
            }
        }
        return table
    }

    /// What a ranking is worth to whoever takes its first.
    private var choiceTable: Table {
        let tops = Self.numbers(topRank)
        let ks = Self.numbers(precisionTop)
        var columns: [Table.Column] = [.words("ranking")]
        columns += tops.map { .numbers("T\($0)R") } + tops.map { .numbers("T\($0)R, index order") }
        columns += ks.map { .numbers("top \($0)") } + ks.map { .numbers("bottom \($0)") } + [.numbers("regret")]
        if hit != nil { columns += [.numbers("under noise"), .numbers("hit")] }
        var table = Table(columns)
        func add(
            _ name: String, _ ranks: [Double?], _ precisions: [Double?], _ regret: Double?, _ noisy: Double?,
            _ hit: Double?
        ) {
            let cells =
                ranks.map { Numbers.fixed($0, 2) } + precisions.map { Numbers.fixed($0, 3) }
                + [Numbers.fixed(regret, 3), Numbers.fixed(noisy, 3), Numbers.fixed(hit, 2)]
            table.add([name] + cells.prefix(columns.count - 1))
        }
        add(
            own, tops.map { topRank[$0]?.mean } + tops.map { topRankPaper[$0]?.mean },
            ks.map { precisionTop[$0]?.mean } + ks.map { precisionBottom[$0]?.mean }, regret.mean,
            regretUnderNoise.flatMap { Moments($0.map(\.mean))?.mean }, hit?.mean)
        for one in free {
            let its = one.measures
            add(
                one.name, tops.map { its.topRank[$0] } + tops.map { its.topRankPaper[$0] },
                ks.map { its.precisionTop[$0] } + ks.map { its.precisionBottom[$0] }, its.regret,
                its.regretUnderNoise?.mean, its.hit)
        }
        if let ceiling {
            func allow(_ name: String, _ figures: NoiseCeiling.Figures) {
                add(
                    name, tops.map { figures.topRank[$0] } + tops.map { _ in nil }, (ks + ks).map { _ in nil },
                    figures.regret,
                    nil, nil)
            }
            allow("one stand-alone run", ceiling.run)
            if let perfect = ceiling.perfect { allow("perfect, truth's noise", perfect) }
        }
        return table
    }

    private var own: String { rows == 1 ? "these scores" : "these scores, mean" }

    private static func likely(_ best: [Yardstick.LikelyBest]) -> String {
        let names = best.sorted { $0.chance > $1.chance }.prefix(12).map {
            "\($0.child) (\(Numbers.fixed($0.chance, 2)))"
        }
        let more = best.count > 12 ? " and \(best.count - 12) more" : ""
        return "T*, children that may truly be best: \(names.joined(separator: ", "))\(more)\n"
    }

    private var firstLevel: Double? {
        (gtTau.interval ?? gtTauOverChildren.lazy.compactMap { $0 }.first ?? stability.sTauInterval)?.level
    }

    private static func text(_ interval: Interval?, _ digits: Int) -> String {
        guard let interval else { return "" }
        return "\(Numbers.fixed(interval.low, digits)) to \(Numbers.fixed(interval.high, digits))"
    }

    private static func numbers(_ figures: [String: RowFigure]) -> [String] { figures.keys.sorted(by: numerically) }

    private static func numerically(_ a: String, _ b: String) -> Bool { (Int(a) ?? 0) < (Int(b) ?? 0) }
}
