/// The numbering of a space's children: lexicographic, or a published shuffle of that.
///
/// Cost: nothing for lexicographic order; two tables of one word a child for a shuffled one.
struct ChildOrder: Hashable, Sendable {
    /// Choices at each slot, first slot most significant.
    let counts: [Int]
    /// The product of `counts`; nil where it overflows.
    let count: Int?
    private let rankOfIndex: [UInt32]
    private let indexOfRank: [UInt32]

    init(counts: [Int], shuffleSeed: UInt32?) {
        self.counts = counts
        count = product(of: counts)
        guard let shuffleSeed, let count else {
            rankOfIndex = []
            indexOfRank = []
            return
        }
        var ranks = (0..<UInt32(count)).map { $0 }
        var twister = MersenneTwister(seed: shuffleSeed)
        twister.shuffle(&ranks)
        var inverse = ranks
        for (index, rank) in ranks.enumerated() { inverse[Int(rank)] = UInt32(index) }
        rankOfIndex = ranks
        indexOfRank = inverse
    }

    func index(of child: Child) -> Int? {
        guard count != nil else { return nil }
        let rank = zip(child.choices, counts).reduce(0) { $0 * $1.1 + Int($1.0) }
        return indexOfRank.isEmpty ? rank : Int(indexOfRank[rank])
    }

    /// The child with an index in 0 ..< count.
    func child(at index: Int) -> Child {
        var rank = rankOfIndex.isEmpty ? index : Int(rankOfIndex[index])
        var choices = [UInt8](repeating: 0, count: counts.count)
        for slot in counts.indices.reversed() {
            choices[slot] = UInt8(rank % counts[slot])
            rank /= counts[slot]
        }
        return Child(choices)
    }
}

/// The product of whole numbers, nil where it overflows.
func product(of factors: [Int]) -> Int? {
    if factors.contains(0) { return 0 }
    var result = 1
    for factor in factors {
        let (next, overflow) = result.multipliedReportingOverflow(by: factor)
        if overflow { return nil }
        result = next
    }
    return result
}
