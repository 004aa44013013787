import Foundations

/// Everything one ranking is worth by a truth: a row of scores, a free ranking. Nil (JSON `null`) is undefined;
/// what needs a truth with errors is left out without one.
package struct RankingMeasures: Sendable, Hashable, Encodable {
    /// The taus among some of the children.
    package struct Inside: Sendable, Hashable, Encodable {
        @OrNull package var tauB: Double?
        @OrNull package var tauA: Double?
    }

    @OrNull package var tauB: Double?
    /// Two-sided p-value of tau-b; see ``Kendall/pValue``.
    @OrNull package var pValue: Double?
    @OrNull package var tauA: Double?
    @OrNull package var spearman: Double?
    @OrNull package var weightedTau: Double?
    @OrNull package var sparseTau: Double?
    @OrNull package var rankBiasedOverlap: Double?
    /// Top-n-Rank by n, ties in expectation. An n above the number of children is left out, here and below.
    package let topRank: [String: Double]
    /// Top-n-Rank where index order breaks ties, as the published code has it.
    package let topRankPaper: [String: Double]
    /// By k.
    package let precisionTop: [String: Double]
    package let precisionBottom: [String: Double]
    /// Points lost by taking the first, in expectation where several are.
    @OrNull package var regret: Double?
    package let regretUnderNoise: NoisyRegret?
    /// The chance that the first is in T*.
    package let hit: Double?
    /// By the subset's name.
    package let inside: [String: Inside]
}

/// What rankings are measured by: a truth, and what is asked of it. Made once, used for every row.
package struct Yardstick {
    package let truth: TruthTable
    package let asked: MetricsOptions
    /// T* with chances; nil where the truth has no errors.
    package let likelyBest: [LikelyBest]?
    let places: [(name: String, places: [Int])]
    private let drawn: DrawnTruths?

    /// A child of T* and its chance to be the truly best one.
    package struct LikelyBest: Sendable, Hashable, Codable {
        package let child: String
        package let chance: Double
    }

    /// - Throws: ``RankingsError`` for subsets with unknown children, and options out of range.
    package init(_ truth: TruthTable, _ asked: MetricsOptions = MetricsOptions()) throws {
        try asked.check(children: truth.labels.count)
        self.truth = truth
        self.asked = asked
        places = try asked.subsets.map { (name: $0.name, places: try truth.places(of: $0.children)) }
        let draws = affordableDraws(children: truth.labels.count)
        let errors = truth.pooledStandardErrors()
        drawn = errors.map { DrawnTruths(truth, standardErrors: $0, draws: draws) }
        likelyBest = errors.map { errors in
            let chances = chancesToBeBest(truth, standardErrors: errors, draws: draws)
            return zip(truth.labels, chances).filter { $0.1 >= chanceToBeLikely }.map {
                LikelyBest(child: $0.0, chance: $0.1)
            }
        }
    }

    /// - Parameter values: one a child in the truth's order, larger is better.
    /// - Throws: ``RankingsError`` for a number of values that is not the truth's, and NaN.
    /// - Cost: O(c log c), and draws x c where the truth has errors.
    package func measures(_ values: [Double]) throws -> RankingMeasures {
        let means = truth.means
        let kendall = try Kendall(values, means)
        let picks = firstPlaces(values)
        func byNumber(_ numbers: [Int], _ figure: (Int) throws -> Double?) rethrows -> [String: Double] {
            var figures: [String: Double] = [:]
            for number in numbers { figures[String(number)] = try figure(number) }
            return figures
        }
        var inside: [String: RankingMeasures.Inside] = [:]
        for part in places {
            let kendall = try Kendall(values, means, inside: part.places)
            inside[part.name] = .init(tauB: kendall?.tauB, tauA: kendall?.tauA)
        }
        let best = likelyBest.map { Set($0.map(\.child)) }
        return RankingMeasures(
            tauB: kendall?.tauB, pValue: kendall?.pValue, tauA: kendall?.tauA, spearman: try spearman(values, means),
            weightedTau: try weightedTau(values, means),
            sparseTau: try sparseTau(values, truth: truth, step: asked.sparseStep),
            rankBiasedOverlap: try Rankings.rankBiasedOverlap(values, means, p: asked.persistence),
            topRank: try byNumber(asked.tops) { try topRank($0, scores: values, truth: means) },
            topRankPaper: try byNumber(asked.tops) {
                try topRank($0, scores: values, truth: means, ties: .indexOrder)
            },
            precisionTop: try byNumber(asked.ks(truth)) { try precision(top: $0, scores: values, truth: means) },
            precisionBottom: try byNumber(asked.ks(truth)) { try precision(bottom: $0, scores: values, truth: means) },
            regret: expectedRegret(values, truth), regretUnderNoise: drawn.map { NoisyRegret(picks: picks, $0) },
            hit: best.map { best in
                Double(picks.count { best.contains(truth.labels[$0]) }) / Double(max(1, picks.count))
            },
            inside: inside)
    }
}
