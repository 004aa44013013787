/// Kendall's tau-b between two rankings of the same children, in the same order, larger is better: 1 where the second
/// confirms the first, about 0 where it knows nothing of it.
///
/// Children that miss a score in either are left out. Nil where it is undefined: fewer than two children, or all tied in
/// one of the two. A gate takes nil for no agreement.
/// - Throws: ``RankingsError`` for lists of different lengths and NaN.
/// - Cost: O(n log n).
package func agreement(_ earlier: [Double?], _ later: [Double?]) throws -> Double? {
    if earlier.count != later.count {
        throw RankingsError("later holds \(later.count) values, expected \(earlier.count) as in earlier")
    }
    let pairs = zip(earlier, later).compactMap { a, b in a.flatMap { a in b.map { (a, $0) } } }
    return try Kendall(pairs.map(\.0), pairs.map(\.1))?.tauB
}
