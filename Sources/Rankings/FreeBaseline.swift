/// How well a ranking that costs nothing (parameters, MACs, fewer pools) does on the same children.
///
/// Any supernet ranking is printed beside these: on the 64-child table parameters alone reach a tau-b of .67.
package struct FreeBaseline: Sendable, Hashable, Codable {
    package let name: String
    package let tauA: Double?
    package let tauB: Double?
    /// Top-1-Rank: the true rank of its pick, in expectation where several share first place.
    package let pickRank: Double?
    /// Expected regret of that pick in points; see ``regret(pick:truth:)``.
    package let regret: Double?

    /// - Parameters:
    ///   - values: one for each child of the table, larger is better, such as parameter counts.
    ///   - truth: the table; its order is that of `values`.
    /// - Throws: ``RankingsError`` for a number of values that is not the table's and for NaN.
    package init(_ name: String, values: [Double], truth: TruthTable) throws {
        try refuseUnordered([("truth", truth.means), (name, values)])
        let kendall = try Kendall(values, truth.means)
        self.name = name
        tauA = kendall?.tauA
        tauB = kendall?.tauB
        pickRank = try topRank(1, scores: values, truth: truth.means)
        regret = expectedRegret(values, truth)
    }
}

/// Mean regret over the children that share the highest value, in points; nil for an empty table.
func expectedRegret(_ values: [Double], _ truth: TruthTable) -> Double? {
    guard let top = values.max(), let best = truth.means.max() else { return nil }
    let picks = values.indices.filter { values[$0] == top }.map { truth.means[$0] }
    return (best - picks.reduce(0, +) / Double(picks.count)) * truth.pointsPerUnit
}
