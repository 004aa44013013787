import Architectures
import Foundations
import Searches
import Testing

/// The law of each way to choose the children of a step.
@Suite struct SamplingTests {
    private let alive = (0..<12).map { Child([UInt8($0)]) }
    private static let single: [Sampling.Kind] = [.uniform, .sequential, .shuffledOnce, .shuffledCycle, .byScore]

    private func sampler(
        _ kind: Sampling.Kind, _ alive: [Child]? = nil, seeds: Seeds = Seeds(3), scored: Bool = true
    ) -> Sampler {
        Sampler(
            Sampling(kind), living: Living(alive ?? self.alive), seeds: seeds, macs: { 100 + Int($0.choices[0]) },
            scores: { scored ? Double($0.choices[0] % 5) : nil })
    }

    private func draw(_ kind: Sampling.Kind, steps: Range<Int>, round: Int = 0, seed: UInt64 = 3) -> [Int] {
        let sampler = sampler(kind, seeds: Seeds(seed))
        return steps.map { step in
            let children = sampler.children(round: round, step: step)
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

    @Test(arguments: single)
    func aStepIsAFunctionOfItsArguments(_ kind: Sampling.Kind) {
        let forwards = draw(kind, steps: 0..<50, round: 2)
        let backwards = (0..<50).reversed().map { draw(kind, steps: $0..<$0 + 1, round: 2)[0] }
        #expect(forwards == backwards.reversed())
    }

    @Test(arguments: [Sampling.Kind.uniform, .shuffledOnce, .shuffledCycle, .byScore])
    func roundAndSeedChangeTheOrder(_ kind: Sampling.Kind) {
        let base = draw(kind, steps: 0..<24)
        #expect(base != draw(kind, steps: 0..<24, round: 1))
        #expect(base != draw(kind, steps: 0..<24, seed: 4))
    }

    @Test(arguments: [Sampling.Kind.uniform, .shuffledOnce, .shuffledCycle, .byScore])
    func onlyTheSeedOfOrderMatters(_ kind: Sampling.Kind) {
        for step in 0..<24 {
            let a = sampler(kind, seeds: Seeds(9)).children(round: 0, step: step)
            let others = Seeds(initialisation: 1, order: 9, data: 2, augment: 3)
            #expect(a == sampler(kind, seeds: others).children(round: 0, step: step))
        }
    }

    @Test(arguments: Sampling.Kind.allCases)
    func oneChildAliveIsTrained(_ kind: Sampling.Kind) {
        let one = sampler(kind, [alive[3]])
        #expect(one.children(round: 1, step: 77) == [alive[3]])
        #expect(one.childrenPerStep == 1 && one.cycleSteps == 1 && one.multiplyAddsPerStep == 103)
    }

    @Test(arguments: Sampling.Kind.allCases)
    func theOrderOfTheListDoesNotMatter(_ kind: Sampling.Kind) {
        let (a, b) = (sampler(kind), sampler(kind, alive.reversed() + alive.prefix(2)))
        for step in 0..<40 { #expect(a.children(round: 1, step: step) == b.children(round: 1, step: step)) }
    }

    /// A change that moved these would change every run there is.
    @Test func drawsAreThoseOfEarlierVersions() {
        func first(_ purposeStep: Int) -> RandomStream {
            RandomStream(seed: 3, purpose: .order, round: 2, step: purposeStep)
        }
        for step in 0..<30 {
            var stream = first(step)
            #expect(draw(.uniform, steps: step..<step + 1, round: 2) == [stream.below(12)])
            var cycle = first(step / 12)
            #expect(draw(.shuffledCycle, steps: step..<step + 1, round: 2) == [cycle.permutation(12)[step % 12]])
        }
    }

    @Test func textsReadAsTheyAreWritten() {
        #expect(Sampling(.shuffledOnce).text == "shuffled-once")
        #expect(Sampling(.byScore).text == "{use: by-score, floor: 0.25}")
        #expect(Sampling(.byScore, floor: 1).text == "{use: by-score, floor: 1.0}")
    }

    @Test func paceOfSingles() {
        for kind in Self.single {
            let sampler = sampler(kind)
            // MACs 100 ... 111.
            #expect(sampler.childrenPerStep == 1 && sampler.cycleSteps == 12 && sampler.multiplyAddsPerStep == 105)
        }
    }
}

/// Ways that are for spaces of several slots: three slots of 2, 4 and 3 choices.
@Suite struct SeveralChildrenTests {
    static let counts = [2, 4, 3]
    static let all: [Child] = (0..<24).map { (index: Int) -> Child in
        let choices: [Int] = [index / 12, index / 3 % 4, index % 3]
        return Child(choices.map { UInt8($0) })
    }
    static func macs(_ child: Child) -> Int { child.choices.reduce(1) { 2 * $0 + Int($1) * Int($1) } }

    private func sampler(_ kind: Sampling.Kind, _ living: Living = Living(all), seed: UInt64 = 5) -> Sampler {
        Sampler(Sampling(kind), living: living, seeds: Seeds(seed), macs: Self.macs)
    }

    /// How often each choice of a slot is used.
    private func uses(_ children: [Child], slot: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: Self.counts[slot])
        for child in children { counts[Int(child.choices[slot])] += 1 }
        return counts
    }

    private func chiSquare(_ counts: [Int]) -> Double {
        let expected = Double(counts.reduce(0, +)) / Double(counts.count)
        return counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    }

    @Test func fairUsesEveryChoiceEquallyOftenInEachStep() {
        let sampler = sampler(.fair)
        #expect(sampler.childrenPerStep == 4 && sampler.cycleSteps == 6)
        var steps: Set<[Child]> = []
        for step in 0..<200 {
            let children = sampler.children(round: 0, step: step)
            #expect(children.count == 4)
            #expect(uses(children, slot: 0) == [2, 2] && uses(children, slot: 1) == [1, 1, 1, 1])
            #expect(uses(children, slot: 2).sorted() == [1, 1, 2])
            steps.insert(children)
        }
        // 2! 4! 3! = 288 steps are possible; of those 200 draws meet 144 on average.
        #expect(steps.count > 120 && steps.count <= 288)
    }

    /// Every one of the 24 children is as likely: 23 degrees of freedom, 0.001 at 49.7. A slot of three choices cannot be
    /// used evenly by four children, but which choice comes twice is even.
    @Test func fairIsUniformOverChildren() {
        let sampler = sampler(.fair)
        var counts = [Child: Int]()
        for step in 0..<6000 { for child in sampler.children(round: 1, step: step) { counts[child, default: 0] += 1 } }
        #expect(chiSquare(Self.all.map { counts[$0] ?? 0 }) < 49.7)
    }

    @Test(arguments: 0..<60)
    func fairCoversWhatLivesAfterCuts(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .test)
        let living = (0..<(1 + stream.below(23))).map { _ in Self.all[stream.below(24)] }
        let sampler = sampler(.fair, Living(living), seed: seed)
        for step in 0..<20 {
            let children = sampler.children(round: 3, step: step)
            #expect(Set(children).count == children.count && Set(children).isSubset(of: Set(living)))
            for slot in 0..<3 {
                #expect(Set(children.map { $0.choices[slot] }) == Set(living.map { $0.choices[slot] }))
            }
            // Never more than one child a choice.
            #expect(
                children.count <= (0..<3).reduce(0) { sum, slot in sum + Set(living.map { $0.choices[slot] }).count })
        }
    }

