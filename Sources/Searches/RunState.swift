import Foundations
import Supernets

/// Where a run stands: what a checkpoint holds beside the weights, and all that is needed to go on. Counters only:
/// data order, sampled children and crops are computed again from them.
struct RunState: Codable, Hashable {
    /// The decision the run is on its way to; one more than the last for the final ranking.
    var round = 0
    var spending = Spending()
    /// What had been spent when this round began.
    var roundStart = Spending()
    /// The living children's labels, group by group.
    var groups: [[String]]
    /// Scorings of this round so far.
    var snapshots: [Snapshot] = []
    /// What the policy asked to be handed at its next decision.
    var policy: String?
    /// The SHA-256 of the images, once they have been read.
    var data: String?
    /// What the images look like, once they have been read.
    var images: ImageFormat?
    /// The chain of digests over the rounds decided so far, hex.
    var digest: String
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
