/// A run's audit in a few numbers, to be averaged over the seeds of an arm.
package struct AuditSummary: Sendable, Hashable, Codable {
    /// n of the true top n, and of how many children.
    package var top: Int
    package var children: Int
    /// Children that trained after each decision.
    package var kept: [Int]
    /// Of the top, lost in each decision (less those that came back), and what a random cut of the children then training
    /// would have lost on average.
    package var lostTop: [Double]
    package var lostAtRandom: [Double]
    /// Points of accuracy out of reach after each decision.
    package var reachable: [Double]

    package init(_ audit: RegretAudit) {
        top = audit.top.count
        children = audit.children
        kept = audit.rounds.map(\.after)
        lostTop = audit.rounds.map { Double($0.topLostHere) }
        lostAtRandom = audit.rounds.map { round in
            let there = audit.top.count - (round.topLost - round.topLostHere)
            return Double(there) * (1 - Double(round.after) / Double(max(1, round.before)))
        }
        reachable = audit.rounds.map(\.reachable)
    }

    /// Of the top, lost by the end; 0 for a run that decided nothing.
    package var lostTopInAll: Double { lostTop.reduce(0, +) }
    /// Points out of reach at the end.
    package var reachableInAll: Double { reachable.last ?? 0 }
}

/// The audits of one arm over its seeds: means round by round, and in all.
///
/// Runs may decide differently often; a round's mean is over the runs that had it, ``Round/runs`` says how many.
package struct ArmAudit: Sendable, Hashable, Codable {
    package struct Round: Sendable, Hashable, Codable {
        /// From 0, the first decision.
        package let round: Int
        package let runs: Int
        package let lostTop: Double
        package let lostAtRandom: Double
        package let reachable: Double
    }

    package let runs: Int
    package let rounds: [Round]
    /// Mean and deviation over the runs of the top children lost by the end.
    package let lostTopInAll: Moments
    package let reachableInAll: Moments

    /// Nil for no runs. The order of the runs does not matter but for rounding.
    package init?(_ audits: [AuditSummary]) {
        guard let lost = Moments(audits.map(\.lostTopInAll)), let reach = Moments(audits.map(\.reachableInAll)) else {
            return nil
        }
        (runs, lostTopInAll, reachableInAll) = (audits.count, lost, reach)
        rounds = (0..<(audits.map(\.lostTop.count).max() ?? 0)).map { round in
            let there = audits.filter { $0.lostTop.count > round }
            func mean(_ values: (AuditSummary) -> [Double]) -> Double {
                there.reduce(0) { $0 + values($1)[round] } / Double(there.count)
            }
            return Round(
                round: round, runs: there.count, lostTop: mean(\.lostTop), lostAtRandom: mean(\.lostAtRandom),
                reachable: mean(\.reachable))
        }
    }
}
