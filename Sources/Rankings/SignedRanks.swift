import Foundation

/// Wilcoxon's signed-rank test of paired differences, two-sided: a description beside ``SignFlip``.
///
///     W = sum of the ranks of |d| over d > 0;   p = min(1, 2 min(P(W' <= W), P(W' >= W)))
///
/// over all 2^n patterns of signs W', ranks of ties averaged, differences of 0 left out. Exact with ties too: doubled
/// ranks are whole numbers, so the patterns of each sum can be counted. Above 100 differences the normal tail stands for
/// it, with the variance of tied ranks and no correction for continuity.
/// - Source: Wilcoxon, "Individual comparisons by ranking methods", 1945.
package struct SignedRanks: Sendable, Hashable {
    package static let countedUpTo = 100

    /// W; half a number where ranks are tied.
    package let statistic: Double
    /// Differences other than 0.
    package let count: Int
    package let pValue: Double

    /// Nil where every difference is 0.
    /// - Throws: ``RankingsError`` for NaN.
    /// - Cost: O(n^3) up to 100 differences, a million additions; O(n log n) above.
    package init?(_ differences: [Double]) throws {
        let known = differences.filter { $0 != 0 }
        guard !known.isEmpty else { return nil }
        let ranks = try Rankings.ranks(known.map(abs), from: .smallest)
        let doubled = ranks.map { Int((2 * $0).rounded()) }
        let positive = zip(known, doubled).reduce(0) { $1.0 > 0 ? $0 + $1.1 : $0 }
        count = known.count
        statistic = Double(positive) / 2
        pValue =
            known.count <= Self.countedUpTo
            ? Self.exact(doubled, reached: positive) : Self.normal(ranks, reached: Double(positive) / 2)
    }

    /// Counts as shares of all patterns, so that none overflows.
    private static func exact(_ doubled: [Int], reached: Int) -> Double {
        var shares = [Double](repeating: 0, count: doubled.reduce(0, +) + 1)
        shares[0] = 1
        var top = 0
        for rank in doubled {
            for sum in stride(from: top, through: 0, by: -1) {
                shares[sum] /= 2
                shares[sum + rank] += shares[sum]
            }
            top += rank
        }
        let below = shares[...reached].reduce(0, +)
        let above = shares[reached...].reduce(0, +)
        return min(1, 2 * min(below, above))
    }

    private static func normal(_ ranks: [Double], reached: Double) -> Double {
        let mean = ranks.reduce(0, +) / 2
        let variance = ranks.reduce(0) { $0 + $1 * $1 } / 4
        return min(1, 2 * normalTail(abs(reached - mean) / variance.squareRoot()))
    }
}
