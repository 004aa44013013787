import Foundations

/// What a child has that a ranking might favour: its size, its depth, or a choice at a slot.
package struct BiasFeature: Sendable, Hashable {
    package let name: String
    /// One a child. A choice is 0 or 1; an amount is taken in its own deviations.
    package let values: [Double]
    package let isChoice: Bool

    package init(name: String, values: [Double], isChoice: Bool) {
        (self.name, self.values, self.isChoice) = (name, values, isChoice)
    }

    /// Children that have the choice.
    package static func choice(_ name: String, _ has: [Bool]) -> BiasFeature {
        BiasFeature(name: name, values: has.map { $0 ? 1 : 0 }, isChoice: true)
    }

    /// An amount, standardised to mean 0 and population deviation 1; all 0 where it is constant.
    package static func amount(_ name: String, _ values: [Double]) -> BiasFeature {
        let n = Double(max(1, values.count))
        let mean = values.reduce(0, +) / n
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
        let isConstant = Set(values).count < 2
        return BiasFeature(
            name: name, values: values.map { isConstant ? 0 : ($0 - mean) / deviation }, isChoice: false)
    }
}

/// Which features one scoring over- or under-rates: partial effects given the truth (``PartialEffects``) against those of
/// unbiased rankings of the same tau (``BiasNull``).
///
/// Rank error goes with size even under pure noise, so an effect counts only outside the null's range:
///
///     p = min(1, 2 (1 + min(#{null <= c}, #{null >= c})) / (draws + 1)),  adjusted by Holm over the features tested
///
/// An effect says what *these* scores favour: noise that children with the same operator share (the same few weights, on
/// one day) is bias by this test, and another seed may have another.
///
/// Not tested (nil effects): fewer than ``fewestChildren`` children, a tau that does not exist, a choice that fewer than
/// ``fewestWith`` children have or lack, a feature that is constant.
///
/// - Cost: draws x (eleven sorts of n numbers + 2 n a feature); 0.1 s for 64 children and 15 features.
package struct BiasTest: Sendable, Hashable, Codable {
    package static let fewestChildren = 10
    package static let fewestWith = 3
    package static let level = 0.05

    package struct Finding: Sendable, Hashable, Codable {
        package let feature: String
        package let isChoice: Bool
        /// Children that have a choice; nil for an amount.
        package let with: Int?
        package let tested: NullTest?
    }

    package let children: Int
    /// tau-b of the scores and the truth; nil where it does not exist.
    package let tau: Double?
    package let findings: [Finding]
    /// 0 where nothing was tested.
    package let draws: Int

    /// - Parameters:
    ///   - scores, truth: one a child, larger is better.
    ///   - errors: standard errors of the truth, where known.
    ///   - draws: of the null; nil takes enough for Holm's adjustment to reach the level.
    ///   - lane: another stream of draws for each test.
    /// - Throws: ``RankingsError`` for lists of different lengths and NaN.
    package init(
        scores: [Double], truth: [Double], errors: [Double]? = nil, features: [BiasFeature], draws: Int? = nil,
        seed: UInt64 = 0, lane: Int = 0
    ) throws {
        try refuseUnordered([("scores", scores), ("truth", truth)] + features.map { ($0.name, $0.values) })
        let tau = try Kendall(scores, truth)?.tauB
        let usable = features.map { Self.isUsable($0) }
        (children, self.tau) = (scores.count, tau)
        var results = [NullTest?](repeating: nil, count: features.count)
        if let tau, scores.count >= Self.fewestChildren, usable.contains(true) {
            let effects = PartialEffects(features.map(\.values))
            let found = effects.values(scores: averagePlaces(scores), truth: averagePlaces(truth))
            let count = draws ?? Self.draws(for: features.count)
            let null = BiasNull(truth: truth, errors: errors)
            let drawn = (0..<count).map {
                null.effects(effects, tau: tau, seed: seed, lane: lane, number: $0, stream: 1)
            }
            results = NullTest.all(found: zip(found, usable).map { $1 ? $0 : nil }, null: drawn)
            self.draws = count
        } else {
            self.draws = 0
        }
        findings = zip(features, results).map { feature, result in
            Finding(
                feature: feature.name, isChoice: feature.isChoice,
                with: feature.isChoice ? feature.values.count { $0 == 1 } : nil, tested: result)
        }
    }

    /// At least 1,999; more where Holm's factor asks for smaller p-values.
    static func draws(for features: Int) -> Int { max(2_000, 100 * features) - 1 }

    static func isUsable(_ feature: BiasFeature) -> Bool {
        guard feature.isChoice else { return feature.values.contains { $0 != 0 } }
        let with = feature.values.count { $0 == 1 }
        return with >= fewestWith && feature.values.count - with >= fewestWith
    }
}
