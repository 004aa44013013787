import Foundation
import Foundations

/// Two arms over the same seeds: what one gained over the other, pair by pair.
///
///     d_s = a_s - b_s;   effect = mean d;   p by ``SignFlip``
///
/// Where the values come from a table with an error of its own (a truth), seeds are not all that could have come out
/// differently: with se the table's error, `tableError` is the standard deviation of the effect when the table is drawn
/// anew, which no number of seeds makes smaller (``TruthTable/error(of:against:standardErrors:)``). Seeds and table are
/// independent, so their intervals join as the sides of a right triangle:
///
///     low  = effect - sqrt((effect - l)^2 + (z tableError)^2)
///     high = effect + sqrt((h - effect)^2 + (z tableError)^2)
///
/// with l and h of ``SignFlip/interval(level:)`` and z the normal quantile.
/// - Source: Zou and Donner, "Construction of confidence limits about effect measures", 2008, for joining intervals.
package struct PairedComparison: Sendable, Hashable {
    package let differences: [Double]
    package let effect: Double
    package let tableError: Double
    /// Of the sign-flip test of the differences, two-sided.
    package let pValue: Double
    /// The smallest p so many pairs can have.
    package let attainableP: Double
    /// The mean difference this comparison would have found with a chance of 80 %:
    /// ``detectableEffect(pairs:alpha:)`` x sqrt(s^2 + n tableError^2), s the deviation (ddof 1) of the differences.
    package let detectableEffect: Double?
    /// Of a and b over the pairs: what pairing is worth. Nil where one of them does not vary.
    package let correlation: Double?
    /// Descriptions; nil where all differences are 0.
    package let wilcoxonP: Double?
    package let signP: Double?
    private let flips: SignFlip

    /// Nil without pairs.
    /// - Throws: ``RankingsError`` for lists of different lengths and for a value that is not finite.
    /// - Cost: that of ``SignFlip``.
    package init?(_ a: [Double], _ b: [Double], tableError: Double = 0) throws {
        guard a.count == b.count else {
            throw RankingsError("\(a.count) values are paired with \(b.count), expected equally many")
        }
        require(tableError >= 0 && tableError.isFinite, "a table error of \(tableError)")
        // Values that are equal but for the last bits of their sums are equal.
        let differences = zip(a, b).map { abs($0 - $1) <= 1e-12 * max(abs($0), abs($1)) ? 0 : $0 - $1 }
        guard let flips = try SignFlip(differences) else { return nil }
        self.differences = differences
        self.flips = flips
        self.tableError = tableError
        effect = flips.mean
        pValue = flips.pValue
        attainableP = SignFlip.smallestP(count: differences.count)
        let n = Double(differences.count)
        let squares = differences.reduce(0) { $0 + ($1 - flips.mean) * ($1 - flips.mean) }
        let variance = n > 1 ? squares / (n - 1) : 0
        detectableEffect = Rankings.detectableEffect(pairs: differences.count).map {
            $0 * (variance + n * tableError * tableError).squareRoot()
        }
        correlation = Self.correlation(a, b)
        wilcoxonP = try SignedRanks(differences)?.pValue
        signP = signTest(differences)
    }

    package var count: Int { differences.count }

    /// Nil where the pairs are too few for the level: below 6 at 95 %, below 5 at 90 %.
    package func interval(level: Double = 0.95) -> Interval? {
        guard let seeds = flips.interval(level: level) else { return nil }
        let table = normalQuantile(upper: (1 - level) / 2) * tableError
        return Interval(
            low: effect - hypot(max(0, effect - seeds.low), table),
            high: effect + hypot(max(0, seeds.high - effect), table), level: level, method: .signFlip)
    }

    /// Pearson's.
    private static func correlation(_ a: [Double], _ b: [Double]) -> Double? {
        let n = Double(a.count)
        let (meanA, meanB) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
        var (aa, bb, ab) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            aa += (x - meanA) * (x - meanA)
            bb += (y - meanB) * (y - meanB)
            ab += (x - meanA) * (y - meanB)
        }
        let slack = 1e-24 * n * max(meanA * meanA, meanB * meanB)
        guard aa > slack, bb > slack else { return nil }
        return ab / (aa * bb).squareRoot()
    }
}
