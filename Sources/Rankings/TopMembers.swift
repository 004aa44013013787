/// How far each item belongs to the k largest: 1 above the cut, 0 below it, and where equals stand on the cut the chance
/// m / b of each, with m places left for b equals. The sum is k.
///
/// This is the expectation over every order of the equals, the rule of ``topRank(_:scores:truth:ties:)``. Sums and
/// products of memberships of *different* lists are expectations as well.
/// - Throws: ``RankingsError`` for NaN and for k outside 0 ... count.
/// - Cost: O(n log n).
package func topMembers(_ k: Int, of values: [Double]) throws -> [Double] {
    try refuseUnordered([("values", values)])
    guard 0...values.count ~= k else { throw RankingsError("the top \(k) of \(values.count), expected no more") }
    guard k > 0 else { return values.map { _ in 0 } }
    let cut = values.sorted(by: >)[k - 1]
    let above = values.count { $0 > cut }
    let share = Double(k - above) / Double(values.count { $0 == cut })
    return values.map { $0 > cut ? 1 : $0 == cut ? share : 0 }
}

/// The share of the k best-scored children that are among the k truly best, ties of either in expectation.
///
///     P@k = sum over children of (membership by score * membership by truth) / k
///
/// k / n is what a random ranking reaches. With both lists negated it is the precision at the bottom.
/// - Returns: nil for k < 1 and for fewer than k children.
/// - Source: Ning et al., "Evaluating Efficient Performance Estimators of Neural Architectures", 2021 (P@top K).
/// - Throws: ``RankingsError`` for lists of different lengths and for NaN.
/// - Cost: O(n log n).
package func precision(top k: Int, scores: [Double], truth: [Double]) throws -> Double? {
    try refuseUnordered([("scores", scores), ("truth", truth)])
    guard k >= 1, k <= scores.count else { return nil }
    return zip(try topMembers(k, of: scores), try topMembers(k, of: truth)).reduce(0) { $0 + $1.0 * $1.1 } / Double(k)
}

/// The same of the k worst.
package func precision(bottom k: Int, scores: [Double], truth: [Double]) throws -> Double? {
    try precision(top: k, scores: scores.map { -$0 }, truth: truth.map { -$0 })
}
