import Foundation
import Foundations
import Rankings
import Testing

/// Whether dropping amplifies a bias, on worlds where it is known.
@Suite struct BiasGapTests {
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
        #expect(found.count { $0.findings[0].isAmplified == true } > 36)
        #expect(found.allSatisfy { $0.findings[0].pruned > $0.findings[0].uniform })
        let weaker = try (0..<40).compactMap { try BiasGap(pairs($0, lift: -2, both: 2)) }
        #expect(weaker.count { $0.findings[0].isAmplified == false } > 36)
    }

    /// Nothing changed, with and without a bias that both have: the two features are shown at most as often as promised.
    @Test func noiseAloneIsNoGrowth() throws {
        for both in [0.0, 2] {
            let worlds = 400
            let shown = try (0..<worlds).count { world in
                try #require(try BiasGap(pairs(world, lift: 0, both: both))).findings
                    .contains { $0.isAmplified != nil }
            }
            let bound = 0.05 + 2.58 * (0.05 * 0.95 / Double(worlds)).squareRoot()
            #expect(Double(shown) / Double(worlds) <= bound, "\(shown) of \(worlds), bias \(both)")
        }
    }

    @Test func tooFewTellNothing() throws {
        #expect(try BiasGap([]) == nil)
        #expect(try BiasGap(pairs(0, seeds: 5, lift: 2))?.findings.isEmpty == true)
        let small = BiasGap.Pair(pruned: [1, 2], uniform: [1, 2], truth: [1, 2], features: [])
        #expect(try BiasGap([small]) == nil)
    }
}
