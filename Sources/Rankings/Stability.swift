/// S-Tau: the mean tau-b over all pairs of rows, each row one instance's (or one step's) scores of the same children.
///
///     S-Tau = 2 / (N (N - 1)) sum over i < j of tau-b(row i, row j)
///
/// Nil for fewer than two rows or two children, and where a row is constant (its tau-b is undefined).
/// Say S-Tau always beside GT-Tau: ranking by parameter count has S-Tau 1.
/// Source: Zhang et al., "Deeper Insights into Weight Sharing in NAS", equation 2.
/// - Throws: ``RankingsError`` for rows of different lengths and for NaN.
/// - Cost: N^2 / 2 taus of O(c log c).
package func stabilityTau(_ rows: [[Double]]) throws -> Double? { try PairwiseTaus(rows)?.mean }

/// The taus of all pairs of rows, added up: S-Tau and its jackknife.
package struct PairwiseTaus: Sendable, Hashable {
    /// More rows than these are refused by ``MetricsReport``: their pairs are too many.
    package static let rowLimit = 1_000

    /// By row, of its taus with the others.
    private let sums: [Double]
    private let sum: Double

    /// Nil as ``stabilityTau(_:)``.
    package init?(_ rows: [[Double]]) throws {
        guard rows.count >= 2 else { return nil }
        try refuseUnordered(rows.enumerated().map { ("row \($0.offset)", $0.element) })
        var sum = 0.0
        var sums = [Double](repeating: 0, count: rows.count)
        for later in 1..<rows.count {
            for earlier in 0..<later {
                guard let tau = try Kendall(rows[earlier], rows[later])?.tauB else { return nil }
                sum += tau
                sums[earlier] += tau
                sums[later] += tau
            }
        }
        (self.sum, self.sums) = (sum, sums)
    }

    package var mean: Double { sum / Double(sums.count * (sums.count - 1) / 2) }

    /// Over rows that are independent instances; nil for fewer than 4 (of 3, two are left: one pair).
    package var jackknife: Jackknife? {
        guard sums.count >= 4 else { return nil }
        let pairs = Double((sums.count - 1) * (sums.count - 2) / 2)
        return Jackknife(mean, deleted: sums.map { (sum - $0) / pairs })
    }
}
