/// Phi: how alike M sets chosen from the same n items are, beyond chance. 1 where all are equal, 0 in expectation where
/// each was drawn at random, whatever their size.
///
///     Phi = 1 - [1/n sum_f M / (M - 1) p_f (1 - p_f)] / [k/n (1 - k/n)]
///
/// p_f is the share of sets that hold item f and k the mean size. With ties, membership is a chance
/// (``topMembers(_:of:)``) and Phi the one of the expected overlaps, equals of different rows being drawn
/// independently; a constant row adds 0. Its interval is asymptotic in M: phi_i are the sets' own parts,
///
///     phi_i = [1/n sum_f z_if p_f - k_i k/n^2 + Phi/2 (2 k_i k/n^2 - k_i/n - k/n + 1)] / [k/n (1 - k/n)]
///     var Phi = 4 / M^2 sum (phi_i - mean phi)^2
///
/// Compare it at equal k only, and never on the intersection of survivors. Say it beside a measure of truth: ranking by
/// parameters has Phi 1.
/// - Source: Nogueira, Sechidis and Brown, "On the Stability of Feature Selection Algorithms", JMLR 18, 2018.
package struct SetStability: Sendable, Hashable {
    package let sets: Int
    package let phi: Double
    package let standardError: Double

    /// Nil for fewer than two sets, and where all are empty or all hold everything (0 / 0).
    /// - Parameter memberships: `[M, n]`, each between 0 and 1.
    /// - Throws: ``RankingsError`` for rows of different lengths and for NaN.
    /// - Cost: O(M n).
    package init?(memberships: [[Double]]) throws {
        try refuseUnordered(memberships.enumerated().map { ("set \($0.offset)", $0.element) })
        guard memberships.count >= 2, let n = memberships.first.map({ Double($0.count) }), n > 0 else { return nil }
        let m = Double(memberships.count)
        let sizes = memberships.map { $0.reduce(0, +) }
        let k = sizes.reduce(0, +) / m
        let chance = k / n * (1 - k / n)
        guard chance > 0 else { return nil }
        var holders = [Double](repeating: 0, count: memberships[0].count)
        for row in memberships { for (item, z) in row.enumerated() { holders[item] += z } }
        // A set's overlap with itself is its size, also where membership is a chance.
        let overlaps = zip(memberships, sizes).map { row, size in
            zip(row, holders).reduce(size) { $0 + $1.0 * ($1.1 - $1.0) } / m
        }
        let between = k - overlaps.reduce(0, +) / m
        let phi = 1 - m / (m - 1) * between / n / chance
        let parts = zip(overlaps, sizes).map { overlap, size in
            (overlap / n - size * k / (n * n) + phi / 2 * (2 * size * k / (n * n) - size / n - k / n + 1)) / chance
        }
        let mean = parts.reduce(0, +) / m
        sets = memberships.count
        self.phi = phi
        standardError = (4 / (m * m) * parts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot()
    }

    /// Of sets of names, such as the survivors of several runs, among all `items`.
    /// - Throws: ``RankingsError`` naming what is not among the items.
    package init?(_ sets: [Set<String>], among items: [String]) throws {
        let strangers = sets.reduce(Set()) { $0.union($1) }.subtracting(items)
        if !strangers.isEmpty { throw RankingsError("not among the items: \(listed(strangers.sorted()))") }
        try self.init(memberships: sets.map { set in items.map { set.contains($0) ? 1 : 0 } })
    }

    /// Of the k best of each row of scores.
    package init?(top k: Int, of rows: [[Double]]) throws {
        try self.init(memberships: rows.map { try topMembers(k, of: $0) })
    }

    /// Phi +- z se, cut off at 1. Nil without an error (all sets alike, or two sets).
    package func interval(level: Double = 0.95) -> Interval? {
        guard standardError > 0 else { return nil }
        let half = normalQuantile(upper: (1 - level) / 2) * standardError
        return Interval(low: phi - half, high: min(1, phi + half), level: level, method: .asymptotic)
    }
}
