/// The tau-b that knowing every child's true value would reach against this table: the mean of tau-b between theta and the
/// means over `draws` of theta_c ~ N(mean_c, se_c^2). What a ranking lacks to 1 above it is the table's noise, not its own.
///
/// - Parameter standardErrors: of the means, in the table's order; see ``TruthTable/standardErrors(runs:)``.
/// - Returns: nil for fewer than two children and where all means are equal.
/// - Throws: ``RankingsError`` for a standard error that is NaN.
/// - Cost: draws x n log n. Monte Carlo error: about .04 / sqrt(draws) on the published table.
package func perfectRankerTau(
    _ truth: TruthTable, standardErrors: [Double], draws: Int = 200, seed: UInt64 = 0
) throws -> Double? {
    var taus: [Double] = []
    for draw in 0..<draws {
        let theta = truth.drawn(standardErrors, seed: seed, draw: draw)
        guard let tau = try Kendall(theta, truth.means)?.tauB else { return nil }
        taus.append(tau)
    }
    return taus.isEmpty ? nil : taus.reduce(0, +) / Double(taus.count)
}
