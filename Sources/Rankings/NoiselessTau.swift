import Foundation

/// tau_inf: what GT-Tau would be if the noise of single rows and of the truth were averaged away. What is left below 1
/// is bias: being wrong the same way every time.
///
///     r = sin(pi tau / 2),  r_inf = r_GT / sqrt(r_S r_truth),  tau_inf = 2/pi asin(r_inf)
///
/// r_S comes from S-Tau of independent rows and r_truth from the tau between two independent truth tables
/// (``NoiseCeiling/truthTau``), both as reliabilities. The formula is that of correction for attenuation, exact for
/// normal scores; with few children or rows it is rough. |r_inf| above 1, which chance can bring about, counts as 1.
///
/// Nil where S-Tau or the truth's tau is 0 or less: there is no signal to correct for.
/// - Parameters: mean tau-b against the truth; S-Tau; the truth's tau, 1 for a truth taken as exact.
/// - Source: Spearman, 1904, for the correction; Greiner's relation for tau and r.
package func noiselessTau(gtTau: Double, sTau: Double, truthTau: Double = 1) -> Double? {
    guard sTau > 0, truthTau > 0, gtTau.isFinite else { return nil }
    func r(_ tau: Double) -> Double { sin(.pi / 2 * tau) }
    let corrected = r(gtTau) / (r(sTau) * r(truthTau)).squareRoot()
    return 2 / .pi * asin(min(1, max(-1, corrected)))
}
