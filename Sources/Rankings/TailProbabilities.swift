import Foundation
import Foundations

/// P(Z > z) of a standard normal Z: erfc(z / sqrt 2) / 2, exact in relative terms far into the tail (z = 38 or so).
///
/// NaN stays NaN; -infinity gives 1, +infinity 0.
package func normalTail(_ z: Double) -> Double { erfc(z / 2.0.squareRoot()) / 2 }

/// The density of the standard normal at z.
package func normalDensity(_ z: Double) -> Double { exp(-z * z / 2) / (2 * Double.pi).squareRoot() }

/// The z with P(Z > z) = p for 0 < p < 1, from below to 1e-9: bisection of ``normalTail(_:)``.
package func normalQuantile(upper p: Double) -> Double {
    require(p > 0 && p < 1, "a tail of \(p), expected within 0 ... 1")
    var low = -40.0
    var high = 40.0
    while high - low > 1e-9 {
        let middle = (low + high) / 2
        if normalTail(middle) > p { low = middle } else { high = middle }
    }
    return low
}

/// P(T > t) of Student's T with `degrees` degrees of freedom, any number above 0; infinity means the normal.
///
///     P(T > t) = I_x(v / 2, 1 / 2) / 2,  x = v / (v + t^2), for t >= 0;  1 - P(T > -t) below 0
///
/// Above 1e7 degrees the normal tail stands for it (relative error below 1e-4 up to t = 8).
/// - Source: Abramowitz and Stegun 26.7.1.
/// - Cost: see ``incompleteBeta(_:_:_:)``.
package func studentTail(_ t: Double, degrees: Double) -> Double {
    require(degrees > 0, "\(degrees) degrees of freedom, expected above 0")
    if t.isNaN { return t }
    if degrees > 1e7 { return normalTail(t) }
    if t < 0 { return 1 - studentTail(-t, degrees: degrees) }
    // In this form neither a huge nor a tiny t^2 overflows or cancels.
    let x = 1 / (1 + t / degrees * t)
    return incompleteBeta(degrees / 2, 0.5, x) / 2
}

/// The t with P(T > t) = p of Student's T, for 0 < p <= .5, from below to 1e-9 of its size: bisection of
/// ``studentTail(_:degrees:)``.
package func studentQuantile(upper p: Double, degrees: Double) -> Double {
    require(p > 0 && p <= 0.5, "a tail of \(p), expected within 0 ... 0.5")
    var low = 0.0
    var high = 1.0
    while studentTail(high, degrees: degrees) > p, high < 1e300 { (low, high) = (high, 2 * high) }
    while high - low > 1e-9 * high {
        let middle = (low + high) / 2
        if studentTail(middle, degrees: degrees) > p { low = middle } else { high = middle }
    }
    return low
}

/// The regularised incomplete beta function I_x(a, b), for a, b > 0 and 0 <= x <= 1.
///
/// By the continued fraction of the Digital Library of Mathematical Functions 8.17.22 with Lentz's method, in x or, where
/// that converges faster, in 1 - x through I_x(a, b) = 1 - I_(1-x)(b, a).
/// - Cost: O(sqrt(max(a, b))) steps.
package func incompleteBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
    require(a > 0 && b > 0 && x >= 0 && x <= 1, "I_x(a, b) with a \(a), b \(b), x \(x)")
    if x == 0 || x == 1 { return x }
    let swaps = x > (a + 1) / (a + b + 2)
    let (a, b, x) = swaps ? (b, a, 1 - x) : (a, b, x)
    let logBeta = logGamma(a) + logGamma(b) - logGamma(a + b)
    let front = exp(a * log(x) + b * log1p(-x) - logBeta) / a
    let value = front / betaFraction(a, b, x)
    return swaps ? 1 - value : value
}

/// 1 + d1 / (1 + d2 / (1 + ...)), with d of DLMF 8.17.23.
private func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    var value = 1.0
    var above = 1.0
    var below = 0.0
    for step in 1...100_000 {
        let m = Double(step / 2)
        let part =
            step.isMultiple(of: 2)
            ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        below = 1 + part * below
        if abs(below) < tiny { below = tiny }
        below = 1 / below
        above = 1 + part / above
        if abs(above) < tiny { above = tiny }
        value *= above * below
        if abs(above * below - 1) < 1e-15 { break }
    }
    return value
}

/// log Gamma(x) for x > 0: Stirling's series (DLMF 5.11.1) after raising x above 10 by the recurrence.
private func logGamma(_ x: Double) -> Double {
    var shift = 1.0
    var x = x
    while x < 10 {
        shift *= x
        x += 1
    }
    let inverse = 1 / (x * x)
    let series =
        (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1_260 - inverse * (1.0 / 1_680 - inverse / 1_188)))) / x
    return (x - 0.5) * log(x) - x + 0.5 * log(2 * Double.pi) + series - log(shift)
}
