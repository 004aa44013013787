import Foundations

/// Whether a bias grew from one scoring to a later one: partial effects on the same children, so that a smaller range of
/// children is no part of it, and their difference against that of two unbiased scorings, each of its own tau.
///
/// The null's two scorings are independent; real ones share weights and differ less, so the range is on the wide side.
///
/// What it cannot take out: a cut that went by the earlier scores hides a part of a bias among the children it kept, so a
/// constant bias looks as if it grew. Only the same children scored by a search that did not cut can tell.
package struct BiasChange: Sendable, Hashable, Codable {
    package struct Finding: Sendable, Hashable, Codable {
        package let feature: String
        package let earlier: Double
        package let later: Double
        /// later - earlier.
        package let change: NullTest

        /// Nil where the change is within the null.
        package var move: BiasMove? { change.isShown(BiasTest.level) ? BiasMove(from: earlier, to: later) : nil }
    }

    package let children: Int
    package let earlierTau: Double?
    package let laterTau: Double?
    /// Features that could be tested; empty for too few children.
    package let findings: [Finding]

    /// - Parameters and errors: as ``BiasTest``, with two scorings of the same children.
    package init(
        earlier: [Double], later: [Double], truth: [Double], errors: [Double]? = nil, features: [BiasFeature],
        draws: Int? = nil, seed: UInt64 = 0, lane: Int = 0
    ) throws {
        try refuseUnordered(
            [("earlier", earlier), ("later", later), ("truth", truth)] + features.map { ($0.name, $0.values) })
        children = earlier.count
        let taus = (try Kendall(earlier, truth)?.tauB, try Kendall(later, truth)?.tauB)
        (earlierTau, laterTau) = taus
        guard let first = taus.0, let second = taus.1, earlier.count >= BiasTest.fewestChildren else {
            findings = []
            return
        }
        let effects = PartialEffects(features.map(\.values))
        let places = averagePlaces(truth)
        let before = effects.values(scores: averagePlaces(earlier), truth: places)
        let after = effects.values(scores: averagePlaces(later), truth: places)
        func difference(_ a: Double?, _ b: Double?) -> Double? { a.flatMap { a in b.map { $0 - a } } }
        let null = BiasNull(truth: truth, errors: errors)
        let drawn = (0..<(draws ?? BiasTest.draws(for: features.count))).map { number in
            func draw(_ tau: Double, _ stream: Int) -> [Double?] {
                null.effects(effects, tau: tau, seed: seed, lane: lane, number: number, stream: stream)
            }
            return zip(draw(first, 2), draw(second, 3)).map(difference)
        }
        let usable = features.map(BiasTest.isUsable)
        let found = zip(zip(before, after).map(difference), usable).map { $1 ? $0 : nil }
        let tests = NullTest.all(found: found, null: drawn)
        findings = features.indices.compactMap { place in
            tests[place].map {
                Finding(
                    feature: features[place].name, earlier: before[place] ?? 0, later: after[place] ?? 0, change: $0)
            }
        }
    }
}
