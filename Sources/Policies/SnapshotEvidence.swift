import Foundations
import Rankings

/// What snapshots have shown of their own correlation, over all looks whose snapshots do not overlap.
///
/// Snapshots of early rounds, when many children are alive, tell most about rho; without them a round of few survivors would
/// have to fear the worst. Each look's residuals count by their number of independent series and are scaled to one
/// snapshot variance, so that noise may grow or fall from round to round while rho stays.
struct SnapshotEvidence: Sendable, Hashable, Codable {
    /// [w, w]: residuals' covariance, trace w - 1.
    var covariance: [[Double]]
    /// Independent series behind it, summed over looks.
    var series: Double
    /// The images' share of a snapshot's variance, in the same unit.
    var white: Double
    /// The step of the last snapshot.
    var until: Int

    /// What one look shows; nil without any noise.
    init?(_ components: PairedComponents, until: Int) {
        // Of one child, where the components' are of pairs.
        let unit = components.snapshotVariance / 2
        guard unit > 0 else { return nil }
        covariance = components.covariance.map { row in row.map { $0 / unit } }
        series = components.series
        white = components.imageShare / 2 / unit
        self.until = until
    }

    /// Both together where the later look begins after the earlier ended; otherwise the one with more series.
    func joined(with later: SnapshotEvidence, from first: Int) -> SnapshotEvidence {
        guard first > until, covariance.count == later.covariance.count else {
            return series > later.series ? self : later
        }
        let all = series + later.series
        func mean(_ a: Double, _ b: Double) -> Double { (a * series + b * later.series) / all }
        var joined = later
        joined.covariance = zip(covariance, later.covariance).map { zip($0, $1).map(mean) }
        joined.white = mean(white, later.white)
        joined.series = all
        return joined
    }

    /// The largest rho it does not contradict at level beta.
    func largestRho(beta: Double, cap: Double) -> Double {
        SnapshotNoise(count: covariance.count).largestRho(
            covariance: covariance, series: series, white: white, beta: beta, cap: cap)
    }
}
