import Architectures
import Foundations
import Policies
import Supernets

/// Where a run stands: what a checkpoint holds beside the weights, and all that is needed to go on. Counters only:
/// data order, sampled children and crops are computed again from them.
struct RunState: Codable, Hashable {
    /// The decision the run is on its way to; one more than the last for the final ranking.
    var round = 0
    /// All decisions, made and to come: the recipe's, as verdicts have moved them.
    var decisions: [Decision]
    /// A verdict ended the search: nothing is trained before the final ranking.
    var isStopped = false
    var spending = Spending()
    /// What had been spent when this round began.
    var roundStart = Spending()
    /// Where groups are independent: what each has spent, and had when this round began; otherwise empty.
    var meters: [Spending] = []
    var startMeters: [Spending] = []
    /// The labels of all children with weights, group by group; empty where they are too many to list.
    var groups: [[String]]
    /// The living children of a space too large to list.
    var open: OpenSet?
    /// Those of `groups` that are scored and no longer trained, sorted.
    var probation: [String] = []
    /// Scorings of this round so far.
    var snapshots: [Snapshot] = []
    /// The scorings of earlier rounds that are still looked at, oldest first: the score of each child alive.
    var earlier: [Earlier] = []
    /// What the policy asked to be handed at its next decision.
    var policy: String?
    /// The answer to this round's decision, made durable before it is used; a resumed run does not ask again.
    var answer: Answer?
    /// The SHA-256 of the images, once they have been read.
    var data: String?
    /// What the images look like, once they have been read.
    var images: ImageFormat?
    /// The chain of digests over the rounds decided so far, hex.
    var digest: String

    /// A decision, and the recipe's round whose regrouping goes with it.
    struct Decision: Codable, Hashable {
        let at: Recipe.Due
        let round: Int?
    }

    /// A scoring of an earlier round: larger is better.
    struct Earlier: Codable, Hashable {
        let step: Int
        var scores: [String: Double]
    }

    /// A restriction in labels and choices' places.
    struct OpenSet: Codable, Hashable {
        let allowed: [[Int]]
        let excluded: [String]
    }
}

/// What was decided, by whom.
struct Answer: Codable, Hashable {
    let verdict: Verdict
    let policy: String
    let version: String
    /// What a reader should know: a fallback, a gate, a changed program.
    var notes: [String] = []
    /// The gate held: no policy was asked, and groups stay.
    var isHeld: Bool?
}

/// The shape and classes of a run's images: all that a network needs to know of them.
package struct ImageFormat: Codable, Hashable, Sendable {
    package let channels: Int
    package let height: Int
    package let width: Int
    package let classes: Int
}

/// One scoring of all living children.
struct Snapshot: Codable, Hashable {
    let step: Int
    let role: String
    /// In the order of ``RunState/groups``, flattened.
    let scores: [ChildScore]

    struct ChildScore: Codable, Hashable {
        let child: String
        let images: Int
        let correct: Int
        /// Mean cross entropy, and the standard deviation of the images' losses.
        let loss: Double
        let lossDeviation: Double
    }
}

extension RunState {
    /// The decisions of a recipe, none of them made.
    static func decisions(of recipe: Recipe) -> [Decision] {
        recipe.rounds.enumerated().map { Decision(at: $1.at, round: $0) }
    }
}
