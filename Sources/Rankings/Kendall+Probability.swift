import Foundation

extension Kendall {
    /// Two-sided p-value of "x and y are independent", by the rules of `scipy.stats.kendalltau(method="auto")`.
    ///
    /// Exact without ties where n <= 33 or at most one pair is discordant (or concordant); otherwise asymptotic.
    /// Nil where tau-b is nil.
    package var pValue: Double? {
        guard tauB != nil else { return nil }
        let few = min(discordant, pairs - discordant)
        if tiesX == 0, tiesY == 0, count <= 33 || few <= 1 { return exactProbability(few) }
        return asymptoticProbability
    }

    /// Normal approximation with the variance under ties (Kendall, "Rank Correlation Methods"):
    /// var = (n (n-1) (2n+5) - wx - wy) / 18 + 2 tiesX tiesY / m + vx vy / (9 m (n-2)), m = n (n - 1),
    /// with v = sum of t (t-1) (t-2) and w = sum of t (t-1) (2t+5) over the groups of equal values.
    var asymptoticProbability: Double {
        let n = Double(count)
        let m = n * (n - 1)
        var variance = (m * (2 * n + 5) - momentsX.weighted - momentsY.weighted) / 18
        variance += 2 * Double(tiesX) * Double(tiesY) / m
        if count > 2 { variance += momentsX.triples * momentsY.triples / (9 * m * (n - 2)) }
        let z = Double(concordant - discordant) / variance.squareRoot()
        return min(1, erfc(abs(z) / 2.0.squareRoot()))
    }

    /// 2 P(D <= few) over the n! orders: the number of orders with k discordant pairs is built up one item at a time
    /// as a window sum, divided by the item's number so that nothing overflows. Cost: O(n few).
    private func exactProbability(_ few: Int) -> Double {
        if count == 2 || 4 * few == count * (count - 1) { return 1 }
        if few == 0 { return 2 / factorial(count) }
        if few == 1 { return 2 / factorial(count - 1) }
        var orders = [Double](repeating: 0, count: few + 1)
        orders[0] = 0.5
        orders[1] = 0.5
        for item in 3...max(3, count) {
            var sums = orders
            for k in 1...few { sums[k] += sums[k - 1] }
            for k in 0...few { orders[k] = (sums[k] - (k >= item ? sums[k - item] : 0)) / Double(item) }
        }
        return min(1, max(0, 2 * orders.reduce(0, +)))
    }
}

/// n!, infinite above 170.
private func factorial(_ n: Int) -> Double {
    n < 171 ? (1...max(1, n)).reduce(1.0) { $0 * Double($1) } : .infinity
}
