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
            let (sharing, parents) = try Sharing.all(Self.children).split(keeping: all, into: Grouping(count: count))
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
            try sharing.split(keeping: Set(Self.children), into: Grouping(count: 2))
        }
        #expect(refused?.wanted == 2 && refused?.alive == 3)
        // A group that dies makes room.
        let kept = try sharing.split(keeping: Set(Self.children[0..<6]), into: Grouping(count: 2))
        #expect(kept.parents == [0, 1])
    }

    /// Every strategy, with and without a common arena and a least size, on random groups and survivors.
    @Test(arguments: 0..<300)
    func splitsKeepWhatTheyPromise(seed: UInt64) throws {
        var stream = RandomStream(seed: seed, purpose: .test)
        var cut: [[Child]] = Array(repeating: [], count: 1 + stream.below(6))
        for child in Self.children { cut[stream.below(cut.count)].append(child) }
        let common: CommonParameters = stream.below(2) == 0 ? .none : .prefix(cells: 1)
        let parent = Sharing(groups: cut.filter { !$0.isEmpty }, common: common)
        let kept = Set(Self.children.filter { _ in stream.below(4) > 0 })
        guard !kept.isEmpty else { return }
        let alive = parent.groups.filter { !kept.isDisjoint(with: $0) }.count
        let by = Grouping.By.allCases[stream.below(4)]
        let using: Grouping.Using? = by == .similarity && stream.below(2) == 0 ? .agglomeration : nil
        let grouping =
            stream.below(4) == 0
            ? nil : Grouping(by: by, count: alive + stream.below(80), weighted: .macs, using: using)
        let least = 1 + stream.below(5)
        let scores = Self.children.map { _ in (0..<4).map { _ in Double(stream.unit()) } }
        let (sharing, parents) = try parent.split(
            keeping: kept, into: grouping, least: least, slotWeights: stream.below(2) == 0 ? nil : [1, 3, 2],
            similarity: by.needsMatrix ? .correlation(Self.children, scores: scores) : nil)

        #expect(sharing.common == common && parents.count == sharing.arenaCount)
        if common != .none { #expect(parents.last == parent.commonArena) }
        let heirs = Array(parents.prefix(sharing.groups.count))
        #expect(heirs == heirs.sorted(), "parts of a group stay beside each other")
        #expect(sharing.children.count == kept.count && Set(sharing.children) == kept)
        for (group, from) in zip(sharing.groups, heirs) {
            #expect(!group.isEmpty && group == group.sorted())
            #expect(group.allSatisfy { parent.arena(of: $0) == from }, "a group inherits from one parent")
        }
        // As many groups as asked for, as far as there are children for them.
        let room = parent.groups.map { kept.intersection($0).count }.filter { $0 > 0 }.map { max(1, $0 / least) }
        #expect(sharing.groups.count == min(grouping?.count ?? alive, room.reduce(0, +)))
        // Parts of one parent differ by one child at most, and none is too small.
        for from in Set(heirs) {
            let sizes = heirs.indices.filter { heirs[$0] == from }.map { sharing.groups[$0].count }
            #expect(sizes.max()! - sizes.min()! <= 1)
            if sizes.count > 1 { #expect(sizes.min()! >= least) }
        }
    }

    @Test func commonParametersLieAfterTheGroups() {
        let sharing = Sharing.none(Array(Self.children[0..<3].reversed()), common: .keyword(["stem"]))
        let stem = Parameter(name: "stem.0.weight", shape: [1], role: .weight)
        let other = Parameter(name: "cells.0.weight", shape: [1], role: .weight)
        #expect(sharing.arenaCount == 4 && sharing.commonArena == 3 && sharing.groups.count == 3)
        for k in 0..<3 {
            #expect(sharing.arena(of: Self.children[k]) == k)
            #expect(sharing.arena(of: Self.children[k], parameter: stem) == 3)
            #expect(sharing.arena(of: Self.children[k], parameter: other) == k)
        }
        #expect(sharing.arena(of: Self.children[9], parameter: stem) == nil)
        #expect(Sharing.all(Self.children).arenaCount == 1 && Sharing.all(Self.children).commonArena == nil)
    }

    @Test func anOpenSharingListsNobody() throws {
        let space = try SearchSpace.builtIn("deeper-insights")
        let gone = try space.child(label: "111")
        let sharing = Sharing.open(Restriction(space).removing([gone]))
        #expect(!sharing.isListed && sharing.arenaCount == 1 && sharing.children.isEmpty && sharing.groups == [[]])
        let other = try space.child(label: "112")
        #expect(sharing.arena(of: gone) == nil && sharing.arena(of: other) == 0)
        #expect(sharing.restriction?.count == 63 && Sharing.all([gone]).isListed)
    }
}
