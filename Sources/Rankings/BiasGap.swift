import Foundations

/// Whether dropping children amplifies what a ranking favours: partial effects (``partialEffects(scores:truth:features:)``)
/// on the last scores of a run that dropped children, less those on the last scores of its twin of the same seed that kept
/// everyone, on the same children: those the first one kept.
///
///     d_s = b(scores of the pruned run) - b(scores of the twin),   places, for each seed s and feature
///     b(scores) = c(scores) - mean of c over unbiased rankings of the same tau (``BiasNull``)
///
/// Equal children and an equal truth, so a smaller range of children is no part of it; both scorings are later than the cut,
/// so what it hides by choosing the children it hides in both alike. Noise alone makes effects, larger ones in the noisier
/// scoring, so each is taken less what noise makes at its tau. Over seeds by the exact sign-flip test, Holm over the features.
/// - Cost: 2 x ``draws`` unbiased rankings a seed.
package struct BiasGap: Sendable, Hashable, Codable {
    /// One seed's two scorings of the same children.
    package struct Pair: Sendable {
        let pruned: [Double]
        let uniform: [Double]
        let truth: [Double]
        let errors: [Double]?
        let features: [BiasFeature]

        /// - Parameters: one value a child each, larger is better; `errors` are the truth's, where known.
        package init(
            pruned: [Double], uniform: [Double], truth: [Double], errors: [Double]? = nil, features: [BiasFeature]
        ) {
            (self.pruned, self.uniform, self.truth) = (pruned, uniform, truth)
            (self.errors, self.features) = (errors, features)
        }
    }

    package struct Finding: Sendable, Hashable, Codable {
        package let feature: String
        package let seeds: Int
        /// Mean effects beyond those of noise, places.
        package let pruned: Double
        package let uniform: Double
        package let difference: Double
        /// The 95 % interval of the difference; nil where so few seeds have none.
        @OrNull package var low: Double?
        @OrNull package var high: Double?
        package let p: Double
        package let adjusted: Double

        /// Nil where the difference is not shown; else from the twin's effect to that of the run that dropped.
        package var move: BiasMove? {
            adjusted <= BiasTest.level ? BiasMove(from: uniform, to: pruned) : nil
        }
    }

    static let draws = 200

    /// Pairs of runs with enough children.
    package let pairs: Int
    /// Pairs with fewer children than ``BiasTest/fewestChildren``: no effect can be told.
    package let tooSmall: Int
    /// Features that some pair has, and the seeds it takes to test them all: with fewer, not even seeds that all agree can
    /// pass Holm's adjustment. Tested are those features that have seeds enough for as many as they are.
    package let features: Int
    package let takes: Int
    package let findings: [Finding]

    /// Nil without pairs.
    /// - Throws: ``RankingsError`` for lists of different lengths and NaN.
    package init?(_ pairs: [Pair]) throws {
        guard !pairs.isEmpty else { return nil }
        let usable = pairs.filter { $0.truth.count >= BiasTest.fewestChildren }
        var names: [String] = []
        var effects: [String: (pruned: [Double], uniform: [Double])] = [:]
        for (lane, pair) in usable.enumerated() {
            let pruned = try Self.effects(pair.pruned, pair, lane: 2 * lane)
            let uniform = try Self.effects(pair.uniform, pair, lane: 2 * lane + 1)
            for (place, feature) in pair.features.enumerated() where BiasTest.isUsable(feature) {
                guard let own = pruned[place], let other = uniform[place] else { continue }
                if effects[feature.name] == nil { names.append(feature.name) }
                effects[feature.name, default: ([], [])].pruned.append(own)
                effects[feature.name]?.uniform.append(other)
            }
        }
        self.pairs = usable.count
        tooSmall = pairs.count - usable.count
        features = names.count
        takes = pairsForTests(of: names.count)
        let counts = names.compactMap { effects[$0]?.pruned.count }
        let enough =
            Set(counts).filter { seeds in seeds >= pairsForTests(of: counts.count { $0 >= seeds }) }.min() ?? .max
        let tests = try names.compactMap { name -> (name: String, own: [Double], other: [Double], test: SignFlip)? in
            guard let (own, other) = effects[name], own.count >= enough, let test = try SignFlip(zip(own, other).map(-))
            else { return nil }
            return (name, own, other, test)
        }
        findings = zip(tests, holmAdjusted(tests.map(\.test.pValue))).map { item, adjusted in
            let interval = item.test.interval()
            func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
            return Finding(
                feature: item.name, seeds: item.own.count, pruned: mean(item.own), uniform: mean(item.other),
                difference: mean(item.own) - mean(item.other), low: interval?.low, high: interval?.high,
                p: item.test.pValue, adjusted: adjusted)
        }
    }

    /// Effects of one scoring beyond those of unbiased rankings of its tau.
    private static func effects(_ scores: [Double], _ pair: Pair, lane: Int) throws -> [Double?] {
        let columns = pair.features.map(\.values)
        let found = try partialEffects(scores: scores, truth: pair.truth, features: columns)
        guard let tau = try Kendall(scores, pair.truth)?.tauB else { return found.map { _ in nil } }
        let null = BiasNull(truth: pair.truth, errors: pair.errors)
        let partial = PartialEffects(columns)
        var sums = [Double](repeating: 0, count: columns.count)
        var counts = [Int](repeating: 0, count: columns.count)
        for number in 0..<draws {
            let drawn = null.effects(partial, tau: tau, seed: 0, lane: lane, number: number, stream: 4)
            for (place, effect) in drawn.enumerated() {
                guard let effect else { continue }
                sums[place] += effect
                counts[place] += 1
            }
        }
        return found.indices.map { place in
            found[place].flatMap { counts[place] > 0 ? $0 - sums[place] / Double(counts[place]) : nil }
        }
    }
}
