import Foundations

/// What is recorded of a decided round: the row under which reports find it.
struct RoundRow: Codable {
    var round: Int
    var step: Int
    /// Of the budget, scoring included.
    var fraction: Double
    var role: String
    var measure: String
    var statistics: String
    var scorings: Int
    /// Who decided: the policy, its fallback, or the gate.
    var policy: String
    var policyVersion: String
    /// The gate held, and nobody was asked.
    var isHeld: Bool?
    var images: Int
    var macs: Int
    var executedMACs: Int
    var survivors: [String]
    var dropped: [Dropped]
    /// After the decision, and the group each one came from.
    var groups: [[String]]
    var parents: [Int]
    /// Those of `dropped` that are still scored.
    var probation: [String]?
    /// Choices dropped from slots.
    var droppedChoices: [DroppedChoice]?
    /// How many train on, where they are too many to list.
    var alive: String?
    /// Between the worst kept and the best dropped; nil where nobody was dropped.
    var cut: Double?
    /// What was made of the mean scores before ranking.
    var model: String?
    /// Root mean square of the leave-one-out errors of the additive fit of the scores.
    var looError: Double?
    /// Kendall tau-b between the rankings by the last two scorings.
    var agreement: Double?
    /// How the groups were made, and what they are like.
    var grouping: String?
    var groupReport: [GroupRow]?
    var notes: [String]?
    /// What every table made of it has to say.
    var stamp: String?

    struct Dropped: Codable {
        var child: String
        var reason: String
    }

    struct DroppedChoice: Codable {
        var slot: String
        var choice: String
        var reason: String
    }

    /// One group after the decision.
    struct GroupRow: Codable {
        var size: Int
        /// Mean share of equal choices over its pairs.
        var similarityWithin: Double
        /// The same over pairs of one inside and one outside.
        var similarityBetween: Double?
        /// Kendall tau-b inside the group between the rankings by the last two scorings.
        var tauWithin: Double?
    }
}

/// What is recorded of one child in one round.
struct ScoreRow: Codable {
    var child: String
    var index: Int?
    var group: Int
    var params: Int
    var macs: Int
    /// What the child was ranked by, larger is better: the mean over the scorings, or what the recipe's model makes of it.
    var score: Double
    var standardError: Double
    var rank: Int
    /// One value a scoring, oldest first.
    var snapshots: [Double]
    var steps: [Int]
    var losses: [Double]
    var accuracies: [Double]
    var images: Int
    var kept: Bool
    var reason: String?
    /// The plain mean over the scorings, where it is not `score`.
    var mean: Double?
    /// score - cut.
    var margin: Double?
    /// P(the child's true mean lies on its side of the cut), by the normal distribution with the standard error.
    var confidence: Double?
    /// Was or is on probation: scored, not trained.
    var probation: Bool?
}
