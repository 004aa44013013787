import Rankings

extension MetricsReport {
    /// For a terminal: the figures over the rows, the same beside rankings that cost nothing, and what to know of both.
    package var plain: String {
        var text = "\(children) \(children == 1 ? "child" : "children"), \(rows) row\(rows == 1 ? "" : "s")"
        if steps != nil { text += " (steps of one run)" }
        text += "\n\n" + figureTable.plain + "\n"
        text += "beside rankings that cost nothing\(ceiling == nil ? "" : ", and what the truth allows")\n"
        text += besideTable.plain
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

    private var besideTable: Table {
        var columns: [Table.Column] = [
            .words("ranking"), .numbers("tau-b"), .numbers("tau-a"), .numbers("Spearman"), .numbers("weighted"),
            .numbers("sparse"), .numbers("RBO"),
        ]
        let tops = Self.numbers(topRank)
        let ks = Self.numbers(precisionTop)
        columns += tops.map { .numbers("T\($0)R") } + ks.map { .numbers("P@\($0)") } + [.numbers("regret")]
        if hit != nil { columns.append(.numbers("hit")) }
        columns += subsets.map { .numbers($0.name) }
        if ceiling != nil { columns.append(.numbers("S-Tau")) }
        var table = Table(columns)
        func fixed(_ values: [Double?], _ digits: Int) -> [String] { values.map { Numbers.fixed($0, digits) } }
        table.add(
            [rows == 1 ? "these scores" : "these scores, mean"]
                + fixed(
                    [gtTau, tauA, spearman, weightedTau, sparseTau, rankBiasedOverlap].map(\.mean), 3)
                + fixed(tops.map { topRank[$0]?.mean }, 2)
                + fixed(ks.map { precisionTop[$0]?.mean }, 3) + fixed([regret.mean], 3)
                + fixed(hit.map { [$0.mean] } ?? [], 2)
                + fixed(subsets.map(\.gtTau.mean), 3) + fixed([sTau], 3))
        for one in free {
            let its = one.measures
            table.add(
                [one.name]
                    + fixed(
                        [its.tauB, its.tauA, its.spearman, its.weightedTau, its.sparseTau, its.rankBiasedOverlap], 3)
                    + fixed(tops.map { its.topRank[$0] }, 2)
                    + fixed(ks.map { its.precisionTop[$0] }, 3) + fixed([its.regret], 3)
                    + fixed(hit == nil ? [] : [its.hit], 2)
                    + fixed(subsets.map { its.inside[$0.name]?.tauB }, 3) + fixed([1], 3))
        }
        if let ceiling {
            func add(_ name: String, _ figures: NoiseCeiling.Figures, inside: [Double?], stability: Double?) {
                table.add(
                    [name] + fixed([figures.gtTau, nil, nil, nil, nil, nil], 3)
                        + fixed(tops.map { figures.topRank[$0] }, 2)
                        + fixed(ks.map { _ in nil }, 3) + fixed([figures.regret], 3)
                        + fixed(hit == nil ? [] : [nil], 2) + fixed(inside, 3)
                        + fixed([stability], 3))
            }
            add("one stand-alone run", ceiling.run, inside: ceiling.inside.map(\.gtTau), stability: ceiling.sTau)
            if let perfect = ceiling.perfect {
                add("perfect, truth's noise", perfect, inside: ceiling.inside.map { _ in nil }, stability: 1)
            }
        }
        return table
    }

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
