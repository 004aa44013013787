extension RunLedger {
    /// One decision: by whom, on what measurements, of whom.
    package struct Round: Sendable, Hashable, Encodable {
        package var round: Int
        /// Of the budget spent, scoring included.
        package var fraction: Double
        package var step: Int
        /// Image passes and charged multiply-adds of the whole run so far.
        package var images: Int
        package var macs: Int
        package var decider: Decider
        /// The name and version of who decided.
        package var policy: String
        package var version: String
        package var measurement: Measurement
        /// The middle between the worst score kept and the best one dropped; nil where nobody was dropped.
        package var cut: Double?
        package var notes: [String]
        /// What every table made of it has to say.
        package var stamp: String?
        package var droppedChoices: [DroppedChoice]
        /// How many train on, where they are too many to list.
        package var alive: String?
        /// How groups were made, as a recipe spells it; nil where they were left alone.
        package var grouping: String?
        /// After the decision; empty where the children are too many to list.
        package var groups: [Group]
        /// Every child that was scored, best first.
        package var entries: [Entry]

        package init(
            round: Int, fraction: Double, step: Int, images: Int, macs: Int, decider: Decider, policy: String,
            version: String, measurement: Measurement, cut: Double? = nil, notes: [String] = [], stamp: String? = nil,
            droppedChoices: [DroppedChoice] = [], alive: String? = nil, grouping: String? = nil, groups: [Group] = [],
            entries: [Entry]
        ) {
            self.round = round
            self.fraction = fraction
            self.step = step
            self.images = images
            self.macs = macs
            self.decider = decider
            self.policy = policy
            self.version = version
            self.measurement = measurement
            self.cut = cut
            self.notes = notes
            self.stamp = stamp
            self.droppedChoices = droppedChoices
            self.alive = alive
            self.grouping = grouping
            self.groups = groups
            self.entries = entries
        }
    }

    /// How the scores of a round came about.
    package struct Measurement: Sendable, Hashable, Encodable {
        /// `loss` or `accuracy`, on the images of which role, by which batch-norm statistics.
        package var measure: String
        package var role: String
        package var statistics: String
        package var scorings: Int
        /// What was made of the mean scores before ranking; nil for nothing.
        package var model: String?
        /// Root mean square of the leave-one-out errors of the additive fit of the scores.
        package var looError: Double?
        /// Kendall tau-b between the rankings by the last two scorings.
        package var agreement: Double?

        package init(
            measure: String, role: String, statistics: String, scorings: Int, model: String? = nil,
            looError: Double? = nil, agreement: Double? = nil
        ) {
            self.measure = measure
            self.role = role
            self.statistics = statistics
            self.scorings = scorings
            self.model = model
            self.looError = looError
            self.agreement = agreement
        }
    }
}

extension RunLedger.Round {
    /// The group a child is in after the decision; nil where it has left or groups are not listed.
    package func group(of child: String) -> Int? { groups.firstIndex { $0.members.contains(child) } }
}
