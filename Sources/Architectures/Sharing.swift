import Foundations

/// Where each parameter of each child lives: a function (child, parameter) -> arena.
///
/// Group g trains the weights of arena g. Parameters that are common to all groups live in one more arena after those of
/// the groups. Full sharing is one group, no sharing is groups of one, prefix sharing is groups of one with a common
/// prefix. Groups only ever split, because two sets of trained weights cannot become one.
package struct Sharing: Hashable, Sendable {
    /// The living children of each group, sorted; no child stands twice. No group is empty, but for the one group of an
    /// open sharing, which lists nobody.
    package let groups: [[Child]]
    /// What all groups share.
    package let common: CommonParameters
    /// The living children of an open sharing; nil where they are listed in ``groups``.
    package let restriction: Restriction?
    private let arenaOf: [Child: Int]

    package init(groups: [[Child]], common: CommonParameters = .none) {
        self.groups = groups.map { $0.sorted() }
        self.common = common
        restriction = nil
        var arenaOf: [Child: Int] = [:]
        for (index, group) in groups.enumerated() {
            require(!group.isEmpty, "group \(index) of a sharing is empty")
            for child in group {
                require(arenaOf.updateValue(index, forKey: child) == nil, "child \(child.choices) in two groups")
            }
        }
        self.arenaOf = arenaOf
    }

    private init(open restriction: Restriction) {
        groups = [[]]
        common = .none
        self.restriction = restriction
        arenaOf = [:]
    }

    /// All children in one group.
    package static func all(_ children: [Child], common: CommonParameters = .none) -> Sharing {
        Sharing(groups: [children], common: common)
    }

    /// No sharing of what is not common: every child is a group of its own.
    package static func none(_ children: [Child], common: CommonParameters = .none) -> Sharing {
        Sharing(groups: children.sorted().map { [$0] }, common: common)
    }

    /// A living set too large to list, in one group with one arena.
    ///
    /// ``groups`` is `[[]]` and ``children`` empty; only ``arena(of:)`` knows who lives. It cannot be split: fewer children
    /// are another `open`, or a listed sharing of one group once they are few enough, in both cases with the parents `[0]`.
    package static func open(_ restriction: Restriction) -> Sharing { Sharing(open: restriction) }

    package var isListed: Bool { restriction == nil }

    /// The living children group by group; empty where they are not listed.
    package var children: [Child] { groups.flatMap { $0 } }

    /// The arena of what all groups share; nil where that is nothing.
    package var commonArena: Int? { common == .none ? nil : groups.count }

    /// Arenas of the groups and the common one.
    package var arenaCount: Int { groups.count + (common == .none ? 0 : 1) }

    /// The child's group, whose arena has its number; nil for a child that is not alive.
    package func arena(of child: Child) -> Int? {
        guard let restriction else { return arenaOf[child] }
        return restriction.contains(child) ? 0 : nil
    }

    /// The arena that holds a parameter of a child; nil for a child that is not alive.
    package func arena(of child: Child, parameter: Parameter) -> Int? {
        guard let group = arena(of: child) else { return nil }
        return common.contains(parameter) ? groups.count : group
    }
}
