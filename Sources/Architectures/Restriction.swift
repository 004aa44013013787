import Foundations

/// The children still alive: the choices allowed at each slot, without those excluded one by one.
///
/// Works for spaces too large to list; two restrictions with the same children through the same choices are equal.
package struct Restriction: Hashable, Sendable {
    /// Allowed choices of each slot, ascending.
    package private(set) var allowed: [[UInt8]]
    /// Children of the allowed choices that are nevertheless out.
    package private(set) var excluded: Set<Child>

    /// Everything the space has.
    package init(_ space: SearchSpace) {
        self.init(counts: space.slots.map(\.choices.count))
    }

    init(counts: [Int]) {
        allowed = counts.map { (0..<$0).map { UInt8($0) } }
        excluded = []
    }

    /// How many children are alive; nil where that is larger than `Int.max`.
    package var count: Int? { product(of: allowed.map(\.count)).map { $0 - excluded.count } }

    package func contains(_ child: Child) -> Bool { isAllowed(child) && !excluded.contains(child) }

    private func isAllowed(_ child: Child) -> Bool {
        child.choices.count == allowed.count && zip(child.choices, allowed).allSatisfy { $1.contains($0) }
    }

    /// A child uniform over what is alive, or nil where nothing is. Draws again while it meets an excluded child:
    /// (alive + excluded) / alive tries on average.
    package func sample(using stream: inout RandomStream) -> Child? {
        guard count != 0 else { return nil }
        while true {
            let child = Child(allowed.map { $0[stream.below($0.count)] })
            if !excluded.contains(child) { return child }
        }
    }

    /// Every child alive, in lexicographic order; nil where there are more than `limit`. Cost: alive + excluded.
    package func list(limit: Int = 20_000) -> [Child]? {
        guard let count, count <= limit else { return nil }
        guard count > 0 else { return [] }
        var children: [Child] = []
        var places = [Int](repeating: 0, count: allowed.count)
        while true {
            let child = Child(zip(places, allowed).map { $1[$0] })
            if !excluded.contains(child) { children.append(child) }
            guard let slot = places.indices.last(where: { places[$0] + 1 < allowed[$0].count }) else { return children }
            places[slot] += 1
            for later in (slot + 1)..<places.count { places[later] = 0 }
        }
    }

    /// Without these children; those already out are ignored.
    package func removing(_ children: some Sequence<Child>) -> Restriction {
        var copy = self
        copy.excluded.formUnion(children.filter(isAllowed))
        return copy
    }

    /// Without one choice at a slot; 0 <= slot < slots.
    package func removing(choice: UInt8, atSlot slot: Int) -> Restriction {
        require(allowed.indices.contains(slot), "slot \(slot), expected 0 to \(allowed.count - 1)")
        var copy = self
        copy.allowed[slot].removeAll { $0 == choice }
        copy.excluded = excluded.filter { $0.choices[slot] != choice }
        return copy
    }
}

extension Restriction {
    /// How many children are alive in decimal digits, however many; without those excluded where that is no longer a whole
    /// number of the machine.
    package var countText: String { count.map(String.init) ?? decimalProduct(of: allowed.map(\.count)) }

    /// The same as a number to divide by.
    package var countValue: Double { allowed.reduce(1) { $0 * Double($1.count) } - Double(excluded.count) }
}
