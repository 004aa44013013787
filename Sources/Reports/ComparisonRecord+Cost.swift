import Rankings

extension ComparisonRecord {
    /// How far apart arms may be in charged multiply-adds: largest / smallest - 1.
    package static let allowedGap = 0.005

    /// The arms that have runs of their own: what is worked out on paper costs nothing.
    package var ran: [Arm] { arms.filter { $0.paperOf == nil } }

    /// Seeds that all arms with runs have finished: one that is missing or under way would make its arm look cheap.
    package var finishedSeeds: Set<UInt64> {
        let finished = ran.filter { !$0.seeds.isEmpty }.map { Set($0.finished.map(\.seed)) }
        guard let first = finished.first else { return [] }
        return finished.dropFirst().reduce(first) { $0.intersection($1) }
    }

    /// The mean of a cost of an arm over the seeds that all have finished; nil where there are none.
    package func meanCost(_ arm: Arm, _ cost: (Outcome) -> Int) -> Double? {
        let seeds = finishedSeeds
        return Moments(arm.seeds.filter { seeds.contains($0.seed) }.map { Double(cost($0)) })?.mean
    }

    /// How far apart the arms' mean charged multiply-adds are over the seeds that all have finished: largest / smallest
    /// - 1; nil without two arms that ran, and where no seed is finished by all.
    package var costGap: Double? {
        let means = ran.compactMap { meanCost($0, \.macs) }
        guard means.count > 1, let least = means.min(), let most = means.max(), least > 0 else { return nil }
        return most / least - 1
    }
}
