/// A ranking that costs nothing: no training, no truth, only what a child looks like. Larger is better.
///
/// Any ranking that cost something is shown beside these: on the published 64 children, counting pools reaches a tau-b
/// of .79.
package struct FreeRanking: Sendable, Hashable {
    package let name: String
    /// One for each child, in the order of the list it was made for.
    package let values: [Double]

    package init(_ name: String, values: [Double]) { (self.name, self.values) = (name, values) }

    /// By parameters and multiply-adds, larger first, and by how often a child uses each operator.
    ///
    /// Which way an operator counts is free knowledge, never taken from a truth: "more" of it where children that use
    /// it more have more parameters (where that is undecided, more MACs), else "fewer". Operators that every child uses
    /// alike are left out.
    ///
    /// - Parameters:
    ///   - params, macs: by child.
    ///   - uses: by operator, then by child, in the order to be shown.
    package static func all(params: [Int], macs: [Int], uses: [(name: String, counts: [Int])]) -> [FreeRanking] {
        var rankings = [
            FreeRanking("parameters", values: params.map(Double.init)),
            FreeRanking("MACs", values: macs.map(Double.init)),
        ]
        for (name, counts) in uses where Set(counts).count > 1 {
            let byParams = association(counts, params)
            let isMore = (byParams == 0 ? association(counts, macs) : byParams) >= 0
            rankings.append(
                FreeRanking("\(isMore ? "more" : "fewer") \(name)", values: counts.map { Double(isMore ? $0 : -$0) }))
        }
        return rankings
    }

    /// The sign of the covariance.
    private static func association(_ a: [Int], _ b: [Int]) -> Int {
        let n = Double(a.count)
        let mean = a.reduce(0.0) { $0 + Double($1) } / n
        let sum = zip(a, b).reduce(0.0) { $0 + (Double($1.0) - mean) * Double($1.1) }
        let size = zip(a, b).reduce(0.0) { $0 + abs((Double($1.0) - mean) * Double($1.1)) }
        return abs(sum) <= 1e-12 * size ? 0 : sum > 0 ? 1 : -1
    }
}
