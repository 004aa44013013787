/// Pairs of children that a ranking and the truth order alike (concordant), oppositely (discordant) or not (tied).
package struct PairCounts: Sendable, Hashable, Codable {
    package var concordant = 0
    package var discordant = 0
    package var tied = 0

    package init(concordant: Int = 0, discordant: Int = 0, tied: Int = 0) {
        self.concordant = concordant
        self.discordant = discordant
        self.tied = tied
    }

    package var pairs: Int { concordant + discordant + tied }

    /// tau-a of these pairs alone, (concordant - discordant) / pairs; nil without pairs.
    package var tauA: Double? { pairs == 0 ? nil : Double(concordant - discordant) / Double(pairs) }
}

/// Where a progressive run's agreement with the truth comes from: among its survivors, between survivors and dropped
/// children (did the cuts fall on the right side?), and among the dropped (mostly early, noisy scores).
package struct ConcordanceSplit: Sendable, Hashable, Codable {
    package var survivorSurvivor = PairCounts()
    package var survivorDropped = PairCounts()
    package var droppedDropped = PairCounts()

    /// - Parameter truth: by child, larger is better.
    /// - Throws: ``RankingsError`` for ranked children without a truth (named) and for a NaN truth.
    /// - Cost: O(n^2) pairs: 2,016 for 64 children.
    package init(_ ranking: CompositeRanking, truth: [String: Double]) throws {
        let missing = ranking.children.filter { truth[$0] == nil }
        if !missing.isEmpty { throw RankingsError("children without a truth: \(listed(missing))") }
        let values = ranking.values
        let truths = ranking.children.map { truth[$0] ?? 0 }
        try refuseUnordered([("truth", truths)])
        for i in truths.indices {
            for j in 0..<i {
                switch (ranking.passages[i].leftInRound == nil, ranking.passages[j].leftInRound == nil) {
                case (true, true): survivorSurvivor.add(values[i], values[j], truths[i], truths[j])
                case (false, false): droppedDropped.add(values[i], values[j], truths[i], truths[j])
                default: survivorDropped.add(values[i], values[j], truths[i], truths[j])
                }
            }
        }
    }
}

extension PairCounts {
    mutating func add(_ a: Double, _ b: Double, _ trueA: Double, _ trueB: Double) {
        if a == b || trueA == trueB {
            tied += 1
        } else if (a < b) == (trueA < trueB) {
            concordant += 1
        } else {
            discordant += 1
        }
    }
}
