import Foundation
import Foundations

/// How large a mean difference has to be, in standard deviations of the differences, for ``SignFlip`` over `pairs` normal
/// differences to reach p <= `alpha` with a chance of 80 %.
///
///     d = (t (1 - 1 / 4v) + z sqrt(1 + t^2 / 2v)) / sqrt(n),   v = n - 1, z = 0.842
///
/// with t the two-sided quantile of Student's T at the size the test really has, floor(alpha 2^(n-1)) / 2^(n-1): the
/// power of the t test, which the sign-flip test nearly has. At .05 within 2 % of simulated values from n = 8 on; at 6 and
/// 7, where only one and three patterns reject, they are simulated: 1.80 and 1.34 (`Fixtures/make_paired.py`).
///
/// Nil where no p-value can be at most alpha: below 6 pairs at .05.
/// - Source: Abramowitz and Stegun 26.7.10 for the noncentral T.
package func detectableEffect(pairs n: Int, alpha: Double = 0.05) -> Double? {
    require(n >= 0 && alpha > 0 && alpha < 1, "\(n) pairs tested at \(alpha)")
    guard let size = attainableSize(pairs: n, alpha: alpha) else { return nil }
    if alpha == 0.05, n < 8 { return n == 6 ? 1.80 : 1.34 }
    let v = Double(n - 1)
    let t = studentQuantile(upper: size / 2, degrees: v)
    let z = normalQuantile(upper: 0.2)
    return (t * (1 - 1 / (4 * v)) + z * (1 + t * t / (2 * v)).squareRoot()) / Double(n).squareRoot()
}

/// The size a sign-flip test at `alpha` really has where no two patterns tie: the largest multiple of 2^(1-n) that is at
/// most alpha. Nil where that is 0.
package func attainableSize(pairs n: Int, alpha: Double) -> Double? {
    guard n >= 1 else { return nil }
    guard n <= SignFlip.countedUpTo else { return alpha }
    let patterns = Double(1 << (n - 1))
    let size = (alpha * patterns).rounded(.down) / patterns
    return size > 0 ? size : nil
}
