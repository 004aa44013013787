/// Kendall's rank correlation of two lists over the same items: the counts of pairs, and the taus made of them.
///
/// A pair of items is concordant (C) where both lists order it alike and discordant (D) where they order it
/// oppositely; `tiesX`, `tiesY` and `tiesBoth` count the pairs equal in x, in y and in both. With T = n (n - 1) / 2:
///
///     C - D  = T - tiesX - tiesY + tiesBoth - 2 D
///     tau-a  = (C - D) / T
///     tau-b  = (C - D) / sqrt((T - tiesX) (T - tiesY))
///
/// tau-b is what scipy and the published tables mean by Kendall tau; tau-a is the one to compare arms by, since it
/// scores a tied pair 0 where tau-b takes it out of the count. 0.0 and -0.0 are equal.
///
/// - Cost: O(n log n), by Knight's merge sort ("A computer method for calculating Kendall's tau with ungrouped
///   data", JASA 61, 1966).
package struct Kendall: Sendable, Hashable {
    package let count: Int
    package let discordant: Int
    package let tiesX: Int
    package let tiesY: Int
    package let tiesBoth: Int
    let momentsX: TieMoments
    let momentsY: TieMoments

    /// Nil for fewer than two items.
    /// - Throws: ``RankingsError`` for lists of different lengths and for NaN.
    package init?(_ x: [Double], _ y: [Double]) throws {
        try refuseUnordered([("x", x), ("y", y)])
        guard x.count >= 2 else { return nil }
        let order = x.indices.sorted { x[$0] != x[$1] ? x[$0] < x[$1] : y[$0] < y[$1] }
        count = x.count
        let byX = tieGroups(order.count) { x[order[$0]] == x[order[$1]] }
        let byBoth = tieGroups(order.count) { x[order[$0]] == x[order[$1]] && y[order[$0]] == y[order[$1]] }
        var column = order.map { y[$0] }
        discordant = sortCountingInversions(&column)
        let byY = tieGroups(column.count) { column[$0] == column[$1] }
        momentsX = TieMoments(byX)
        momentsY = TieMoments(byY)
        tiesX = momentsX.pairs
        tiesY = momentsY.pairs
        tiesBoth = TieMoments(byBoth).pairs
    }

    /// The same inside a subset, such as the children without pooling: items at `places`, in that order.
    /// - Throws: ``RankingsError`` also for a place outside the lists or given twice.
    package init?(_ x: [Double], _ y: [Double], inside places: [Int]) throws {
        try refuseUnordered([("x", x), ("y", y)])
        if let wrong = places.first(where: { !x.indices.contains($0) }) {
            throw RankingsError("place \(wrong) of the subset is outside 0 ..< \(x.count)")
        }
        if Set(places).count < places.count { throw RankingsError("the subset names an item twice") }
        try self.init(places.map { x[$0] }, places.map { y[$0] })
    }

    package var pairs: Int { count * (count - 1) / 2 }
    package var concordant: Int { pairs - tiesX - tiesY + tiesBoth - discordant }

    package var tauA: Double { Double(concordant - discordant) / Double(pairs) }

    /// Nil where a list is constant: tau-b is then 0 / 0.
    package var tauB: Double? {
        guard tiesX < pairs, tiesY < pairs else { return nil }
        let spread = (Double(pairs - tiesX) * Double(pairs - tiesY)).squareRoot()
        return min(1, max(-1, Double(concordant - discordant) / spread))
    }
}
