import Foundations

/// What `metrics` prints: how well a table of scores ranks the children of a truth table, how stable it is, what the
/// truth allows at all, and what costs nothing. Larger is better in both tables.
///
/// Undefined figures are `null` in JSON; what needs steps, a truth with errors or a question not asked is left out without.
package struct MetricsReport: Sendable, Hashable, Encodable {
    /// The taus among some of the children only.
    package struct Subset: Sendable, Hashable, Codable {
        package let name: String
        package let children: Int
        package let gtTau: RowFigure
        package let tauA: RowFigure
    }

    /// Figures over the last k rows: GT-Tau-Mean-k and GT-Tau-Std-k.
    package struct Last: Sendable, Hashable, Codable {
        package let rows: Int
        package let mean: Double
        package let std: Double
    }

    /// A free ranking measured like the scores.
    package struct Free: Sendable, Hashable, Encodable {
        package let name: String
        package let measures: RankingMeasures
    }

    package let schema: String
    package let children: Int
    package let rows: Int
    package let steps: [Int]?
    /// tau-b against the truth, as the published tables have it.
    package let gtTau: RowFigure
    /// Its two-sided p-value by row; see ``Kendall/pValue``.
    package let pValue: [Double?]
    /// By row, where the *children* are taken as a sample; see ``Kendall/jackknife(_:_:)``.
    package let gtTauOverChildren: [Interval?]
    /// tau-a against the truth: for comparing arms.
    package let tauA: RowFigure
    package let spearman: RowFigure
    package let weightedTau: RowFigure
    package let sparseTau: RowFigure
    package let rankBiasedOverlap: RowFigure
    /// Top-n-Rank by n, ties in expectation. An n above the number of children is left out.
    package let topRank: [String: RowFigure]
    /// Top-n-Rank where index order breaks ties, as the published code has it.
    package let topRankPaper: [String: RowFigure]
    /// By k: of the k first, those that are among the k truly first; and the same of the last.
    package let precisionTop: [String: RowFigure]
    package let precisionBottom: [String: RowFigure]
    /// Points lost by taking the child with the highest score.
    package let regret: RowFigure
    /// By row; nil where the truth has no errors.
    package let regretUnderNoise: [NoisyRegret]?
    /// The chance that the pick is in T*; nil as above.
    package let hit: RowFigure?
    package let likelyBest: [Yardstick.LikelyBest]?
    @OrNull package var sTau: Double? = nil
    package let stability: RowStability
    /// See ``noiselessTau(gtTau:sTau:truthTau:)``; nil for steps of one run.
    @OrNull package var tauInf: Double? = nil
    package let ceiling: NoiseCeiling?
    package let last: Last?
    package let subsets: [Subset]
    package let free: [Free]
    /// Why something is missing, or what to know about it, in sentences.
    package let notes: [String]
}

/// How alike the rows are, beside S-Tau. No truth takes part.
package struct RowStability: Sendable, Hashable, Codable {
    package struct Sets: Sendable, Hashable, Codable {
        package let phi: Double
        package let interval: Interval?
    }

    /// Of S-Tau, by jackknife over the rows.
    package let sTauInterval: Interval?
    /// Mean rank-biased overlap over all pairs of rows.
    package let rankBiasedOverlap: Double?
    /// Phi of the k first, by k; left out where it is undefined.
    package let phi: [String: Sets]

    /// - Parameter level: of the intervals; nil where the rows are not independent.
    init(_ table: [[Double]], taus: PairwiseTaus?, ks: [Int], persistence: Double, level: Double?) throws {
        sTauInterval = level.flatMap { taus?.jackknife?.interval(level: $0) }
        rankBiasedOverlap = try meanRankBiasedOverlap(table, p: persistence)
        var sets: [String: Sets] = [:]
        for k in ks {
            guard let stability = try SetStability(top: k, of: table) else { continue }
            sets[String(k)] = Sets(phi: stability.phi, interval: level.flatMap { stability.interval(level: $0) })
        }
        phi = sets
    }
}
