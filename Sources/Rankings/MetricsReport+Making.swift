extension MetricsReport {
    /// Every figure of a table of scores against a truth table.
    ///
    /// Rows with steps are points of one run and not independent: they get no intervals over rows and no tau_inf.
    ///
    /// - Parameters:
    ///   - free: rankings that cost nothing, their values in the truth's order.
    ///   - remarks: more notes, to come first.
    /// - Throws: ``RankingsError`` naming children that only one of the tables (or only a subset) has, and for more than
    ///   ``PairwiseTaus/rowLimit`` rows.
    /// - Cost: rows^2 / 2 taus for S-Tau and as many overlaps, O(c log c) each; the ceiling's draws.
    package init(
        scores: ScoreTable, truth: TruthTable, asking asked: MetricsOptions = MetricsOptions(),
        free: [FreeRanking] = [], remarks: [String] = []
    ) throws {
        let table = try scores.rows(inOrderOf: truth)
        if table.count > PairwiseTaus.rowLimit {
            throw RankingsError(
                "\(table.count) rows of scores, expected at most \(PairwiseTaus.rowLimit): all pairs of rows are compared",
                hint: "keep the rows that matter, such as the last ones or every tenth")
        }
        let yardstick = try Yardstick(truth, asked)
        let measured = try table.map(yardstick.measures)
        let level = scores.steps == nil ? asked.level : nil
        func figure(_ of: (RankingMeasures) -> Double?) -> RowFigure { RowFigure(measured.map(of), level: level) }
        func figures(_ of: (RankingMeasures) -> [String: Double]) -> [String: RowFigure] {
            let keys = measured.first.map { Array(of($0).keys) } ?? []
            return Dictionary(uniqueKeysWithValues: keys.map { key in (key, figure { of($0)[key] }) })
        }
        schema = "espalier.metrics/1"
        children = truth.means.count
        rows = table.count
        steps = scores.steps
        let rowTaus = figure(\.tauB)
        gtTau = rowTaus
        pValue = measured.map(\.pValue)
        gtTauOverChildren = try table.map { try Kendall.jackknife($0, truth.means)?.interval(level: asked.level) }
        tauA = figure(\.tauA)
        spearman = figure(\.spearman)
        weightedTau = figure(\.weightedTau)
        sparseTau = figure(\.sparseTau)
        rankBiasedOverlap = figure(\.rankBiasedOverlap)
        topRank = figures(\.topRank)
        topRankPaper = figures(\.topRankPaper)
        precisionTop = figures(\.precisionTop)
        precisionBottom = figures(\.precisionBottom)
        regret = figure(\.regret)
        likelyBest = yardstick.likelyBest
        regretUnderNoise = yardstick.likelyBest == nil ? nil : measured.compactMap(\.regretUnderNoise)
        hit = yardstick.likelyBest == nil ? nil : figure(\.hit)
        let taus = try PairwiseTaus(table)
        stability = try RowStability(
            table, taus: taus, ks: asked.ks(truth), persistence: asked.persistence, level: level)
        let ceiling = try NoiseCeiling(truth, subsets: asked.subsets, tops: asked.tops)
        self.ceiling = ceiling
        last = asked.last.flatMap { k in
            Moments(last: k, of: measured.map(\.tauB)).map { Last(rows: k, mean: $0.mean, std: $0.std) }
        }
        subsets = yardstick.places.map { part in
            Subset(
                name: part.name, children: part.places.count, gtTau: figure { $0.inside[part.name]?.tauB },
                tauA: figure { $0.inside[part.name]?.tauA })
        }
        self.free = try free.map { Free(name: $0.name, measures: try yardstick.measures($0.values)) }
        let tauInf =
            level == nil
            ? nil
            : rowTaus.mean.flatMap { mean in
                taus.flatMap { noiselessTau(gtTau: mean, sTau: $0.mean, truthTau: ceiling?.truthTau ?? 1) }
            }
        notes = remarks + Self.notes(scores, truth, asked) + Self.notes(tauInf: tauInf, truthTau: ceiling?.truthTau)
        sTau = taus?.mean
        self.tauInf = tauInf
    }

    private static func notes(tauInf: Double?, truthTau: Double?) -> [String] {
        guard let tauInf else { return [] }
        var notes: [String] = []
        if truthTau == nil { notes.append("tau_inf takes the truth as exact: its error is not known.") }
        if abs(tauInf) == 1 {
            notes.append("tau_inf was cut off: rows and truth agree better than their noise, as it is known, allows.")
        }
        return notes
    }

    private static func notes(_ scores: ScoreTable, _ truth: TruthTable, _ asked: MetricsOptions) -> [String] {
        var notes: [String] = []
        let rows = scores.rows.count
        if scores.steps != nil {
            notes.append("The rows are steps of one run and not independent: no interval over rows, no tau_inf.")
        } else if rows > 1, Int((1 - asked.level) * SignFlip.patterns(count: rows)) < 1 {
            let needed = (1...64).first { Int((1 - asked.level) * SignFlip.patterns(count: $0)) >= 1 }
            notes.append(
                "\(rows) rows are too few for an interval of a mean at \(percent(asked.level))"
                    + (needed.map { "; it takes \($0) independent ones." } ?? "."))
        }
        if let last = asked.last, last > rows {
            notes.append("There are \(rows) rows, so nothing is said about the last \(last).")
        }
        let deviations = truth.runDeviations()
        if let missing = truth.missingErrors {
            notes.append("\(missing): no \(deviations == nil ? "noise ceiling, no " : "")T*, no regret under noise.")
        } else if deviations == nil {
            notes.append("A child of the truth has one run only: no noise ceiling.")
        }
        return notes
    }
}

/// 95 %, 99.9 %
package func percent(_ share: Double) -> String {
    let number = (share * 1_000).rounded() / 10
    return (number == number.rounded() ? "\(Int(number))" : "\(number)") + " %"
}
