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

/// A regret when the table itself has an error: its mean, and the middle 90 per cent of it, in points.
package struct NoisyRegret: Sendable, Hashable, Codable {
    package let mean: Double
    package let low: Double
    package let high: Double

    /// Over draws of theta_c ~ N(mean_c, se_c^2): max theta - theta(pick). It is above 0 on average even for the best child,
    /// since the best of many noisy values is above any one of them. A pick may be any of several children, each as likely:
    /// the mean of their losses, draw by draw.
    ///
    /// `low` and `high` are the draws at 5 and 95 per cent of their order.
    init(picks: [Int], _ drawn: DrawnTruths) {
        let losses = zip(drawn.values, drawn.best).map { theta, best in
            (best - picks.reduce(0) { $0 + theta[$1] } / Double(picks.count)) * drawn.pointsPerUnit
        }.sorted()
        mean = losses.reduce(0, +) / Double(losses.count)
        low = losses[losses.count / 20]
        high = losses[losses.count - 1 - losses.count / 20]
    }
}

/// True values drawn for a table with an error, to be looked at more than once.
struct DrawnTruths {
    /// `[draws, children]`
    let values: [[Double]]
    /// The largest of each draw.
    let best: [Double]
    let pointsPerUnit: Double

    init(_ truth: TruthTable, standardErrors: [Double], draws: Int, seed: UInt64 = 0) {
        values = (0..<draws).map { truth.drawn(standardErrors, seed: seed, draw: $0) }
        best = values.map { $0.max() ?? 0 }
        pointsPerUnit = truth.pointsPerUnit
    }
}
