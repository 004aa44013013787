import Foundations

/// How alike children are by their choices, and groups of look-alikes.
package enum Similarity {
    /// The fraction of slots at which both make the same choice, in 0 ... 1; both of the same space, with slots.
    ///
    /// - Parameter slotWeights: by slot, at least 0 and not all 0: then the weight of those slots over that of all.
    package static func between(_ a: Child, _ b: Child, slotWeights: [Double]? = nil) -> Double {
        require(
            a.choices.count == b.choices.count && !a.choices.isEmpty,
            "children of \(a.choices.count) and \(b.choices.count) choices")
        let weights = checked(slotWeights, slots: a.choices.count)
        var same = 0.0
        for slot in a.choices.indices where a.choices[slot] == b.choices[slot] { same += weights[slot] }
        return same / weights.reduce(0, +)
    }

    /// The children in `count` groups of look-alikes: contiguous slices of the sorted list, sizes as equal as possible.
    ///
    /// Slice i holds the sorted children i n / m up to, not including, (i + 1) n / m; for the 64 children and m groups
    /// child j falls in group j / (64 / m), the paper's partition. `count` > n gives n groups of one.
    ///
    /// - Parameter slotWeights: where given, the list is sorted by the heaviest slot first (of equal ones the earlier),
    ///   so that the members of a slice agree there.
    package static func slices(of children: [Child], count: Int, slotWeights: [Double]? = nil) -> [[Child]] {
        require(count > 0, "\(count) groups, expected at least 1")
        var sorted = children.sorted()
        if let slotWeights, let slots = sorted.first?.choices.count {
            let weights = checked(slotWeights, slots: slots)
            let order = (0..<slots).sorted { (weights[$1], $0) < (weights[$0], $1) }
            sorted.sort { a, b in
                order.lazy.map { a.choices[$0] }.lexicographicallyPrecedes(order.lazy.map { b.choices[$0] })
            }
        }
        let groups = min(count, sorted.count)
        return (0..<groups).map { i in
            sorted[(i * sorted.count / groups)..<((i + 1) * sorted.count / groups)].sorted()
        }
    }

    /// The mean of ``between(_:_:slotWeights:)`` over all pairs of a group; 1 for fewer than two. Cost: n * slots.
    package static func mean(within group: [Child]) -> Double { GroupReport.sharedChoices([group])[0].within }

    /// Ones where no weights are given.
    static func checked(_ slotWeights: [Double]?, slots: Int) -> [Double] {
        guard let slotWeights else { return Array(repeating: 1, count: slots) }
        require(
            slotWeights.count == slots && slotWeights.allSatisfy { $0 >= 0 && $0.isFinite }
                && slotWeights.contains { $0 > 0 }, "slot weights \(slotWeights) of \(slots) slots")
        return slotWeights
    }
}
