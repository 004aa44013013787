/// How Top-n-Rank settles equal scores.
package enum TopRankTies: Sendable {
    /// Every order of equals is equally likely; the answer is the expected value.
    case expectation
    /// The earlier in the list goes first, and equal truths have ordinal ranks: the published code's rule.
    case indexOrder
}

/// Top-n-Rank: the best true rank among the n children with the highest scores. 1 is perfect.
///
/// In expectation, with A the children strictly above the block of equals that the cut goes through (a = |A| < n),
/// B that block (b = |B|), m = n - a places left for it, b1 <= ... <= bb the true ranks in B and gA the best true
/// rank in A (infinite where A is empty):
///
///     TnR = sum over j of min(gA, bj) C(b - j, m - 1) / C(b, m)
///
/// since the best of m drawn from B is the j-th with that probability. Equal truths share the smallest of their ranks.
/// Source: Zhang et al., "Deeper Insights into Weight Sharing in NAS", 3.2; the expectation is ours.
///
/// - Parameters: scores and truth over the same children, larger is better.
/// - Returns: nil where there are fewer than n children, or none.
/// - Throws: ``RankingsError`` for n < 1, lists of different lengths and NaN.
/// - Cost: O(c log c) for c children.
package func topRank(
    _ n: Int, scores: [Double], truth: [Double], ties: TopRankTies = .expectation
) throws -> Double? {
    try refuseUnordered([("scores", scores), ("truth", truth)])
    guard n >= 1 else { throw RankingsError("top-\(n)-rank: expected n of at least 1") }
    guard n <= scores.count else { return nil }
    let order = scores.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
    let trueRanks = try ranks(truth, ties: ties == .indexOrder ? .ordinal : .minimum)
    if ties == .indexOrder { return order.prefix(n).map { trueRanks[$0] }.min() }

    let cut = scores[order[n - 1]]
    let above = order.prefix { scores[$0] > cut }
    let block = order.filter { scores[$0] == cut }.map { trueRanks[$0] }.sorted()
    let bestAbove = above.map { trueRanks[$0] }.min() ?? .infinity
    let drawn = n - above.count
    var chance = Double(drawn) / Double(block.count)
    var expected = 0.0
    for j in 1...(block.count - drawn + 1) {
        expected += min(bestAbove, block[j - 1]) * chance
        chance *= Double(block.count - j - drawn + 1) / Double(max(1, block.count - j))
    }
    return expected
}
