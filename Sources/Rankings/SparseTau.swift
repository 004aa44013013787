/// tau-b against a truth rounded to multiples of `step` points, so that children as good as equal count as tied.
///
/// A truth between 0 and 1 is a fraction and counts 100 points a unit, as everywhere. Halves go up; a value within 1e-9
/// of one counts as a half, so that 70.05 in binary does too. Scores are left alone. A step of 0 rounds nothing.
///
/// Nil for fewer than two children, and where the scores or the rounded truth are constant.
/// - Source: "sparse Kendall-Tau" of Yu, Ranftl and Salzmann, "How to train your super-net", 2020, with a step of .1.
/// - Throws: ``RankingsError`` for a number of scores that is not the table's, NaN, and a step that is negative.
/// - Cost: O(n log n).
package func sparseTau(_ scores: [Double], truth: TruthTable, step: Double = 0.1) throws -> Double? {
    guard step >= 0, step.isFinite else { throw RankingsError("a rounding step of \(step) points, expected 0 or more") }
    return try Kendall(scores, truth.rounded(to: step))?.tauB
}

extension TruthTable {
    /// The means in whole steps.
    func rounded(to step: Double) -> [Double] {
        guard step > 0 else { return means }
        return means.map { ($0 * pointsPerUnit / step + 0.5 + 1e-9).rounded(.down) }
    }
}
