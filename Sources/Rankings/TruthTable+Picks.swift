import Foundation

extension TruthTable {
    /// The standard error of each mean with one deviation for all children, s / sqrt(runs), where
    ///
    ///     s^2 = sum runs std^2 / sum (runs - 1)   over the children with two runs or more
    ///
    /// Three runs say next to nothing of a single child's deviation; 64 times three say a lot of a common one.
    ///
    /// - Returns: nil without deviations or runs, and where no child has two runs.
    package func pooledStandardErrors() -> [Double]? {
        guard let stds, let runs else { return nil }
        var (squares, degrees) = (0.0, 0.0)
        for (std, count) in zip(stds, runs) where count > 1 {
            squares += Double(count) * std * std
            degrees += Double(count - 1)
        }
        guard degrees > 0 else { return nil }
        return runs.map { (squares / degrees / Double($0)).squareRoot() }
    }

    /// The standard deviation, in the table's unit, of mean(theta of `picks`) - mean(theta of `others`) when the table is
    /// drawn anew, theta_c ~ N(mean_c, se_c^2):
    ///
    ///     sqrt(sum over children of w_c^2 se_c^2),   w_c = (times picked - times picked by the others) / n
    ///
    /// A child both arms picked equally often cancels; a child picked with every seed keeps its whole error.
    /// - Throws: ``RankingsError`` naming unknown children.
    package func error(of picks: [String], against others: [String], standardErrors: [Double]) throws -> Double {
        var weights = [Int: Double]()
        for place in try places(of: picks) { weights[place, default: 0] += 1 / Double(picks.count) }
        for place in try places(of: others) { weights[place, default: 0] -= 1 / Double(others.count) }
        // In the table's order: a sum must not depend on the order of a dictionary.
        return standardErrors.indices.reduce(0.0) { sum, place in
            let part = (weights[place] ?? 0) * standardErrors[place]
            return sum + part * part
        }.squareRoot()
    }
}
