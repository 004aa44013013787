/// What one decision did to the children it named.
package struct RoundOutcome: Sendable, Hashable {
    package let round: Int
    /// The scores the decision used, larger is better; a child it did not score is not in it.
    package let scores: [String: Double]
    /// Children that train on. One on probation named here comes back.
    package let kept: [String]
    /// Children taken out of training, by name or through a choice of theirs; those on probation too, each time they
    /// are named again.
    package let dropped: [String]

    package init(round: Int, scores: [String: Double], kept: [String], dropped: [String]) {
        self.round = round
        self.scores = scores
        self.kept = kept
        self.dropped = dropped
    }
}

extension CompositeRanking {
    /// The ranking of every child of a run, whatever happened to it.
    ///
    /// A child leaves in the round whose decision took it out of training for good: probation counts from its beginning,
    /// its end changes nothing, and a child that came back has not left. It carries the score of that decision alone,
    /// nil where it had none (never scored, or dropped through a choice outside the scored sample); a survivor carries
    /// that of the last decision.
    ///
    /// - Parameters:
    ///   - children: all of them, or for a space too large to list all that were ever named; the ranking's order.
    ///   - outcomes: decision after decision. A child that one does not name stays as it was.
    /// - Throws: ``RankingsError`` where an outcome names a child that is not among `children`, or one both ways.
    /// - Cost: children plus names.
    package init(covering children: [String], outcomes: [RoundOutcome]) throws {
        let all = Set(children)
        var left: [String: (round: Int, score: Double?)] = [:]
        for outcome in outcomes {
            let strangers = (outcome.kept + outcome.dropped).filter { !all.contains($0) }
            if !strangers.isEmpty {
                throw RankingsError("round \(outcome.round) names unknown children: \(listed(strangers))")
            }
            let both = outcome.dropped.filter(Set(outcome.kept).contains)
            if !both.isEmpty { throw RankingsError("round \(outcome.round) keeps and drops children: \(listed(both))") }
            for child in outcome.kept { left[child] = nil }
            for child in outcome.dropped where left[child] == nil {
                left[child] = (outcome.round, outcome.scores[child])
            }
        }
        try self.init(
            children.map { child in
                guard let exit = left[child] else {
                    return Passage(child: child, leftInRound: nil, score: outcomes.last?.scores[child])
                }
                return Passage(child: child, leftInRound: exit.round, score: exit.score)
            })
    }
}
