import Foundations

/// How well a truth table can be known and hit at all: what stand-alone runs of every child, and a perfect ranker, reach
/// against it. No supernet can be asked for more than ``gtTau``.
///
/// By `draws` simulations with the table's means as the true values: a run of child c is N(mean_c, sd_c^2) with
/// sd_c = std_c sqrt(R / (R - 1)) (the table's deviations are population ones over R runs), another truth table is
/// N(mean_c, sd_c^2 / R). Since the means themselves spread a little wider than the true values do, everything here is
/// a little too high. tau is tau-b; Top-n-Rank takes ties in expectation.
package struct NoiseCeiling: Sendable, Hashable, Codable {
    /// A ranking against a truth.
    package struct Figures: Sendable, Hashable, Codable {
        package let gtTau: Double
        package let topRank: [String: Double]
        /// Points lost by its pick.
        package let regret: Double
    }
    /// Among some of the children.
    package struct Inside: Sendable, Hashable, Codable {
        package let name: String
        package let children: Int
        package let sTau: Double?
        package let gtTau: Double?
    }

    package let draws: Int
    /// The pooled deviation of one run in points, sqrt(mean sd_c^2).
    package let runPoints: Double
    /// Mean tau between two independent runs.
    package let sTau: Double
    /// Mean tau of a run against the table, its means being the truth.
    package let gtTau: Double
    /// Where gtTau of a single run falls in 90 % of the draws.
    package let gtTauRange: Interval
    /// A single run against the table.
    package let run: Figures
    /// Mean tau of a run against another truth table of as many runs; nil where their number is not known, as below.
    package let gtTauAgain: Double?
    /// A ranker that knows the true values, against another table: what noise of the truth alone costs.
    package let perfect: Figures?
    /// Mean tau between two other tables: the truth's reliability.
    package let truthTau: Double?
    package let inside: [Inside]

    /// Nil where the table has no deviations, one run of a child only, or fewer than two children that differ.
    ///
    /// Where it does not say how many runs there were, the deviations are taken as they are and what needs the number is
    /// nil.
    ///
    /// - Parameters:
    ///   - subsets: also the taus among these children.
    ///   - tops: the n of Top-n-Rank.
    /// - Throws: ``RankingsError`` for a subset with unknown children.
    /// - Cost: draws x 5 taus of O(c log c): 0.15 s for 64 children.
    package init?(
        _ truth: TruthTable, subsets: [(name: String, children: [String])] = [],
        tops: [Int] = MetricsOptions.standardTops,
        draws: Int? = nil, seed: UInt64 = 0
    ) throws {
        let draws = draws ?? affordableDraws(children: truth.means.count)
        guard let deviations = truth.runDeviations(), truth.means.count >= 2 else { return nil }
        let errors = truth.standardErrors()
        let means = truth.means
        let parts = try subsets.map { (name: $0.name, places: try truth.places(of: $0.children)) }
        var sums = CeilingMeans(subsets: parts.count, tops: tops)
        for draw in 0..<draws {
            var stream = RandomStream(seed: seed, purpose: .bootstrap, round: Draws.runs, step: draw)
            func around(_ spread: [Double]) -> [Double] { zip(means, spread).map { $0 + $1 * stream.normal() } }
            let run = around(deviations)
            let other = around(deviations)
            try sums.stability.add(Kendall(run, other)?.tauB)
            try sums.run.add(run, means, truth.pointsPerUnit)
            for (place, part) in parts.enumerated() {
                try sums.inside[place].stability.add(Kendall(run, other, inside: part.places)?.tauB)
                try sums.inside[place].truth.add(Kendall(run, means, inside: part.places)?.tauB)
            }
            guard let errors else { continue }
            let table = around(errors)
            let again = around(errors)
            try sums.perfect.add(means, table, truth.pointsPerUnit)
            try sums.truth.add(Kendall(table, again)?.tauB)
            try sums.again.add(Kendall(run, table)?.tauB)
        }
        guard let sTau = sums.stability.mean, let own = sums.run.figures else { return nil }
        let sorted = sums.run.tau.values.sorted()
        self.draws = draws
        self.sTau = sTau
        runPoints =
            (deviations.reduce(0) { $0 + $1 * $1 } / Double(deviations.count)).squareRoot() * truth.pointsPerUnit
        gtTau = own.gtTau
        gtTauRange = Interval(
            low: sorted[draws / 20], high: sorted[draws - 1 - draws / 20], level: 0.9, method: .simulation)
        run = own
        gtTauAgain = sums.again.mean
        perfect = sums.perfect.figures
        truthTau = sums.truth.mean
        inside = zip(parts, sums.inside).map { part, sum in
            Inside(name: part.name, children: part.places.count, sTau: sum.stability.mean, gtTau: sum.truth.mean)
        }
    }
}

/// As many draws as a second or two affords: 2,000 up to 1,000 children, 20 at least.
package func affordableDraws(children: Int) -> Int { min(2_000, max(20, 2_000_000 / max(1, children))) }
