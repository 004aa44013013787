import Foundations

/// What is left when the `kept` children with the highest values stay, equals in a random order: exact expectations.
///
/// With A the children strictly above the block of equals that the cut goes through, B that block (b = |B|) and
/// m = kept - |A| places left for it, a child of B leaves with the chance 1 - m / b, and the best of m drawn from B is its
/// j-th best with the chance C(b - j, m - 1) / C(b, m) (as in ``topRank(_:scores:truth:ties:)``).
///
/// Where all values are equal this is a cut at random: hypergeometric counts.
package struct ExpectedCut: Sendable, Hashable, Codable {
    /// How many marked children leave, on average.
    package let lost: Double
    /// truth(best of all) - truth(best that stays), on average, in the truth's unit.
    package let regret: Double

    package init(lost: Double, regret: Double) { (self.lost, self.regret) = (lost, regret) }

    /// - Parameters:
    ///   - values: one a child, larger stays; no NaN.
    ///   - kept: 1 ... children.
    ///   - marked: places of the children that count as lost.
    ///   - truth: one a child, larger is better; no NaN.
    /// - Cost: O(n log n).
    package init(keeping kept: Int, by values: [Double], marked: [Int], truth: [Double]) {
        require(
            1...max(1, values.count) ~= kept && values.count == truth.count,
            "\(kept) kept of \(values.count) values and \(truth.count) truths")
        let cut = values.sorted(by: >)[kept - 1]
        let above = values.indices.filter { values[$0] > cut }
        let block = values.indices.filter { values[$0] == cut }
        let drawn = kept - above.count
        let staying = Double(drawn) / Double(block.count)
        lost = marked.reduce(0) { $0 + (values[$1] > cut ? 0 : values[$1] == cut ? 1 - staying : 1) }

        let bestAbove = above.map { truth[$0] }.max() ?? -.infinity
        let order = block.map { truth[$0] }.sorted(by: >)
        var chance = staying
        var best = 0.0
        for j in 1...(order.count - drawn + 1) {
            best += max(bestAbove, order[j - 1]) * chance
            chance *= Double(order.count - j - drawn + 1) / Double(max(1, order.count - j))
        }
        regret = (truth.max() ?? 0) - best
    }
}
