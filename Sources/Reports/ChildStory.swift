/// What became of one child, round by round, out of a run's ledger.
package struct ChildStory: Sendable, Hashable {
    /// One round the child saw alive or on probation.
    package struct Chapter: Sendable, Hashable {
        package let round: RunLedger.Round
        /// The child's own row; nil where it was not scored.
        package let entry: RunLedger.Entry?
        /// nil where an ending search did not look at it.
        package let fate: RunLedger.Fate?
        /// Why it was dropped.
        package let reason: String?
        /// The choice of its own that was dropped in this round.
        package let choice: RunLedger.DroppedChoice?
        /// Of how many scored children its rank is.
        package var scored: Int { round.entries.count }
        /// The group it is in after the decision.
        package let groupAfter: Int?
    }

    /// Where the child stands at the end of the recorded rounds.
    package enum Standing: Sendable, Hashable {
        /// No decision has been taken yet.
        case undecided
        case training
        case onProbation
        case dropped(round: Int)
        /// The run's choice.
        case best
        case final(rank: Int, of: Int)
        /// It lived to the end, and the final ranking did not look at it.
        case unranked
    }

    package let run: String
    package let child: String
    package let genotype: String
    /// Whether the search has ended.
    package let isDone: Bool
    package let chapters: [Chapter]
    package let standing: Standing

    /// - Parameters:
    ///   - child: a label of the run's space.
    ///   - best: the child chosen; nil before the end.
    ///   - has: whether the child has a choice at a slot, both by name.
    package init(
        _ ledger: RunLedger, child: String, genotype: String, best: String?, has: (String, String) -> Bool
    ) {
        (run, isDone, self.child, self.genotype) = (ledger.run, ledger.isDone, child, genotype)
        var chapters: [Chapter] = []
        for round in ledger.rounds {
            let entry = round.entries.first { $0.child == child }
            var choice = round.droppedChoices.first { has($0.slot, $0.choice) }
            let isFinal = round.decider == .finalRanking
            // A final ranking leaves out those on probation.
            if entry == nil, isFinal, chapters.last?.fate == .probation { break }
            let fate = entry?.fate ?? (choice != nil ? .dropped : isFinal ? nil : .kept)
            if fate != .dropped { choice = nil }
            chapters.append(
                Chapter(
                    round: round, entry: entry, fate: fate, reason: entry == nil ? choice?.reason : entry?.reason,
                    choice: choice,
                    groupAfter: fate == .dropped ? nil : round.group(of: child)))
            if fate == .dropped { break }
        }
        self.chapters = chapters
        standing = Self.standing(chapters.last, isBest: best == child)
    }

    private static func standing(_ last: Chapter?, isBest: Bool) -> Standing {
        guard let last else { return .undecided }
        switch last.fate {
        case .dropped: return .dropped(round: last.round.round)
        case .probation: return .onProbation
        case .kept, .returned: return .training
        case .final: return isBest ? .best : .final(rank: last.entry?.rank ?? 0, of: last.scored)
        case nil: return .unranked
        }
    }
}
