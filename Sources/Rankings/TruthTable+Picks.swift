import Foundation
import Foundations

extension TruthTable {
    /// The standard error of each mean with one deviation for all children, s / sqrt(runs), where
    ///
    ///     s^2 = sum runs std^2 / sum (runs - 1)   over the children with two runs or more
    ///
    /// Three runs say next to nothing of a single child's deviation; 64 times three say a lot of a common one. A child
    /// with one run has the common deviation too.
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

    /// Those errors of these children, in their order; nil as above, and where one is not in the table.
    package func pooledStandardErrors(of children: [String]) -> [Double]? {
        guard let errors = pooledStandardErrors(), let places = try? places(of: children) else { return nil }
        return places.map { errors[$0] }
    }

    /// The standard deviation, in the table's unit, of mean(theta of `picks`) - mean(theta of `others`) when the table is
    /// drawn anew, theta_c ~ N(mean_c, se_c^2):
    ///
    ///     sqrt(sum over children of w_c^2 se_c^2),   w_c = (times picked - times picked by the others) / n
    ///
    /// A child both arms picked equally often cancels; a child picked with every seed keeps its whole error.
    /// - Parameter standardErrors: in the table's order; `picks` and `others` hold one child or more.
    /// - Throws: ``RankingsError`` naming unknown children.
    package func error(of picks: [String], against others: [String], standardErrors: [Double]) throws -> Double {
        require(
            standardErrors.count == labels.count && !picks.isEmpty && !others.isEmpty,
            "\(standardErrors.count) errors of \(labels.count) children, \(picks.count) and \(others.count) picks")
        // Counted first, so that equal picks cancel exactly.
        var (mine, theirs) = (labels.map { _ in 0 }, labels.map { _ in 0 })
        for place in try places(of: picks) { mine[place] += 1 }
        for place in try places(of: others) { theirs[place] += 1 }
        return standardErrors.indices.reduce(0.0) { sum, place in
            let weight = Double(mine[place]) / Double(picks.count) - Double(theirs[place]) / Double(others.count)
            return sum + weight * weight * standardErrors[place] * standardErrors[place]
        }.squareRoot()
    }
}
