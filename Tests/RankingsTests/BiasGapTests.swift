import Foundation
import Foundations
import Rankings
import Testing

/// Whether dropping amplifies a bias, on worlds where it is known; more of them with `ESPALIER_SOAK=1`.
@Suite struct BiasGapTests {
    private static let soak = ProcessInfo.processInfo.environment["ESPALIER_SOAK"] == "1"

    /// Sixteen children a seed, with a choice that half have; scores are truth and noise, and `lift` for the choice in the
    /// pruned run, `both` in both.
    private func pairs(_ world: Int, seeds: Int = 10, lift: Double, both: Double = 0) -> [BiasGap.Pair] {
        (0..<seeds).map { seed in
            var stream = RandomStream(seed: 3, purpose: .test, step: world, lane: seed)
            func normals() -> [Double] {
                (0..<16).map { _ in (0..<12).reduce(-6) { sum, _ in sum + stream.unitDouble() } }
            }
            let truth = normals()
            let has = (0..<16).map { _ in stream.unitDouble() < 0.5 }
            let amounts = normals()
            func scores(_ lift: Double) -> [Double] {
                zip(zip(truth, has), normals()).map { $0.0 + ($0.1 ? lift : 0) + $1 }
            }
            return BiasGap.Pair(
                pruned: scores(lift + both), uniform: scores(both), truth: truth,
                features: [.choice("pool", has), .amount("size", amounts), .choice("rare", has.map { _ in false })])
        }
    }

    @Test func aBiasThatGrewIsFound() throws {
        let found = try (0..<40).compactMap { try BiasGap(pairs($0, lift: 2)) }
        #expect(found.allSatisfy { $0.pairs == 10 && $0.findings.map(\.feature) == ["pool", "size"] })
        #expect(found.count { $0.findings[0].move == .grew } > 36)
        #expect(found.allSatisfy { $0.findings[0].pruned > $0.findings[0].uniform })
        let weaker = try (0..<40).compactMap { try BiasGap(pairs($0, lift: -2, both: 2)) }
        #expect(weaker.count { $0.findings[0].move == .shrank } > 36)
    }

    /// Nothing changed, with and without a bias that both have: the two features are shown at most as often as promised.
    @Test func noiseAloneIsNoGrowth() throws {
        for both in [0.0, 2] {
            let worlds = Self.soak ? 1_000 : 150
            let shown = try (0..<worlds).count { world in
                try #require(try BiasGap(pairs(world, lift: 0, both: both))).findings
                    .contains { $0.move != nil }
            }
            let bound = 0.05 + 2.58 * (0.05 * 0.95 / Double(worlds)).squareRoot()
            #expect(Double(shown) / Double(worlds) <= bound, "\(shown) of \(worlds), bias \(both)")
        }
    }

    /// Neither scoring has a bias, but the pruned run's is noisier, and the features go with the truth, whose table has an error.
    /// The effects of noise alone then differ: not taken out, they pass for shown in a fifth of these worlds.
    @Test func moreNoiseIsNoBias() throws {
        let worlds = Self.soak ? 1_000 : 120
        let error = 0.3
        var shown = 0
        var naive = 0
        for world in 0..<worlds {
            var plain: [Double] = []
            let pairs = try (0..<12).map { seed -> BiasGap.Pair in
                var stream = RandomStream(seed: 4, purpose: .test, step: world, lane: seed)
                func normals() -> [Double] {
                    (0..<24).map { _ in (0..<12).reduce(-6) { sum, _ in sum + stream.unitDouble() } }
                }
                let truth = normals()
                let table = zip(truth, normals()).map { $0 + error * $1 }
                let size = zip(truth, normals()).map { $0 + 0.3 * $1 }
                let has = zip(truth, normals()).map { $0 + 0.3 * $1 > 0 }
                func scores(_ noise: Double) -> [Double] { zip(truth, normals()).map { $0 + noise * $1 } }
                let (pruned, uniform) = (scores(2), scores(0.3))
                func effect(_ scores: [Double]) throws -> Double {
                    try partialEffects(scores: scores, truth: table, features: [size])[0] ?? 0
                }
                plain.append(try effect(pruned) - effect(uniform))
                return BiasGap.Pair(
                    pruned: pruned, uniform: uniform, truth: table, errors: table.map { _ in error },
                    features: [.choice("conv", has), .amount("size", size)])
            }
            shown += try #require(try BiasGap(pairs)).findings.contains { $0.move != nil } ? 1 : 0
            naive += try #require(try SignFlip(plain)).pValue <= 0.05 ? 1 : 0
        }
        let (share, without) = (Double(shown) / Double(worlds), Double(naive) / Double(worlds))
        print(String(format: "unbiased, unequal noise: shown %.3f, size without the null %.3f", share, without))
        #expect(share <= 0.05 + 2.58 * (0.05 * 0.95 / Double(worlds)).squareRoot())
        #expect(without > 0.15)
    }

    /// A bias that turned round is neither amplified nor weakened.
    @Test func aBiasThatTurnedRoundIsNamed() throws {
        let found = try (0..<20).compactMap { try BiasGap(pairs($0, lift: -4, both: 2)) }
        #expect(found.count { $0.findings[0].move == .reversed } > 17)
    }

    /// No test is made that could not fire.
    @Test func tooFewTellNothing() throws {
        #expect(try BiasGap([]) == nil)
        let few = try #require(try BiasGap(pairs(0, seeds: 6, lift: 2)))
        #expect(few.findings.isEmpty && few.features == 2 && few.takes == 7 && few.pairs == 6)
        #expect(try BiasGap(pairs(0, seeds: 7, lift: 2))?.findings.count == 2)
        let small = BiasGap.Pair(pruned: [1, 2], uniform: [1, 2], truth: [1, 2], features: [])
        let kept = try #require(try BiasGap([small]))
        #expect(kept.pairs == 0 && kept.tooSmall == 1 && kept.findings.isEmpty)
        #expect([1, 2, 3, 4, 10, 14].map(pairsForTests) == [6, 7, 7, 8, 9, 10])
    }
}
