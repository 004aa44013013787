extension Grouping {
    /// What puts children in one group.
    package enum By: String, Sendable, CaseIterable {
        /// The choices they share.
        case similarity
        /// Nothing: the seeded partition of "Deeper Insights into Weight Sharing in NAS".
        case random
        /// Scores that go up and down together: ``SimilarityMatrix/correlation(_:scores:)``.
        case correlation
        /// Gradients that point the same way: a matrix measured elsewhere.
        case gradient

        /// Whether a matrix must be handed to the split.
        package var needsMatrix: Bool { self == .correlation || self == .gradient }
    }

    /// How much a slot counts; ``SearchSpace/slotWeights(_:input:classes:)``.
    package enum Weighted: String, Sendable, CaseIterable {
        /// All alike.
        case none
        /// Early slots more: what differs there changes all that follows.
        case depth
        /// By the multiply-adds the slot decides about.
        case macs
    }

    /// How groups are cut once children are compared.
    package enum Using: String, Sendable, CaseIterable {
        /// Contiguous slices of the sorted children; similarity only. Cost n log n.
        case slices
        /// Groups grown by average linkage, then exchanges; cost n^2 and a matrix of n^2 numbers.
        case agglomeration
    }

    /// What the heirs of a really split group begin without.
    package enum Reset: String, Sendable, CaseIterable {
        case none
        /// Momentum, and which parameters the optimizer has touched.
        case momentum
        /// All that was learnt: they begin with the weights of the first step.
        case weights
    }
}
