import Foundation

/// The two-sided sign test of differences: are gains as likely as losses?
///
///     p = min(1, 2 P(X <= min(gains, losses))),   X ~ Binomial(gains + losses, 1/2)
///
/// Differences of 0 are left out. Nil where none is left. It looks at no sizes, so it says little; a description beside
/// ``SignFlip``.
/// - Cost: O(n).
package func signTest(_ differences: [Double]) -> Double? {
    let gains = differences.count { $0 > 0 }
    let losses = differences.count { $0 < 0 }
    let n = gains + losses
    guard n > 0 else { return nil }
    // Terms by their logarithms: 2^-n alone is 0 above n = 1074.
    var term = -Double(n) * log(2.0)
    var tail = exp(term)
    for k in 0..<min(gains, losses) {
        term += log(Double(n - k)) - log(Double(k + 1))
        tail += exp(term)
    }
    return min(1, 2 * tail)
}
