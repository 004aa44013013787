import Foundations

/// Whether dropping children amplifies what a ranking favours: partial effects (``partialEffects(scores:truth:features:)``)
/// on the last scores of a run that dropped children, less those on the last scores of its twin of the same seed that kept
/// everyone, on the same children: those the first one kept.
///
///     d_s = c(scores of the pruned run) - c(scores of the twin),   places, for each seed s and feature
///
/// Equal children and an equal truth, so a smaller range of children is no part of it; both scorings are later than the cut,
/// so what it hides by choosing the children it hides in both alike. Over seeds by the exact sign-flip test, Holm over the features.
package struct BiasGap: Sendable, Hashable, Codable {
    /// One seed's two scorings of the same children.
    package struct Pair: Sendable {
        let pruned: [Double]
        let uniform: [Double]
        let truth: [Double]
        let features: [BiasFeature]

        /// - Parameters: one value a child each, larger is better.
        package init(pruned: [Double], uniform: [Double], truth: [Double], features: [BiasFeature]) {
            (self.pruned, self.uniform, self.truth, self.features) = (pruned, uniform, truth, features)
        }
    }

    package struct Finding: Sendable, Hashable, Codable {
        package let feature: String
        package let seeds: Int
        /// Mean effects, places.
        package let pruned: Double
        package let uniform: Double
        package let difference: Double
        /// The 95 % interval of the difference; nil where so few seeds have none.
        @OrNull package var low: Double?
        @OrNull package var high: Double?
        package let p: Double
        package let adjusted: Double

        /// Nil where the difference is not shown; else whether the effect is farther from zero than the twin's.
        package var isAmplified: Bool? { adjusted <= BiasTest.level ? abs(pruned) > abs(uniform) : nil }
    }

    /// Pairs of runs with enough children.
    package let pairs: Int
    /// Features that could be tested: those of ``Conclusion/pairsForATest`` seeds or more.
    package let findings: [Finding]

    /// Nil where no pair has ``BiasTest/fewestChildren``.
    /// - Throws: ``RankingsError`` for lists of different lengths and NaN.
    package init?(_ pairs: [Pair]) throws {
        let usable = pairs.filter { $0.truth.count >= BiasTest.fewestChildren }
        guard !usable.isEmpty else { return nil }
        var names: [String] = []
        var effects: [String: (pruned: [Double], uniform: [Double])] = [:]
        for pair in usable {
            let values = pair.features.map(\.values)
            let pruned = try partialEffects(scores: pair.pruned, truth: pair.truth, features: values)
            let uniform = try partialEffects(scores: pair.uniform, truth: pair.truth, features: values)
            for (place, feature) in pair.features.enumerated() where BiasTest.isUsable(feature) {
                guard let own = pruned[place], let other = uniform[place] else { continue }
                if effects[feature.name] == nil { names.append(feature.name) }
                effects[feature.name, default: ([], [])].pruned.append(own)
                effects[feature.name]?.uniform.append(other)
            }
        }
        let tests = try names.compactMap { name -> (name: String, own: [Double], other: [Double], test: SignFlip)? in
            guard let (own, other) = effects[name], own.count >= Conclusion.pairsForATest,
                let test = try SignFlip(zip(own, other).map(-))
            else { return nil }
            return (name, own, other, test)
        }
        self.pairs = usable.count
        findings = zip(tests, holmAdjusted(tests.map(\.test.pValue))).map { item, adjusted in
            let interval = item.test.interval()
            func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
            return Finding(
                feature: item.name, seeds: item.own.count, pruned: mean(item.own), uniform: mean(item.other),
                difference: mean(item.own) - mean(item.other), low: interval?.low, high: interval?.high,
                p: item.test.pValue, adjusted: adjusted)
        }
    }
}
