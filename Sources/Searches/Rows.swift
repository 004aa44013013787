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
    var policy: String
    var policyVersion: String
    var images: Int
    var macs: Int
    var executedMACs: Int
    var survivors: [String]
    var dropped: [Dropped]
    /// After the decision, and the group each one came from.
    var groups: [[String]]
    var parents: [Int]

    struct Dropped: Codable {
        var child: String
        var reason: String
    }
}

/// What is recorded of one child in one round.
struct ScoreRow: Codable {
    var child: String
    var index: Int?
    var group: Int
    var params: Int
    var macs: Int
    /// The mean over the scorings, larger is better.
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
}
