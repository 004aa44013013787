import Architectures
import Foundations
import Testing

/// What a split of groups promises, on random groups and survivors.
@Suite struct SharingTests {
    private static let children = (0..<64).map { (index: Int) -> Child in
        let digits: [Int] = [index / 16, index / 4 % 4, index % 4]
        return Child(digits.map { UInt8($0) })
    }

    @Test func labelsDoNotMatterOnlyTheSortedList() throws {
        let shuffled = [3, 0, 2, 1].map { Self.children[$0] }
        #expect(Sharing.all(shuffled).groups == [Array(Self.children[0..<4])])
    }

    @Test func similarGroupsAreSlicesOfTheList() throws {
        let all = Set(Self.children)
        for count in [1, 2, 4, 8, 16, 32, 64] {
            let (sharing, parents) = try Sharing.all(Self.children).split(keeping: all, into: count)
            #expect(parents == Array(repeating: 0, count: count))
            for (g, group) in sharing.groups.enumerated() {
                let slice = Self.children[g * 64 / count..<(g + 1) * 64 / count]
                #expect(group == Array(slice))
            }
        }
    }

    @Test func aMergeIsRefused() throws {
        let sharing = Sharing(groups: [Array(Self.children[0..<2]), [Self.children[5]], [Self.children[9]]])
        let refused = #expect(throws: Sharing.MergeRefused.self) {
            try sharing.split(keeping: Set(Self.children), into: 2)
        }
        #expect(refused?.wanted == 2 && refused?.alive == 3)
        // A group that dies makes room.
        let kept = try sharing.split(keeping: Set(Self.children[0..<6]), into: 2)
        #expect(kept.parents == [0, 1])
    }

    @Test(arguments: 0..<200)
    func splitsKeepWhatTheyPromise(seed: UInt64) throws {
        var stream = RandomStream(seed: seed, purpose: .test)
        var cut: [[Child]] = Array(repeating: [], count: 1 + stream.below(6))
        for child in Self.children { cut[stream.below(cut.count)].append(child) }
        let parent = Sharing(groups: cut.filter { !$0.isEmpty })
        let kept = Set(Self.children.filter { _ in stream.below(4) > 0 })
        guard !kept.isEmpty else { return }
        let alive = parent.groups.filter { !kept.isDisjoint(with: $0) }.count
        let count = stream.below(3) == 0 ? nil : alive + stream.below(80)
        let (sharing, parents) = try parent.split(keeping: kept, into: count)

        #expect(sharing.groups.count == parents.count)
        #expect(parents == parents.sorted(), "slices of a group stay beside each other")
        #expect(sharing.children.count == kept.count && Set(sharing.children) == kept)
        for (group, from) in zip(sharing.groups, parents) {
            #expect(!group.isEmpty && group == group.sorted())
            #expect(group.allSatisfy { parent.arena(of: $0) == from }, "a group inherits from one parent")
        }
        // As many groups as asked for, as far as there are children for them.
        #expect(sharing.groups.count == min(count ?? alive, kept.count))
        // Slices of one parent differ by one child at most.
        for from in Set(parents) {
            let sizes = parents.indices.filter { parents[$0] == from }.map { sharing.groups[$0].count }
            #expect(sizes.max()! - sizes.min()! <= 1)
        }
    }
}
