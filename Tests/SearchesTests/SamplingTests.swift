import Architectures
import Foundations
import Searches
import Testing

/// The law of each way to choose the children of a step.
@Suite struct SamplingTests {
    private let alive = (0..<12).map { Child([UInt8($0)]) }

    private func draw(_ sampling: Sampling, steps: Range<Int>, round: Int = 0, seed: UInt64 = 3) -> [Int] {
        steps.map { step in
            let children = sampling.children(of: alive, round: round, step: step, seeds: Seeds(seed))
            #expect(children.count == 1)
            return Int(children[0].choices[0])
        }
    }

    @Test func sequentialGoesThroughTheListOverAndOver() {
        #expect(draw(.sequential, steps: 0..<30) == (0..<30).map { $0 % 12 })
    }

    @Test func shuffledOnceRepeatsOneOrder() {
        let order = draw(.shuffledOnce, steps: 0..<12)
        #expect(order.sorted() == Array(0..<12) && order != order.sorted())
        #expect(draw(.shuffledOnce, steps: 12..<36) == order + order)
    }

    @Test func aShuffledCycleCoversAllOnceInEverNewOrder() {
        let cycles = (0..<20).map { draw(.shuffledCycle, steps: $0 * 12..<($0 + 1) * 12) }
        #expect(cycles.allSatisfy { $0.sorted() == Array(0..<12) })
        #expect(Set(cycles).count == 20)
    }

    /// Chi-square with 11 degrees of freedom exceeds 31.3 once in a thousand tables.
    @Test func uniformDrawsEveryChildEquallyOften() {
        let n = 6000
        var counts = [Int](repeating: 0, count: 12)
        for child in draw(.uniform, steps: 0..<n) { counts[child] += 1 }
        let expected = Double(n) / 12
        let chi = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        #expect(chi < 31.3, "\(counts)")
    }

    /// The pairs (draw, next draw) of a uniform sampler are uniform too: 143 degrees of freedom, 0.001 at 199.
    @Test func uniformDrawsDoNotDependOnTheOneBefore() {
        let draws = draw(.uniform, steps: 0..<14_400)
        var counts = [Int](repeating: 0, count: 144)
        for (a, b) in zip(draws, draws.dropFirst()) { counts[a * 12 + b] += 1 }
        let expected = Double(draws.count - 1) / 144
        let chi = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        #expect(chi < 199)
    }

    @Test(arguments: Sampling.allCases)
    func aStepIsAFunctionOfItsArguments(_ sampling: Sampling) {
        let forwards = draw(sampling, steps: 0..<50, round: 2)
        let backwards = (0..<50).reversed().map { draw(sampling, steps: $0..<$0 + 1, round: 2)[0] }
        #expect(forwards == backwards.reversed())
    }

    @Test(arguments: [Sampling.uniform, .shuffledOnce, .shuffledCycle])
    func roundAndSeedChangeTheOrder(_ sampling: Sampling) {
        let base = draw(sampling, steps: 0..<24)
        #expect(base != draw(sampling, steps: 0..<24, round: 1))
        #expect(base != draw(sampling, steps: 0..<24, seed: 4))
    }

    @Test(arguments: [Sampling.uniform, .shuffledOnce, .shuffledCycle])
    func onlyTheSeedOfOrderMatters(_ sampling: Sampling) {
        for step in 0..<24 {
            let a = sampling.children(of: alive, round: 0, step: step, seeds: Seeds(9))
            let others = Seeds(initialisation: 1, order: 9, data: 2, augment: 3)
            #expect(a == sampling.children(of: alive, round: 0, step: step, seeds: others))
        }
    }

    @Test(arguments: Sampling.allCases)
    func oneChildAliveIsTrained(_ sampling: Sampling) {
        #expect(sampling.children(of: [alive[3]], round: 1, step: 77, seeds: Seeds(1)) == [alive[3]])
    }
}
