import Foundations

/// What a run's cuts cost by the truth: which of the truly best children left, in which round, and what could still be
/// reached afterwards; beside it what free rankings and cuts at random of the same sizes would have left.
///
/// A child is lost while it does not train: dropped by name, through a choice of its own, or on probation. One that comes
/// back is lost no longer.
package struct RegretAudit: Sendable, Hashable {
    /// All children the run began with.
    package let children: Int
    /// The true top n, best first; equals in the truth's order.
    package let top: [String]
    /// T*, the children that may truly be the best; nil where the truth has no errors to tell.
    package let likely: [String]?
    /// One a decision, in order.
    package let rounds: [Round]
    /// Points of accuracy a unit of the truth.
    package let pointsPerUnit: Double

    package struct Round: Sendable, Hashable, Codable {
        package let round: Int
        /// Children that trained before and after the decision.
        package let before: Int
        package let after: Int
        /// Of the top and of T*, best first: who left in this round, and who came back.
        package let left: [String]
        package let returned: [String]
        /// Of the top, how many left in this round (less those that came back) and how many are lost by now.
        package let topLostHere: Int
        package let topLost: Int
        /// Of T*.
        package let likelyLost: Int?
        /// truth(best of all) - truth(best that trains on), points.
        package let reachable: Double
        /// The same number of children, chosen at random from all: the mean of such choices, and the chance that one
        /// loses no more of the top than this run did.
        package let random: ExpectedCut
        package let randomNoWorse: Double
        /// The same number of children, the first by each free ranking.
        package let free: [Free]
    }

    /// A ranking that costs no training.
    package struct Free: Sendable, Hashable, Codable {
        package let name: String
        package let cut: ExpectedCut
    }

    /// n of the true top where nobody says: an eighth of the children, 8 of 64, at least 1.
    package static func standardTop(of children: Int) -> Int { max(1, (children + 4) / 8) }

    /// - Parameters:
    ///   - truth: of exactly the children the run began with.
    ///   - outcomes: decision after decision; scores are not looked at.
    ///   - likely: T*; those the truth does not name are left out.
    ///   - top: n; nil takes ``standardTop(of:)``.
    ///   - free: rankings by name, one value for each child of the truth in its order, larger first.
    /// - Throws: ``RankingsError`` naming children of an outcome without a truth, and for free rankings of another length
    ///   or with NaN.
    /// - Cost: O(n log n) a round and free ranking.
    package init(
        truth: TruthTable, outcomes: [RoundOutcome], likely: [String]?, top count: Int? = nil,
        free: [(name: String, values: [Double])] = []
    ) throws {
        try refuseUnordered([("truth", truth.means)] + free)
        let size = truth.labels.count
        let order = try ranks(truth.means, ties: .ordinal)
        let place = Dictionary(uniqueKeysWithValues: zip(truth.labels, order))
        let first = min(size, max(1, count ?? Self.standardTop(of: size)))
        let best = truth.labels.filter { (place[$0] ?? 0) <= Double(first) }.sorted { place[$0]! < place[$1]! }
        let maybe = likely.map { $0.filter { place[$0] != nil }.sorted { place[$0]! < place[$1]! } }
        let watched = Set(best).union(maybe ?? [])
        let marked = try truth.places(of: best)
        let points = truth.pointsPerUnit
        let summit = truth.means.max() ?? 0
        func scaled(_ cut: ExpectedCut) -> ExpectedCut { .init(lost: cut.lost, regret: cut.regret * points) }

        var training = Set(truth.labels)
        rounds = try outcomes.map { outcome in
            _ = try truth.places(of: outcome.kept + outcome.dropped)
            let before = training
            training = training.union(outcome.kept).subtracting(outcome.dropped)
            let kept = max(1, training.count)
            let lost = best.count { !training.contains($0) }
            func moved(_ from: Set<String>, _ to: Set<String>) -> [String] {
                watched.filter { from.contains($0) && !to.contains($0) }.sorted { place[$0]! < place[$1]! }
            }
            return Round(
                round: outcome.round, before: before.count, after: training.count, left: moved(before, training),
                returned: moved(training, before), topLostHere: lost - best.count { !before.contains($0) },
                topLost: lost,
                likelyLost: maybe.map { $0.count { !training.contains($0) } },
                reachable: (summit - (training.compactMap { truth[$0] }.max() ?? summit)) * points,
                random: scaled(
                    ExpectedCut(
                        keeping: kept, by: truth.means.map { _ in 0 }, marked: marked, truth: truth.means)),
                randomNoWorse: hypergeometricAtMost(lost, marked: best.count, drawn: size - kept, total: size),
                free: free.map { ranking in
                    Free(
                        name: ranking.name,
                        cut: scaled(
                            ExpectedCut(
                                keeping: kept, by: ranking.values, marked: marked, truth: truth.means)))
                })
        }
        (children, top, self.likely, pointsPerUnit) = (size, best, maybe, points)
    }
}
