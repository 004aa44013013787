/// What a policy says: who trains on, who is dropped and why.
///
/// In JSON everything after `dropped` may be left out. Reading refuses keys it does not know, naming the nearest.
public struct Verdict: Sendable, Hashable, Codable {
    /// Labels of the children that train on.
    public var keep: [String]
    /// The children dropped, each with a reason.
    public var dropped: [Dropped]
    /// Choices to be dropped from slots, for spaces too large to list.
    public var dropChoices: [DroppedChoice]
    /// Children of `dropped` that are still scored, though no longer trained.
    public var probation: [String]
    /// How to group the survivors for the next round; nil leaves the groups alone.
    public var regroup: Regroup?
    /// The share of the whole budget to spend until the next decision, in 0 < f <= 1; nil follows the recipe.
    public var nextBudgetFraction: Double?
    /// Ends the search here.
    public var stop: Bool
    /// What the next standing shall bring back; at most 1 MiB of UTF-8.
    public var state: String?

    /// A verdict from its parts.
    public init(
        keep: [String], dropped: [Dropped], dropChoices: [DroppedChoice] = [], probation: [String] = [],
        regroup: Regroup? = nil, nextBudgetFraction: Double? = nil, stop: Bool = false, state: String? = nil
    ) {
        self.keep = keep
        self.dropped = dropped
        self.dropChoices = dropChoices
        self.probation = probation
        self.regroup = regroup
        self.nextBudgetFraction = nextBudgetFraction
        self.stop = stop
        self.state = state
    }

    /// Everyone stays, in the standing's order.
    public static func keepingAll(of standing: Standing) -> Verdict {
        Verdict(keep: standing.survivors.map(\.child), dropped: [], state: standing.state)
    }
}

extension Verdict {
    /// A child dropped, and why.
    public struct Dropped: Sendable, Hashable, Codable {
        /// The child's label.
        public var child: String
        /// One sentence for the ledger, with the numbers it rests on.
        public var reason: String

        /// A dropped child from its parts.
        public init(child: String, reason: String) {
            self.child = child
            self.reason = reason
        }
    }

    /// A choice dropped from a slot, and why.
    public struct DroppedChoice: Sendable, Hashable, Codable {
        /// The slot's name.
        public var slot: String
        /// The choice's name.
        public var choice: String
        /// One sentence for the ledger.
        public var reason: String

        /// A dropped choice from its parts.
        public init(slot: String, choice: String, reason: String) {
            self.slot = slot
            self.choice = choice
            self.reason = reason
        }
    }

    /// How survivors are grouped: only members of a group share weights.
    public struct Regroup: Sendable, Hashable, Codable {
        /// `similarity`, `random` or `none`.
        public var by: String
        /// The number of groups.
        public var count: Int

        /// A grouping from its parts.
        public init(by: String, count: Int) {
            self.by = by
            self.count = count
        }
    }
}
