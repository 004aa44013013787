import Foundations

/// How alike children are, and groups of look-alikes.
package enum Similarity {
    /// The fraction of slots at which both make the same choice, in 0 ... 1; both of the same space, with slots.
    package static func between(_ a: Child, _ b: Child) -> Double {
        require(
            a.choices.count == b.choices.count && !a.choices.isEmpty,
            "children of \(a.choices.count) and \(b.choices.count) choices")
        return Double(zip(a.choices, b.choices).count { $0 == $1 }) / Double(a.choices.count)
    }

    /// The children in `count` groups of look-alikes: contiguous slices of the sorted list, sizes as equal as possible.
    ///
    /// Slice i holds the sorted children i n / m up to, not including, (i + 1) n / m; for the 64 children and m groups
    /// child j falls in group j / (64 / m), the paper's partition. `count` > n gives n groups of one.
    package static func slices(of children: [Child], count: Int) -> [[Child]] {
        require(count > 0, "\(count) groups, expected at least 1")
        let sorted = children.sorted()
        let groups = min(count, sorted.count)
        return (0..<groups).map { i in
            Array(sorted[(i * sorted.count / groups)..<((i + 1) * sorted.count / groups)])
        }
    }

    /// The mean of ``between(_:_:)`` over all pairs of a group; 1 for fewer than two. Cost: n^2 / 2 comparisons.
    package static func mean(within group: [Child]) -> Double {
        guard group.count > 1 else { return 1 }
        var sum = 0.0
        for i in group.indices { for j in 0..<i { sum += between(group[i], group[j]) } }
        return sum / Double(group.count * (group.count - 1) / 2)
    }
}
