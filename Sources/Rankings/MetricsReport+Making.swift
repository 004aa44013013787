extension MetricsReport {
    /// Every figure of a table of scores against a truth table.
    ///
    /// - Parameters:
    ///   - tops: the n of Top-n-Rank.
    ///   - last: also GT-Tau-Mean-k and -Std-k over this many last rows; left out where there are fewer.
    ///   - subset: also the taus among these children, under this name.
    /// - Throws: ``RankingsError`` naming children that only one of the tables (or only the subset) has.
    /// - Cost: rows^2 / 2 taus for S-Tau, O(c log c) each.
    package init(
        scores: ScoreTable, truth: TruthTable, tops: [Int] = [1, 3], last: Int? = nil,
        subset: (name: String, children: [String])? = nil
    ) throws {
        let table = try scores.rows(inOrderOf: truth)
        let means = truth.means
        let taus = try table.map { try Kendall($0, means) }
        func figures(_ ties: TopRankTies) throws -> [String: RowFigure] {
            var byN: [String: RowFigure] = [:]
            for n in tops where n <= means.count {
                byN[String(n)] = RowFigure(
                    try table.map { try Rankings.topRank(n, scores: $0, truth: means, ties: ties) })
            }
            return byN
        }
        schema = "espalier.metrics/1"
        children = means.count
        rows = table.count
        steps = scores.steps
        gtTau = RowFigure(taus.map { $0?.tauB })
        pValue = taus.map { $0?.pValue }
        tauA = RowFigure(taus.map { $0?.tauA })
        sTau = try stabilityTau(table)
        topRank = try figures(.expectation)
        topRankPaper = try figures(.indexOrder)
        spearman = RowFigure(try table.map { try Rankings.spearman($0, means) })
        regret = RowFigure(table.map { expectedRegret($0, truth) })
        self.last = last.flatMap { k in
            Moments(last: k, of: taus.map { $0?.tauB }).map { Last(rows: k, mean: $0.mean, std: $0.std) }
        }
        self.subset = try subset.map { name, children in
            let places = try truth.places(of: children)
            let inside = try table.map { try Kendall($0, means, inside: places) }
            return Subset(
                name: name, children: children.count, gtTau: RowFigure(inside.map { $0?.tauB }),
                tauA: RowFigure(inside.map { $0?.tauA }))
        }
    }
}
