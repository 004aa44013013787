/// What is asked of a table of scores besides the figures that are always made.
package struct MetricsOptions: Sendable {
    package static let standardTops = [1, 3]

    /// The n of Top-n-Rank.
    package var tops = standardTops
    /// The k of precision and of Phi; empty means one eighth of the children, 1 at least.
    package var ks: [Int] = []
    /// Also GT-Tau-Mean-k and -Std-k over this many last rows.
    package var last: Int?
    /// Points to which sparse tau rounds the truth.
    package var sparseStep = 0.1
    /// Of rank-biased overlap.
    package var persistence = 0.9
    /// Of every interval.
    package var level = 0.95
    /// Parts of the children to look at alone. Children outside the truth are refused.
    package var subsets: [(name: String, children: [String])] = []

    package init() {}

    func ks(_ truth: TruthTable) -> [Int] { ks.isEmpty ? [max(1, truth.labels.count / 8)] : ks }

    /// - Throws: ``RankingsError`` for what is out of range.
    func check(children: Int) throws {
        if let k = (tops + ks).first(where: { $0 < 1 }) { throw RankingsError("the top \(k), expected 1 or more") }
        // Those that are always asked for are left out of small tables.
        if let k = (ks + (tops == Self.standardTops ? [] : tops)).first(where: { $0 > children }) {
            throw RankingsError("the top \(k) of \(children) children, expected no more than there are")
        }
        if let last, last < 1 { throw RankingsError("the last \(last) rows, expected 1 or more") }
        guard level >= 0.5, level < 1 else { throw RankingsError("a level of \(level), expected .5 to 1, such as .95") }
        guard persistence > 0, persistence < 1 else {
            throw RankingsError("a persistence of \(persistence) for RBO, expected above 0 and below 1, such as .9")
        }
        guard sparseStep >= 0, sparseStep.isFinite else {
            throw RankingsError("a rounding step of \(sparseStep) points, expected 0 or more")
        }
        var seen = Set<String>()
        for subset in subsets {
            if !seen.insert(subset.name).inserted {
                throw RankingsError("two subsets are called \(subset.name.debugDescription)")
            }
            if Set(subset.children).count < subset.children.count {
                throw RankingsError("the subset \(subset.name.debugDescription) names a child twice")
            }
        }
    }
}
