import Foundations

/// tau-b of a run's ranking among the children it kept, beside that of a run that kept everyone on the same children:
/// among survivors every tau is lower, so it says nothing alone.
package struct SurvivorTaus: Sendable, Hashable, Codable {
    package let children: Int
    @OrNull package var tau: Double?
    @OrNull package var uniform: Double?

    /// Nil where nobody was dropped, or fewer than two children are left.
    /// - Throws: ``RankingsError`` naming children without a truth.
    package init?(_ ranking: CompositeRanking, beside uniform: CompositeRanking?, truth: TruthTable) throws {
        let kept = Set(ranking.survivors)
        guard kept.count > 1, kept.count < ranking.children.count else { return nil }
        let means = truth.means
        let places = try truth.places(of: ranking.survivors)
        func agreement(_ ranking: CompositeRanking) throws -> Double? {
            let values = Dictionary(uniqueKeysWithValues: zip(ranking.children, ranking.values))
            let known = places.compactMap { place in values[truth.labels[place]].map { ($0, means[place]) } }
            guard known.count == places.count else { return nil }
            return try Kendall(known.map(\.0), known.map(\.1))?.tauB
        }
        children = kept.count
        tau = try agreement(ranking)
        self.uniform = try uniform.flatMap { try agreement($0) }
    }
}
