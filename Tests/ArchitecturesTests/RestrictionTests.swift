import Architectures
import Foundations
import Testing

@Suite struct RestrictionTests {
    let space: SearchSpace

    init() throws { space = try SearchSpace.builtIn("deeper-insights") }

    @Test func `the whole space`() throws {
        let whole = Restriction(space)
        #expect(whole.count == 64)
        #expect(try whole.list() == (0..<64).map { try space.child(at: $0) })
        #expect(whole.list(limit: 63) == nil)
        #expect(!whole.contains(Child([4, 0, 0])) && !whole.contains(Child([0, 0])))
    }

    @Test func `removals agree with brute force`() throws {
        for lane in 0..<200 {
            var stream = RandomStream(seed: 3, purpose: .test, lane: lane)
            var restriction = Restriction(space)
            var alive = Set(try (0..<64).map { try space.child(at: $0) })
            for _ in 0..<stream.below(12) {
                if stream.below(3) == 0 {
                    let (slot, choice) = (stream.below(3), UInt8(stream.below(4)))
                    restriction = restriction.removing(choice: choice, atSlot: slot)
                    alive = alive.filter { $0.choices[slot] != choice }
                } else {
                    let gone = try (0..<stream.below(8)).map { _ in try space.child(at: stream.below(64)) }
                    restriction = restriction.removing(gone)
                    alive.subtract(gone)
                }
            }
            #expect(restriction.count == alive.count)
            #expect(restriction.list() == alive.sorted())
            #expect(try (0..<64).allSatisfy { try restriction.contains(space.child(at: $0)) == alive.contains(space.child(at: $0)) })
            if let child = restriction.sample(using: &stream) {
                #expect(alive.contains(child))
            } else {
                #expect(alive.isEmpty)
            }
        }
    }

    @Test func `samples are uniform over what is alive`() throws {
        let gone = try [0, 5, 6, 7, 21, 40].map { try space.child(at: $0) }
        let restriction = Restriction(space).removing(choice: 3, atSlot: 1).removing(gone)
        let alive = try #require(restriction.list())
        var counts: [Child: Int] = [:]
        var stream = RandomStream(seed: 11, purpose: .test)
        let draws = 200 * alive.count
        for _ in 0..<draws { counts[try #require(restriction.sample(using: &stream)), default: 0] += 1 }
        let chiSquare = alive.reduce(0.0) { $0 + Double((counts[$1, default: 0] - 200) * (counts[$1, default: 0] - 200)) / 200 }
        #expect(counts.count == alive.count)
        // The 99.9 % point of chi-square with k degrees of freedom is below k + 3.1 sqrt(2 k) + 6.
        let degrees = Double(alive.count - 1)
        #expect(chiSquare < degrees + 3.1 * (2 * degrees).squareRoot() + 6, "chi-square \(chiSquare)")
    }

    @Test func `order of removals does not matter`() throws {
        let child = Child([3, 0, 0])
        let a = Restriction(space).removing([child]).removing(choice: 3, atSlot: 0)
        let b = Restriction(space).removing(choice: 3, atSlot: 0).removing([child])
        #expect(a == b && a.count == 48)
    }

    @Test func `slices of the sorted list`() throws {
        let children = try (0..<64).map { try space.child(at: $0) }
        for m in [1, 2, 4, 8, 16, 32, 64] {
            let groups = Similarity.slices(of: children.reversed(), count: m)
            #expect(groups.count == m)
            for (i, child) in children.enumerated() { #expect(groups[i / (64 / m)].contains(child)) }
        }
        #expect(Similarity.slices(of: Array(children.prefix(7)), count: 3).map(\.count) == [2, 2, 3])
        #expect(Similarity.slices(of: Array(children.prefix(2)), count: 5).map(\.count) == [1, 1])
        #expect(Similarity.between(Child([0, 1, 2]), Child([0, 1, 3])) == 2.0 / 3)
        #expect(Similarity.mean(within: [Child([0, 1, 2])]) == 1)
        // The 16 children 1xx: each agrees in slot 0; in each other slot 3 of the 15 others agree.
        #expect(abs(Similarity.mean(within: Array(children.prefix(16))) - (1 + 0.2 + 0.2) / 3) < 1e-12)
    }
}
