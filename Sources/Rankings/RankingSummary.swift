/// How well one ranking of a truth table's children does: a run's composite, a row of scores, or a free baseline.
///
/// A free baseline is a ranking that costs nothing, such as by parameters or MACs, larger first; any supernet ranking
/// is printed beside these, since on the 64-child table parameters alone reach a tau-b of .67.
package struct RankingSummary: Sendable, Hashable, Codable {
    package let name: String
    /// tau-a and tau-b against the truth; nil for fewer than two children (tau-b also for a constant list).
    package let tauA: Double?
    package let tauB: Double?
    /// tau-b among a subset of the children, where one was given.
    package let tauInside: Double?
    /// Top-1- and Top-3-Rank, ties in expectation; nil for fewer children.
    package let top1: Double?
    package let top3: Double?
    /// Expected regret of the first place in points; see ``regret(pick:truth:)``.
    package let regret: Double?

    /// - Parameters:
    ///   - values: one for each child of the table in its order, larger is better, such as parameter counts.
    ///   - truth: the table.
    ///   - inside: places in the table for `tauInside`.
    /// - Throws: ``RankingsError`` for a number of values that is not the table's and for NaN.
    package init(_ name: String, values: [Double], truth: TruthTable, inside: [Int]? = nil) throws {
        try refuseUnordered([("truth", truth.means), (name, values)])
        let kendall = try Kendall(values, truth.means)
        self.name = name
        tauA = kendall?.tauA
        tauB = kendall?.tauB
        tauInside = try inside.flatMap { try Kendall(values, truth.means, inside: $0)?.tauB }
        top1 = try topRank(1, scores: values, truth: truth.means)
        top3 = try topRank(3, scores: values, truth: truth.means)
        regret = expectedRegret(values, truth)
    }
}

/// Mean regret over the children that share the highest value, in points; nil for an empty table.
func expectedRegret(_ values: [Double], _ truth: TruthTable) -> Double? {
    guard let best = truth.means.max() else { return nil }
    let picks = firstPlaces(values).map { truth.means[$0] }
    return (best - picks.reduce(0, +) / Double(picks.count)) * truth.pointsPerUnit
}

/// Where the highest value stands; several places where it is shared.
func firstPlaces(_ values: [Double]) -> [Int] {
    guard let top = values.max() else { return [] }
    return values.indices.filter { values[$0] == top }
}
