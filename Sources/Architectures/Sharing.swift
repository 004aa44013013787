import Foundations

/// Which children share weights: group g trains the weights of arena g, and every parameter of its children lives there.
///
/// Sharing is a function (child, parameter) -> slot. Full sharing is one group; groups only ever split, because two sets
/// of trained weights cannot become one.
package struct Sharing: Hashable, Sendable {
    /// The living children of each group, sorted. No group is empty, no child stands twice.
    package let groups: [[Child]]
    private let arenaOf: [Child: Int]

    package init(groups: [[Child]]) {
        self.groups = groups.map { $0.sorted() }
        var arenaOf: [Child: Int] = [:]
        for (index, group) in groups.enumerated() {
            require(!group.isEmpty, "group \(index) of a sharing is empty")
            for child in group {
                require(arenaOf.updateValue(index, forKey: child) == nil, "child \(child.choices) in two groups")
            }
        }
        self.arenaOf = arenaOf
    }

    /// All children in one group.
    package static func all(_ children: [Child]) -> Sharing { Sharing(groups: [children]) }

    package var children: [Child] { groups.flatMap { $0 } }

    /// The arena that holds every parameter of a child; nil for a child that is not alive.
    package func arena(of child: Child) -> Int? { arenaOf[child] }

    /// Asked for fewer groups than are alive: only a merge could do that.
    package struct MergeRefused: Error, Equatable {
        package let wanted: Int
        package let alive: Int
    }

    /// Keeps only `survivors` and cuts what is left into `count` groups of similar children: slices of the sorted list
    /// inside each present group, so that each new group inherits the weights of one parent.
    ///
    /// Slices are dealt to the parents one by one, always to the one whose slices are largest; a parent never gets more
    /// slices than children. `count` nil leaves groups whole.
    ///
    /// - Returns: the sharing, and for each new group the arena it inherits.
    /// - Throws: ``MergeRefused`` where more groups are alive than `count`.
    package func split(keeping survivors: Set<Child>, into count: Int?) throws -> (sharing: Sharing, parents: [Int]) {
        let alive = groups.enumerated().compactMap { index, group -> (parent: Int, children: [Child])? in
            let children = group.filter(survivors.contains)
            return children.isEmpty ? nil : (index, children)
        }
        require(!alive.isEmpty, "a split that keeps nobody")
        let wanted = count ?? alive.count
        guard wanted >= alive.count else { throw MergeRefused(wanted: wanted, alive: alive.count) }
        var slices = [Int](repeating: 1, count: alive.count)
        for _ in alive.count..<max(wanted, alive.count) {
            let candidates = alive.indices.filter { slices[$0] < alive[$0].children.count }
            // The first of the largest: sizes compared as fractions children / slices.
            guard
                let next = candidates.max(by: {
                    (alive[$0].children.count * slices[$1], $1) < (alive[$1].children.count * slices[$0], $0)
                })
            else { break }
            slices[next] += 1
        }
        var groups: [[Child]] = []
        var parents: [Int] = []
        for (group, count) in zip(alive, slices) {
            groups += Similarity.slices(of: group.children, count: count)
            parents += Array(repeating: group.parent, count: count)
        }
        return (Sharing(groups: groups), parents)
    }
}
