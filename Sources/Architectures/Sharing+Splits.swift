import Foundations

extension Sharing {
    /// Asked for fewer groups than are alive: only a merge could do that.
    package struct MergeRefused: Error, Equatable {
        package let wanted: Int
        package let alive: Int
    }

    /// Keeps only `survivors` and splits what is left of each group, so that each new group inherits the weights of one
    /// parent; groups are never merged.
    ///
    /// Parts are dealt to the parents one by one, always to the one whose parts are largest; a parent never gets more
    /// parts than it has `least` children for, so there may be fewer groups than asked for.
    ///
    /// - Parameters:
    ///   - grouping: nil leaves groups whole.
    ///   - least: children a new group has at least; a parent with fewer stays whole. 1 or more.
    ///   - slotWeights: how much each slot counts where the grouping is weighted; ignored where it is not.
    ///   - similarity: of all survivors; groupings by correlation and by gradient need it.
    /// - Returns: the sharing, and for each new arena the one it inherits: of the groups in order, then of the common
    ///   arena, where there is one.
    /// - Throws: ``MergeRefused`` where more groups are alive than wanted, ``SharingError`` where too many children would
    ///   have to be compared.
    package func split(
        keeping survivors: Set<Child>, into grouping: Grouping?, least: Int = 1, slotWeights: [Double]? = nil,
        similarity: SimilarityMatrix? = nil
    ) throws -> (sharing: Sharing, parents: [Int]) {
        require(isListed, "a split of children that are not listed")
        require(least > 0, "groups of at least \(least) children")
        let alive = groups.enumerated().compactMap { index, group -> (parent: Int, children: [Child])? in
            let children = group.filter(survivors.contains)
            return children.isEmpty ? nil : (index, children)
        }
        require(!alive.isEmpty, "a split that keeps nobody")
        let wanted = grouping?.count ?? alive.count
        guard wanted >= alive.count else { throw MergeRefused(wanted: wanted, alive: alive.count) }
        let counts = Sharing.deal(wanted, to: alive.map(\.children.count), least: least)
        var groups: [[Child]] = []
        var parents: [Int] = []
        for (group, count) in zip(alive, counts) {
            let parts =
                try grouping?.parts(
                    of: group.children, count: count,
                    slotWeights: grouping?.weighted == Grouping.Weighted.none ? nil : slotWeights,
                    matrix: similarity) ?? [group.children]
            groups += parts
            parents += Array(repeating: group.parent, count: parts.count)
        }
        if let commonArena { parents.append(commonArena) }
        return (Sharing(groups: groups, common: common), parents)
    }

    /// How many parts each parent gets.
    private static func deal(_ wanted: Int, to sizes: [Int], least: Int) -> [Int] {
        var parts = [Int](repeating: 1, count: sizes.count)
        for _ in sizes.count..<max(wanted, sizes.count) {
            let candidates = sizes.indices.filter { (parts[$0] + 1) * least <= sizes[$0] }
            // The first of the largest: sizes compared as fractions children / parts.
            guard
                let next = candidates.max(by: { (sizes[$0] * parts[$1], $1) < (sizes[$1] * parts[$0], $0) })
            else { break }
            parts[next] += 1
        }
        return parts
    }

    /// How many groups a shrinking set of survivors should have: as many times more than one as the children have become
    /// fewer, original / survivors, at most survivors / least.
    ///
    /// Above `below` survivors nothing is split: the answer is `alive`. It is never below `alive`, since groups do not
    /// merge, so over the rounds of a run it never falls.
    ///
    /// - Parameters: `survivors` 1 or more, `original` the children of the start, `alive` the groups that still have
    ///   survivors, `least` the children of a group, on average, where that does not ask for a merge.
    package static func adaptiveCount(
        survivors: Int, original: Int, alive: Int, least: Int = 4, below: Int
    ) -> Int {
        require(survivors > 0 && least > 0, "\(survivors) survivors, groups of \(least)")
        guard survivors <= below else { return alive }
        return max(alive, min(original / survivors, survivors / least))
    }
}
