import Foundation

/// Rank-biased overlap of two rankings of the same n items, extrapolated: how far their tops agree, where a reader goes
/// on from each rank to the next with probability p.
///
///     RBO = X_n / n p^n + (1 - p) / p sum over d = 1 ... n of X_d / d p^d
///
/// X_d is the number of items that both have among their first d. Where equals stand across depth d, X_d is its
/// expectation over every order of the equals, independent in the two lists. 1 where both order all items alike without
/// ties; with p = .9 the first ten ranks carry 86 % of the weight.
///
/// Nil for an empty list. Larger values come first.
/// - Parameter p: persistence, above 0 and below 1.
/// - Source: Webber, Moffat and Zobel, "A similarity measure for indefinite rankings", 2010, equation 32; for ties the
///   expectation (RBO^a) of Corsi and Urbano, "The treatment of ties in rank-biased overlap", 2024.
/// - Throws: ``RankingsError`` for lists of different lengths, NaN and p outside its range.
/// - Cost: O(n log n): items change sides only where a block of equals begins or ends.
package func rankBiasedOverlap(_ x: [Double], _ y: [Double], p: Double = 0.9) throws -> Double? {
    try refuseUnordered([("x", x), ("y", y)])
    guard p > 0, p < 1 else { throw RankingsError("persistence \(p), expected between 0 and 1") }
    guard !x.isEmpty else { return nil }
    var first = Reader(x)
    var second = Reader(y)
    // Items by their state in x and in y.
    var counts = [[Int]](repeating: [0, 0, 0], count: 3)
    counts[0][0] = x.count
    var sum = 0.0
    var weight = 1.0
    var agreement = 0.0
    for depth in 1...x.count {
        first.advance(to: depth) { item, old, new in
            counts[old][second.states[item]] -= 1
            counts[new][second.states[item]] += 1
        }
        second.advance(to: depth) { item, old, new in
            counts[first.states[item]][old] -= 1
            counts[first.states[item]][new] += 1
        }
        let (a, b) = (first.share(at: depth), second.share(at: depth))
        let overlap =
            Double(counts[2][2]) + a * Double(counts[1][2]) + b * Double(counts[2][1]) + a * b * Double(counts[1][1])
        agreement = overlap / Double(depth)
        weight *= p
        sum += agreement * weight
    }
    return min(1, agreement * weight + (1 - p) / p * sum)
}

/// The mean over all pairs of rows; nil for fewer than two rows.
package func meanRankBiasedOverlap(_ rows: [[Double]], p: Double = 0.9) throws -> Double? {
    guard rows.count >= 2 else { return nil }
    var sum = 0.0
    for later in 1..<rows.count {
        for earlier in 0..<later {
            guard let overlap = try rankBiasedOverlap(rows[earlier], rows[later], p: p) else { return nil }
            sum += overlap
        }
    }
    return sum / Double(rows.count * (rows.count - 1) / 2)
}

/// A list read from its largest value down: which items are not reached (0), in the block of equals being read (1), or
/// passed (2).
private struct Reader {
    private let order: [Int]
    private let ends: [Int]
    private var block = -1
    private(set) var states: [Int]

    init(_ values: [Double]) {
        let order = values.indices.sorted { values[$0] > values[$1] }
        var end = 0
        self.order = order
        ends = tieGroups(order.count) { values[order[$0]] == values[order[$1]] }.map { size in
            end += size
            return end
        }
        states = values.map { _ in 0 }
    }

    private var start: Int { block > 0 ? ends[block - 1] : 0 }

    /// Depths come in order, one by one.
    mutating func advance(to depth: Int, moved: (_ item: Int, _ old: Int, _ new: Int) -> Void) {
        guard block < 0 || depth > ends[block] else { return }
        if block >= 0 { move(start..<ends[block], to: 2, moved) }
        block += 1
        move(start..<ends[block], to: 1, moved)
    }

    private mutating func move(_ places: Range<Int>, to state: Int, _ moved: (Int, Int, Int) -> Void) {
        for item in order[places] {
            moved(item, states[item], state)
            states[item] = state
        }
    }

    /// The chance of an item of the block to be among the first `depth`.
    func share(at depth: Int) -> Double { Double(depth - start) / Double(ends[block] - start) }
}
