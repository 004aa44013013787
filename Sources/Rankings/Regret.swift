import Foundation
import Foundations

/// What choosing this child costs against the best one: truth(best) - truth(pick), in percentage points.
///
/// 0 is perfect. Truths between 0 and 1 are fractions and count 100 points a unit; a table in per cent counts 1.
/// - Throws: ``RankingsError`` for a pick that is not in the table, and for an empty table.
package func regret(pick: String, truth: TruthTable) throws -> Double {
    guard let value = truth[pick], let best = truth.means.max() else {
        throw RankingsError(
            "no truth for child \(pick.debugDescription)",
            hint: nearestName(to: pick, among: truth.labels).map { "did you mean \($0)?" } ?? "")
    }
    return (best - value) * truth.pointsPerUnit
}

/// The chance of each child to be the truly best one when the table itself has an error:
/// theta_c ~ N(mean_c, standardError^2), the share of `draws` in which theta_c is the largest. In the table's order.
///
/// T* is the children with a chance of at least .02: see ``likelyBest(_:standardError:draws:seed:threshold:)``.
/// Monte Carlo error of a chance p: sqrt(p (1 - p) / draws), .011 at worst with 2,000.
/// - Cost: draws x children normal numbers.
package func chancesToBeBest(
    _ truth: TruthTable, standardError: Double, draws: Int = 2_000, seed: UInt64 = 0
) -> [Double] {
    require(draws > 0 && standardError >= 0, "draws \(draws), standard error \(standardError): expected > 0, >= 0")
    var wins = [Int](repeating: 0, count: truth.means.count)
    for draw in 0..<draws {
        var stream = RandomStream(seed: seed, purpose: .bootstrap, step: draw)
        var best = (place: 0, value: -Double.infinity)
        for (place, mean) in truth.means.enumerated() {
            let value = mean + standardError * stream.normal()
            if value > best.value { best = (place, value) }
        }
        if !wins.isEmpty { wins[best.place] += 1 }
    }
    return wins.map { Double($0) / Double(draws) }
}

/// T*: the children that are truly best with a chance of at least `threshold`. A pick in T* is a hit.
package func likelyBest(
    _ truth: TruthTable, standardError: Double, draws: Int = 2_000, seed: UInt64 = 0, threshold: Double = 0.02
) -> [String] {
    let chances = chancesToBeBest(truth, standardError: standardError, draws: draws, seed: seed)
    return zip(truth.labels, chances).filter { $0.1 >= threshold }.map(\.0)
}

extension RandomStream {
    /// A standard normal number: Box and Muller's cosine of two uniform ones.
    fileprivate mutating func normal() -> Double {
        let radius = (-2 * log(1 - unitDouble())).squareRoot()
        return radius * cos(2 * .pi * unitDouble())
    }
}
