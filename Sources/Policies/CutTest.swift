import Foundations
import Rankings

/// Which of some children are worse than at least k of the others: the arithmetic of ``ConfidentCut``.
///
/// t_cj = (mean_j - mean_c) / SE_cj, with the degrees of freedom of Satterthwaite: SE^4 / sum of (part^2 / its degrees), where
/// the snapshots' part enters with what it was before the images' share was taken off. Where images make most of the
/// snapshots' noise, taking their share off leaves a fraction of a degree; so a quarter, half or all of the share may stay in:
/// SE is too large then, but its degrees are many. The smallest p of these counts. A pair without any variance has p = 1:
/// nothing is known of its noise.
package struct CutTest: Sendable {
    /// [m]: mean over images and snapshots.
    package let means: [Double]
    /// [m]: Holm's adjusted p-values.
    package let adjusted: [Double]
    /// [m]: whether the child is worse than k others.
    package let isWorse: [Bool]
    /// [m]: how many others are better at the step of Holm's procedure that the child has.
    package let better: [Int]

    /// - Parameters:
    ///   - components: of the children to be tested.
    ///   - k: 1 or more.
    ///   - level: of Holm's procedure.
    ///   - rho: the correlation of neighbouring snapshots, at most.
    package init(_ components: PairedComponents, leaders k: Int, level: Double, rho: Double) {
        let m = components.children
        let error = StandardErrors(components, rho: rho)
        // Where (m - k) p >= 1 the partial conjunction is 1 whatever p is exactly; and Student's tail is nowhere lighter than
        // the normal's.
        let pointless = normalQuantile(upper: 1 / Double(max(2, m - k)))
        var table = [[Double]](repeating: [], count: m)
        for c in 0..<m {
            for j in 0..<c {
                let difference = components.means[j] - components.means[c]
                let p = difference == 0 ? 1 : error.p(c, j, abs(difference), pointless: pointless)
                table[c].append(difference > 0 ? p : 1)
                table[j].append(difference < 0 ? p : 1)
            }
        }
        self.init(table, means: components.means, leaders: k, level: level)
    }

    /// From the p-values of "c is not worse than j": one list a child, over its others in any order.
    package init(_ table: [[Double]], means: [Double], leaders k: Int, level: Double) {
        let m = table.count
        let single = table.map { partialConjunction($0, atLeast: k) }
        let adjusted = holmAdjusted(single)
        self.means = means
        self.adjusted = adjusted
        isWorse = adjusted.map { $0 <= level }
        better = table.indices.map { c in
            let step = Double(single.count { $0 >= single[c] })
            return table[c].count { Double(m - k) * $0 * step <= level }
        }
    }
}

/// Standard errors of the mean differences of pairs, for one bound on rho.
private struct StandardErrors {
    let components: PairedComponents
    /// S_snap^2 / w_eff, less all, three quarters, half and none of the images' share.
    let snapshots: [Double]
    /// The snapshots' part of the sum of squares over degrees.
    let uncertainty: Double

    init(_ components: PairedComponents, rho: Double) {
        self.components = components
        let noise = SnapshotNoise(count: components.snapshots)
        let ratio = noise.ratio(rho)
        let whole = ratio * components.snapshotVariance
        snapshots = [1, 0.75, 0.5, 0].map { max(0, whole - $0 * ratio * components.imageShare) }
        uncertainty = whole * whole / (noise.degrees(rho) * components.series)
    }

    /// P(T > difference / SE); 1 where t is at most `pointless`.
    func p(_ c: Int, _ j: Int, _ difference: Double, pointless: Double) -> Double {
        let n = Double(components.images)
        let images = components.passing(c, j) / (n * Double(components.snapshots)) + components.lasting(c, j) / n
        let squares = images * images / (n - 1) + uncertainty
        var p = 1.0
        var before = -1.0
        for part in snapshots where part > before {
            before = part
            let variance = images + part
            guard variance > 0 else { continue }
            let t = difference / variance.squareRoot()
            guard t > pointless else { break }
            let degrees = variance * variance / squares
            p = min(p, studentTail(t, degrees: degrees))
            // More degrees than these buy less than a larger SE costs.
            if degrees > 100 { break }
        }
        return p
    }
}
