import Foundation
import Foundations

/// The chance of each child to be the truly best one when the table itself has an error: the share of `draws` of
/// theta_c ~ N(mean_c, se_c^2) in which theta_c is the largest; equals share a draw. In the table's order.
///
/// Monte Carlo error of a chance p: sqrt(p (1 - p) / draws), .011 at worst with 2,000.
/// - Parameter standardErrors: of the means, in the table's order; see ``TruthTable/pooledStandardErrors()``.
/// - Cost: draws x children normal numbers.
package func chancesToBeBest(
    _ truth: TruthTable, standardErrors: [Double], draws: Int = 2_000, seed: UInt64 = 0
) -> [Double] {
    var wins = [Double](repeating: 0, count: truth.means.count)
    for draw in 0..<draws {
        let best = firstPlaces(truth.drawn(standardErrors, seed: seed, draw: draw))
        for place in best { wins[place] += 1 / Double(best.count) }
    }
    return wins.map { $0 / Double(draws) }
}

/// From which chance on a child belongs to T*.
let chanceToBeLikely = 0.02

/// T*: the children that are truly best with a chance of at least .02. A pick in T* is a hit.
package func likelyBest(
    _ truth: TruthTable, standardErrors: [Double], draws: Int = 2_000, seed: UInt64 = 0
) -> [String] {
    let chances = chancesToBeBest(truth, standardErrors: standardErrors, draws: draws, seed: seed)
    return zip(truth.labels, chances).filter { $0.1 >= chanceToBeLikely }.map(\.0)
}

extension TruthTable {
    /// T* by the pooled errors, the same for whoever asks; nil where the table does not tell them.
    package var likelyBest: [String]? {
        pooledStandardErrors().map { Rankings.likelyBest(self, standardErrors: $0) }
    }

    /// One draw of all true values; a function of (seed, draw).
    func drawn(_ standardErrors: [Double], seed: UInt64, draw: Int) -> [Double] {
        require(
            standardErrors.count == means.count,
            "\(standardErrors.count) standard errors, expected one for each of \(means.count) children")
        var stream = RandomStream(seed: seed, purpose: .bootstrap, round: Draws.truths, step: draw)
        return zip(means, standardErrors).map { $0 + $1 * stream.normal() }
    }
}
