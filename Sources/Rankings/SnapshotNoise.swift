import Foundation
import Foundations

/// What snapshots of a search that are not independent can tell of its mean: the noise of a snapshot is AR(1), with
/// correlation rho^h between snapshots h apart.
///
/// The variance of the mean of w snapshots is S^2 / w_eff, S^2 the variance of one, and
///
///     1 / w_eff = (1 / w) (1 + 2 sum over h = 1 ... w - 1 of (1 - h / w) rho^h)
///
/// which w (1 - rho) / (1 + rho) approaches for many snapshots. For the four or eight there are, that limit falls below
/// one snapshot, and the sample variance s^2 of correlated snapshots falls short of S^2 by nearly as much. The two are taken
/// together, and exactly:
///
///     S^2 / w_eff = s^2 ratio(rho),  ratio = f / (1 - f) (w - 1) / w,  f = 1 / w_eff
///
/// so that ratio(0) = 1 / w. (Of w = 4: rho .5 gives .80, .9 gives 5.6, .95 gives 11.5; the limits would say .75, 4.75, 9.75.)
package struct SnapshotNoise: Sendable {
    /// Snapshots.
    package let count: Int

    /// - Parameter count: snapshots, 2 or more.
    package init(count: Int) {
        require(count >= 2, "\(count) snapshots, expected 2 or more")
        self.count = count
    }

    /// The variance of a mean of `count` snapshots, for one unit of their expected sample variance (ddof 1).
    package func ratio(_ rho: Double) -> Double {
        let w = Double(count)
        let f = correlations(rho).sum / (w * w)
        return f / (1 - f) * (w - 1) / w
    }

    /// The degrees of freedom of the sample variance of one series, between 1 and `count` - 1.
    package func degrees(_ rho: Double) -> Double {
        let residuals = correlations(rho).centred
        return residuals.trace * residuals.trace / residuals.times(residuals).trace
    }

    /// The largest rho that the residuals do not contradict at level beta, at most `cap`.
    ///
    /// With S the residuals' covariance (w x w, pooled over m independent series of one variance), the statistic is
    /// von Neumann's ratio q = tr(A S) / tr(S), A = D'D of the successive differences: small where neighbours are alike.
    /// A rho is contradicted where P(Q >= q) < beta under it: P(tr((A - q P) S) >= 0) with the Wishart law
    /// S ~ W(Sigma, m) / m, Sigma = scale * centred AR(1) + `white` * centred identity, by its first three cumulants
    /// (Edgeworth, never below the normal value). The scale fits tr(S). P falls as rho grows, so its edge is found by
    /// bisection, to .01 upwards.
    ///
    /// - Parameters:
    ///   - covariance: S, of residuals from the rows' and columns' means, as w rows of w.
    ///   - series: m, the independent series S was pooled over; a real number >= 1.
    ///   - white: the part of a snapshot's variance that is independent from snapshot to snapshot (images), >= 0.
    /// - Returns: `cap` where nothing can be told (no noise at all, or white noise only).
    /// - Source: for a supremum over a confidence set, Berger and Boos, "P values maximized over a confidence set for
    ///   the nuisance parameter", 1994.
    package func largestRho(
        covariance: [[Double]], series: Double, white: Double, beta: Double, cap: Double
    ) -> Double {
        let s = SquareMatrix(covariance)
        require(s.side == count && series >= 1, "covariance of \(s.side) snapshots, \(series) series")
        let identity = SquareMatrix(side: count) { $0 == $1 ? 1 : 0 }.centred
        guard s.trace > 0, white < s.trace / Double(count - 1) else { return cap }
        let contrast = differences.minus(identity.scaled(differences.times(s).trace / s.trace))
        let autoregressive = s.trace - white * Double(count - 1)
        func isContradicted(_ rho: Double) -> Bool {
            let residuals = correlations(rho).centred
            let sigma = residuals.scaled(autoregressive / residuals.trace).plus(identity.scaled(white))
            return tail(of: contrast.times(sigma), series: series) < beta
        }
        guard isContradicted(cap) else { return cap }
        var low = 0
        var high = Int((cap * 100).rounded(.up))
        while high - low > 1 {
            let middle = (low + high) / 2
            if isContradicted(Double(middle) / 100) { high = middle } else { low = middle }
        }
        return min(cap, Double(high) / 100)
    }

    /// P(X >= 0) for X = tr(H S), S ~ W(Sigma, m) / m, from H Sigma.
    private func tail(of product: SquareMatrix, series: Double) -> Double {
        let square = product.times(product)
        let variance = 2 * square.trace / series
        guard variance > 0 else { return 1 }
        let z = -product.trace / variance.squareRoot()
        let skewness = 8 * square.times(product).trace / (series * series) / pow(variance, 1.5)
        return normalTail(z) + max(0, skewness / 6 * (z * z - 1) * normalDensity(z))
    }

    private func correlations(_ rho: Double) -> SquareMatrix {
        SquareMatrix(side: count) { pow(rho, Double(abs($0 - $1))) }
    }

    /// D'D of the successive differences.
    private var differences: SquareMatrix {
        SquareMatrix(side: count) { a, b in
            if a == b { return a == 0 || a == count - 1 ? 1 : 2 }
            return abs(a - b) == 1 ? -1 : 0
        }
    }
}
