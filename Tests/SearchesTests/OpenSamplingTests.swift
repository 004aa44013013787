import Architectures
import Foundations
import Searches
import Testing

/// Sampling without a list: six slots of five choices, taken as a space too large for one, so that the answers can still be
/// counted.
@Suite struct OpenSamplingTests {
    private let whole: Restriction
    private let all: [Child]

    /// Adds up over the slots; no two choices of a slot are equal.
    private static func macs(_ child: Child) -> Int {
        child.choices.enumerated().reduce(9) { $0 + ($1.offset + 1) * [3, 0, 7, 1, 5][Int($1.element)] }
    }

    init() throws {
        whole = Restriction(try SearchSpace.builtIn("nas-bench-201"))
        all = try #require(whole.list())
    }

    private func sampler(
        _ kind: Sampling.Kind, _ restriction: Restriction, floor: Double? = nil, scored: [Child: Double] = [:]
    ) -> Sampler {
        Sampler(
            Sampling(kind, floor: floor), living: Living(restriction), seeds: Seeds(4), macs: Self.macs,
            scores: { scored[$0] }, scored: Array(scored.keys))
    }

    /// Without a tenth of the children, drawn by chance.
    private var cut: Restriction {
        var stream = RandomStream(seed: 1, purpose: .test)
        return whole.removing(all.filter { _ in stream.below(10) == 0 })
    }

    @Test(arguments: [Sampling.Kind.uniform, .sequential, .shuffledOnce, .shuffledCycle, .byScore])
    func allOthersDrawUniformly(_ kind: Sampling.Kind) {
        let cut = cut
        let sampler = sampler(kind, cut)
        let uniform = self.sampler(.uniform, cut)
        var counts = [[Int]](repeating: [Int](repeating: 0, count: 5), count: 6)
        for step in 0..<2000 {
            let children = sampler.children(round: 1, step: step)
            #expect(children.count == 1 && cut.contains(children[0]))
            #expect(children == uniform.children(round: 1, step: step))
            for (slot, choice) in children[0].choices.enumerated() { counts[slot][Int(choice)] += 1 }
        }
        // 4 degrees of freedom, 0.001 at 18.5; six slots.
        for slot in counts {
            #expect(slot.reduce(0) { $0 + (Double($1) - 400) * (Double($1) - 400) / 400 } < 18.5)
        }
        #expect(sampler.childrenPerStep == 1 && sampler.cycleSteps == 30)
        let mean = Double(all.reduce(0) { $0 + Self.macs($1) }) / Double(all.count)
        let variance = all.reduce(0) { $0 + (Double(Self.macs($1)) - mean) * (Double(Self.macs($1)) - mean) }
        let error = (variance / Double(all.count) / 32).squareRoot()
        #expect(abs(Double(sampler.multiplyAddsPerStep) - mean) < 3 * error)
    }

    @Test func fairUsesEveryChoiceOnce() {
        let fewer = whole.removing(choice: 2, atSlot: 0).removing(choice: 4, atSlot: 3).removing(choice: 0, atSlot: 3)
        for restriction in [whole, fewer] {
            let sampler = sampler(.fair, restriction)
            #expect(sampler.childrenPerStep == 5)
            for step in 0..<100 {
                let children = sampler.children(round: 0, step: step)
                #expect(children.count == 5)
                for (slot, allowed) in restriction.allowed.enumerated() {
                    let uses = allowed.map { choice in children.count { $0.choices[slot] == choice } }
                    #expect(uses.reduce(0, +) == 5 && uses.min()! >= 1)
                    // Five choices once each; four or three as evenly as five children can.
                    #expect(uses.max()! - uses.min()! <= (5 % allowed.count == 0 ? 0 : 1))
                }
            }
        }
        #expect(sampler(.fair, whole).cycleSteps == 6 && sampler(.fair, fewer).cycleSteps == 6)
    }

    @Test func fairCoversWhatLivesAfterCuts() {
        let cut = cut
        let sampler = sampler(.fair, cut)
        var completed = 0
        for step in 0..<200 {
            let children = sampler.children(round: 0, step: step)
            #expect(children.allSatisfy(cut.contains) && Set(children).count == children.count)
            for slot in 0..<6 { #expect(Set(children.map { $0.choices[slot] }).count == 5) }
            if children.count > 5 { completed += 1 }
        }
        // Five children live together with probability 0.9^5.
        #expect(completed > 40 && completed < 130)
    }

    @Test func sandwichFindsTheEnds() {
        func ends(_ restriction: Restriction) -> [Int] {
            let sizes = restriction.list()!.map(Self.macs)
            return [sizes.max()!, sizes.min()!]
        }
        let fewer = whole.removing(choice: 2, atSlot: 5).removing(choice: 1, atSlot: 0)
        let biggest = all.max { Self.macs($0) < Self.macs($1) }!
        let bySize = all.sorted { Self.macs($0) < Self.macs($1) }
        let beheaded = whole.removing(bySize.suffix(40) + bySize.prefix(25))
        for restriction in [whole, fewer, whole.removing([biggest]), beheaded] {
            let sampler = sampler(.sandwich, restriction)
            #expect(sampler.childrenPerStep == 3)
            var others: Set<Child> = []
            for step in 0..<50 {
                let children = sampler.children(round: 0, step: step)
                #expect(children.count == 3 && Set(children).count == 3 && children.allSatisfy(restriction.contains))
                #expect(children.prefix(2).map(Self.macs) == ends(restriction))
                others.insert(children[2])
            }
            #expect(others.count > 45)
        }
    }

    @Test func byScoreDrawsScoredChildrenAndByTheFloorAll() {
        var scored: [Child: Double] = [:]
        for (place, child) in all.enumerated() where place % 1000 == 0 { scored[child] = Double(place) }
        let gone = all[15_000]
        let restriction = whole.removing([gone])
        let known = sampler(.byScore, restriction, floor: 0, scored: scored)
        var counts: [Child: Int] = [:]
        for step in 0..<3000 { counts[known.children(round: 0, step: step)[0], default: 0] += 1 }
        // Fifteen scored children live, ranks 15 ... 1 upwards: p = (16 - r) / 120; 14 degrees of freedom, 0.001 at 36.1.
        let sorted = scored.keys.filter { $0 != gone }.sorted()
        #expect(sorted.count == 15 && Set(counts.keys).isSubset(of: Set(sorted)))
        let chi = sorted.enumerated().reduce(0.0) { sum, item in
            let expected = 3000 * Double(item.offset + 1) / 120
            let difference = Double(counts[item.element] ?? 0) - expected
            return sum + difference * difference / expected
        }
        #expect(chi < 36.1)
        let half = sampler(.byScore, restriction, floor: 0.5, scored: scored)
        let drawn = (0..<2000).count { scored[half.children(round: 0, step: $0)[0]] != nil }
        // Binomial, four standard deviations of 22.4.
        #expect(abs(drawn - 1000) < 90)
    }
}
