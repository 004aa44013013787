/// How living children are parted into groups that share weights. What the words do is in ``Grouping/By``,
/// ``Grouping/Using`` and ``Grouping/Reset``.
package struct Grouping: Hashable, Sendable {
    package var by: By
    /// Groups after the split, all parents' together; 1 or more. Fewer where there are fewer children.
    package var count: Int
    /// How much a slot counts where children are compared by their choices.
    package var weighted: Weighted
    package var using: Using
    /// What new groups do not inherit.
    package var reset: Reset
    /// The seed of random groups; one partition for every run that names it.
    package var partition: UInt32
    /// Training batches over which gradients are compared.
    package var batches: Int

    /// - Parameter using: nil for what `by` goes with: slices for similarity and random, else agglomeration.
    package init(
        by: By = .similarity, count: Int, weighted: Weighted = .none, using: Using? = nil, reset: Reset = .none,
        partition: UInt32 = 42, batches: Int = 2
    ) {
        self.by = by
        self.count = count
        self.weighted = weighted
        self.using = using ?? (by == .similarity || by == .random ? .slices : .agglomeration)
        self.reset = reset
        self.partition = partition
        self.batches = batches
    }
}
