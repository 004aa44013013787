import Foundations

extension RunRecord {
    /// One decision and what it rested on.
    package struct Round: Sendable, Hashable, Codable {
        package var round: Int
        /// The policy that decided, by name.
        package var policy: String
        /// Image passes and charged multiply-adds of the whole run when it was taken.
        package var images: Int
        package var macs: Int
        /// The children that trained on.
        package var survivors: [String]
        package var dropped: [Dropped]
        /// The scores of all children that were alive before the decision.
        package var scores: [Scored]

        package init(
            round: Int, policy: String, images: Int, macs: Int, survivors: [String], dropped: [Dropped],
            scores: [Scored]
        ) {
            self.round = round
            self.policy = policy
            self.images = images
            self.macs = macs
            self.survivors = survivors
            self.dropped = dropped
            self.scores = scores
        }
    }

    /// A child dropped, and the policy's reason.
    package struct Dropped: Sendable, Hashable, Codable {
        package var child: String
        package var reason: String

        package init(child: String, reason: String) {
            self.child = child
            self.reason = reason
        }
    }

    /// A child's score in a decision, larger is better; nil where it is not finite.
    package struct Scored: Sendable, Hashable, Codable {
        package var child: String
        @OrNull package var score: Double?
        /// From 1, the best.
        package var rank: Int
        package var group: Int
        package var params: Int
        /// Multiply-adds of one image.
        package var macs: Int

        package init(child: String, score: Double?, rank: Int, group: Int, params: Int, macs: Int) {
            self.child = child
            self.score = score
            self.rank = rank
            self.group = group
            self.params = params
            self.macs = macs
        }
    }
}

extension Double? {
    /// Nil where the number is infinite or NaN.
    var finite: Double? { flatMap { $0.isFinite ? $0 : nil } }
}
