import Foundations

/// P(X <= x) where X counts the marked ones among `drawn` drawn without replacement from `total`, `marked` of which are.
///
///     P(X = i) = C(marked, i) C(total - marked, drawn - i) / C(total, drawn),  mean = drawn marked / total
///
/// By the ratio of neighbours from the mode on, scaled to sum to one, so nothing overflows. 0 below the support, 1 above it.
/// - Cost: O(min(marked, drawn)).
package func hypergeometricAtMost(_ x: Int, marked: Int, drawn: Int, total: Int) -> Double {
    require(
        total >= 0 && 0...total ~= marked && 0...total ~= drawn,
        "\(drawn) drawn of \(total), \(marked) marked")
    let (least, most) = (max(0, drawn + marked - total), min(marked, drawn))
    if x < least { return 0 }
    if x >= most { return 1 }
    /// P(X = i + 1) / P(X = i).
    func step(_ i: Int) -> Double {
        Double(marked - i) / Double(i + 1) * (Double(drawn - i) / Double(total - marked - drawn + i + 1))
    }
    let mode = min(most, max(least, Int(Double(drawn + 1) * Double(marked + 1) / Double(total + 2))))
    var (upTo, all, weight) = (mode <= x ? 1.0 : 0, 1.0, 1.0)
    for i in mode..<most {
        weight *= step(i)
        all += weight
        if i + 1 <= x { upTo += weight }
    }
    weight = 1
    for i in (least..<mode).reversed() {
        weight /= step(i)
        all += weight
        if i <= x { upTo += weight }
    }
    return min(1, upTo / all)
}
