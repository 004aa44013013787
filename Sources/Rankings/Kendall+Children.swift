extension Kendall {
    /// Beyond this many items an interval over them is as narrow as nobody needs it, and its n^2 pairs are many.
    package static let jackknifeLimit = 4_096

    /// The jackknife of tau-b over the *items*, for items that are a sample of a larger set, such as 8 children of 64:
    /// where tau over all of them lies. Says nothing about other training runs of the same children.
    ///
    /// Simulated coverage at 95 % for normal scores: .94 to .96 for 8 items and more (wider than needed above a tau of
    /// .8 with 8). Nil where tau-b is nil with or without one of the items, below 6 items, and above
    /// ``jackknifeLimit``.
    /// - Throws: ``RankingsError`` for lists of different lengths and for NaN.
    /// - Cost: O(n^2).
    package static func jackknife(_ x: [Double], _ y: [Double]) throws -> Jackknife? {
        guard x.count >= 6, x.count <= jackknifeLimit, let all = try Kendall(x, y), let value = all.tauB else {
            return nil
        }
        let pairs = (x.count - 1) * (x.count - 2) / 2
        return Jackknife(
            value,
            deleted: x.indices.map { item in
                var (score, tiedX, tiedY) = (0, 0, 0)
                for other in x.indices where other != item {
                    let a = order(x[item], x[other])
                    let b = order(y[item], y[other])
                    score += a * b
                    tiedX += a == 0 ? 1 : 0
                    tiedY += b == 0 ? 1 : 0
                }
                let leftX = pairs - all.tiesX + tiedX
                let leftY = pairs - all.tiesY + tiedY
                guard leftX > 0, leftY > 0 else { return nil }
                let spread = (Double(leftX) * Double(leftY)).squareRoot()
                return Double(all.concordant - all.discordant - score) / spread
            })
    }
}

/// 1 where a is above b, -1 below, 0 where equal.
private func order(_ a: Double, _ b: Double) -> Int { a > b ? 1 : a < b ? -1 : 0 }
