import Foundations

/// Holm's adjusted p-values: reject those at most alpha, and the chance of any false rejection is at most alpha under any
/// dependence.
///
///     adjusted of the i-th smallest = max over h <= i of min(1, (m - h + 1) p_(h)),  m = number of p-values
///
/// In the order of the list; equal p-values get equal adjusted ones. An empty list gives an empty one.
/// - Source: Holm, "A simple sequentially rejective multiple test procedure", 1979.
/// - Cost: O(m log m).
package func holmAdjusted(_ p: [Double]) -> [Double] {
    require(p.allSatisfy { $0 >= 0 && $0 <= 1 }, "a p-value outside 0 ... 1")
    var adjusted = p
    var largest = 0.0
    for (place, index) in p.indices.sorted(by: { p[$0] < p[$1] }).enumerated() {
        largest = max(largest, min(1, Double(p.count - place) * p[index]))
        adjusted[index] = largest
    }
    return adjusted
}

/// The fewest pairs with which the sign-flip tests of m measures can show anything at 5 % after Holm's adjustment: with fewer, not
/// even pairs that all agree reach it, since m 2^(1-n) > .05. 6 for one measure, 8 for 4, 9 for 10, 10 for 14.
package func pairsForTests(of measures: Int) -> Int {
    var pairs = Conclusion.pairsForATest
    while Double(max(1, measures)) * SignFlip.smallestP(count: pairs) > 0.05, pairs < 30 { pairs += 1 }
    return pairs
}

/// The p-value of "fewer than k of these m hypotheses are false" from the p-values of each, under any dependence:
///
///     min(1, (m - k + 1) p_(k)),  p_(k) the k-th smallest
///
/// 1 where k > m: of fewer than k hypotheses there cannot be k false ones.
/// - Source: Benjamini and Heller, "Screening for partial conjunction hypotheses", 2008, with Bonferroni inside.
/// - Cost: O(m log m).
package func partialConjunction(_ p: [Double], atLeast k: Int) -> Double {
    require(k >= 1, "partial conjunction of \(k), expected 1 or more")
    guard k <= p.count else { return 1 }
    return min(1, Double(p.count - k + 1) * p.sorted()[k - 1])
}
