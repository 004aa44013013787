/// Every decision of a run with its grounds: what a ``RunRecord`` leaves out.
///
/// Of each round it holds a row for every child that was scored. Children of a space too large to list that no round
/// scored have none; ``ChildStory`` finds out what became of them.
package struct RunLedger: Sendable, Hashable, Encodable {
    package var run: String
    /// Whether the search has ended.
    package var isDone: Bool
    package var rounds: [Round]

    package init(run: String, isDone: Bool, rounds: [Round]) {
        self.run = run
        self.isDone = isDone
        self.rounds = rounds
    }
}

extension RunLedger {
    /// What kind of judge decided.
    package enum Decider: String, Sendable, Hashable, Codable {
        /// The recipe's policy.
        case policy
        /// The policy that takes the place of one that failed.
        case fallback
        /// Nobody: two successive rankings agreed too little.
        case gate
        /// Nobody: the last round only ranks.
        case finalRanking
    }

    /// What became of a child in a round.
    package enum Fate: String, Sendable, Hashable, Codable {
        case kept, dropped
        /// Dropped from training, still scored.
        case probation
        /// Was on probation and trains again.
        case returned
        /// Stands in the final ranking.
        case final
    }

    /// One child in one round.
    package struct Entry: Sendable, Hashable, Encodable {
        package var child: String
        /// What it was ranked by, larger is better, and the standard error of that.
        package var score: Double
        package var standardError: Double
        /// The plain mean over the scorings, where it is not `score`.
        package var mean: Double?
        /// From 1, the best; children of equal score share the smaller one.
        package var rank: Int
        /// score - cut; nil where there was no cut.
        package var margin: Double?
        /// P(the true mean lies on the child's side of the cut), 0 ... 1.
        package var confidence: Double?
        /// The group whose weights it was scored with.
        package var group: Int
        package var params: Int
        /// Multiply-adds of one image.
        package var macs: Int
        package var fate: Fate
        /// Why it was dropped; nil for a child that was not.
        package var reason: String?

        package init(
            child: String, score: Double, standardError: Double, mean: Double? = nil, rank: Int, margin: Double? = nil,
            confidence: Double? = nil, group: Int, params: Int, macs: Int, fate: Fate, reason: String? = nil
        ) {
            self.child = child
            self.score = score
            self.standardError = standardError
            self.mean = mean
            self.rank = rank
            self.margin = margin
            self.confidence = confidence
            self.group = group
            self.params = params
            self.macs = macs
            self.fate = fate
            self.reason = reason
        }
    }

    /// A choice dropped from a slot, and why.
    package struct DroppedChoice: Sendable, Hashable, Encodable {
        package var slot: String
        package var choice: String
        package var reason: String

        package init(slot: String, choice: String, reason: String) {
            self.slot = slot
            self.choice = choice
            self.reason = reason
        }
    }

    /// A group of children after a decision: they share weights.
    package struct Group: Sendable, Hashable, Encodable {
        package var members: [String]
        /// The group before the decision whose weights it inherited.
        package var parent: Int?
        /// Mean share of equal choices over the pairs inside, and over those of one inside and one outside.
        package var within: Double?
        package var between: Double?
        /// Kendall tau-b inside the group between the rankings by the last two scorings.
        package var tauWithin: Double?

        package init(
            members: [String], parent: Int? = nil, within: Double? = nil, between: Double? = nil,
            tauWithin: Double? = nil
        ) {
            self.members = members
            self.parent = parent
            self.within = within
            self.between = between
            self.tauWithin = tauWithin
        }
    }
}
