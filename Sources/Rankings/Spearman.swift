/// Spearman's rank correlation: Pearson's correlation of the average ranks.
///
///     rho = sum (rx - m)(ry - m) / sqrt(sum (rx - m)^2 sum (ry - m)^2),  m = (n + 1) / 2
///
/// Ranks are multiples of one half, so the sums are exact to n of 10^5. Nil for fewer than two items and where a
/// list is constant.
/// - Throws: ``RankingsError`` for lists of different lengths and for NaN.
/// - Cost: O(n log n).
package func spearman(_ x: [Double], _ y: [Double]) throws -> Double? {
    try refuseUnordered([("x", x), ("y", y)])
    guard x.count >= 2 else { return nil }
    let rx = try ranks(x)
    let ry = try ranks(y)
    let middle = Double(x.count + 1) / 2
    var xy = 0.0
    var xx = 0.0
    var yy = 0.0
    for (a, b) in zip(rx, ry) {
        xy += (a - middle) * (b - middle)
        xx += (a - middle) * (a - middle)
        yy += (b - middle) * (b - middle)
    }
    guard xx > 0, yy > 0 else { return nil }
    return min(1, max(-1, xy / (xx * yy).squareRoot()))
}
