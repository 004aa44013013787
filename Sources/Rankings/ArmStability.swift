import Foundations

/// How alike the rankings are that the runs of one arm have made of the same children. No truth takes part, and ranking
/// by parameters is perfectly stable, so it belongs beside GT-Tau.
///
/// Over whole composite rankings, never over the children that happen to be left in all of them.
package struct ArmStability: Sendable, Hashable, Codable {
    package let runs: Int
    /// Mean tau-b over all pairs of runs, and its 95 % interval by jackknife (from 4 runs on); see
    /// ``stabilityTau(_:)``.
    @OrNull package var sTau: Double?
    @OrNull package var sTauLow: Double?
    @OrNull package var sTauHigh: Double?
    /// n: an eighth of the children.
    package let top: Int
    /// Phi of the first n, the same n for every arm, with its 95 % interval by jackknife; see ``SetStability``.
    @OrNull package var phi: Double?
    @OrNull package var phiLow: Double?
    @OrNull package var phiHigh: Double?
    /// Mean over all pairs of runs; see ``rankBiasedOverlap(_:_:p:)``.
    @OrNull package var rankBiasedOverlap: Double?

    /// Nil for fewer than two runs, and for runs of different children.
    /// - Throws: what the measures throw.
    package init?(_ rankings: [CompositeRanking]) throws {
        guard rankings.count > 1, let children = rankings.first?.children.sorted(),
            rankings.allSatisfy({ $0.children.sorted() == children })
        else { return nil }
        let rows = rankings.map { ranking in
            let values = Dictionary(uniqueKeysWithValues: zip(ranking.children, ranking.values))
            return children.map { values[$0] ?? 0 }
        }
        runs = rankings.count
        let taus = try PairwiseTaus(rows)
        sTau = taus?.mean
        let interval = taus?.jackknife?.interval()
        (sTauLow, sTauHigh) = (interval?.low, interval?.high)
        top = RegretAudit.standardTop(of: children.count)
        let sets = try SetStability(top: top, of: rows)
        phi = sets?.phi
        (phiLow, phiHigh) = (sets?.interval()?.low, sets?.interval()?.high)
        rankBiasedOverlap = try meanRankBiasedOverlap(rows)
    }
}