    /// Two children with nothing in common: only both together use everything.
    @Test func fairWithoutAnyCombination() {
        let living = [Child([0, 1, 2]), Child([1, 3, 0])]
        for step in 0..<10 {
            let children = sampler(.fair, Living(living)).children(round: 0, step: step)
            #expect(children.sorted() == living)
        }
    }

    @Test func sandwichIsTheEndsAndAnother() {
        let sampler = sampler(.sandwich)
        let sorted = Self.all.sorted { Self.macs($0) < Self.macs($1) }
        #expect(Self.macs(sorted[0]) < Self.macs(sorted[1]) && Self.macs(sorted[22]) < Self.macs(sorted[23]))
        #expect(sampler.childrenPerStep == 3 && sampler.cycleSteps == 22)
        var others = [Child: Int]()
        for step in 0..<4400 {
            let children = sampler.children(round: 0, step: step)
            #expect(children.count == 3 && children[0] == sorted[23] && children[1] == sorted[0])
            others[children[2], default: 0] += 1
        }
        // 21 degrees of freedom, 0.001 at 46.8.
        #expect(others.count == 22 && chiSquare(Array(others.values)) < 46.8)
        let sum = Self.all.reduce(0) { $0 + Self.macs($1) }
        let ends = Self.macs(sorted[0]) + Self.macs(sorted[23])
        #expect(sampler.multiplyAddsPerStep == ends + (sum - ends) / 22)
    }

    @Test func sandwichOfFewAndOfEqualSizes() {
        let two = sampler(.sandwich, Living([Self.all[3], Self.all[17]]))
        #expect(two.childrenPerStep == 2 && Set(two.children(round: 0, step: 0)) == [Self.all[3], Self.all[17]])
        #expect(two.multiplyAddsPerStep == Self.macs(Self.all[3]) + Self.macs(Self.all[17]))
        let equal = Sampler(Sampling(.sandwich), living: Living(Self.all), seeds: Seeds(1), macs: { _ in 7 })
        let children = equal.children(round: 0, step: 0)
        #expect(children.count == 3 && Set(children).count == 3 && equal.multiplyAddsPerStep == 21)
    }

    /// p = floor / n + (1 - floor) * 2 (m + 1 - r) / (n (m + 1)), ranks by hand; children 0 and 1 are tied, 5 has no score.
    @Test(arguments: [0, 0.25, 1])
    func byScoreDrawsByTheFormula(floor: Double) {
        let living = Array(Self.all[0..<6])
        let scores: [Child: Double] = [living[0]: 0.5, living[1]: 0.5, living[2]: 0.9, living[3]: -1, living[4]: 0.1]
        let ranks: [Double?] = [2.5, 2.5, 1, 5, 4, nil]
        let sampler = Sampler(
            Sampling(.byScore, floor: floor), living: Living(living), seeds: Seeds(2), macs: Self.macs,
            scores: { scores[$0] })
        let draws = 12_000
        var counts = [Child: Int]()
        for step in 0..<draws { counts[sampler.children(round: 0, step: step)[0], default: 0] += 1 }
        var chi = 0.0
        var total = 0.0
        for (child, rank) in zip(living, ranks) {
            // m = 5, n = 6.
            let weight: Double = rank.map { 2 * (6 - $0) / 36 } ?? 1.0 / 6
            let p: Double = floor / 6 + (1 - floor) * weight
            let expected: Double = p * Double(draws)
            let difference = Double(counts[child] ?? 0) - expected
            chi += difference * difference / expected
            total += p
        }
        #expect(abs(total - 1) < 1e-12)
        // 5 degrees of freedom, 0.001 at 20.5.
        #expect(chi < 20.5, "\(counts)")
    }

    @Test func byScoreWithoutScoresIsUniform() {
        var counts = [Child: Int]()
        for step in 0..<4800 { counts[sampler(.byScore).children(round: 0, step: step)[0], default: 0] += 1 }
        // 23 degrees of freedom, 0.001 at 49.7.
        #expect(chiSquare(Self.all.map { counts[$0] ?? 0 }) < 49.7)
    }
}
