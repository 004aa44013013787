import Architectures
import Foundations

extension Sampler {
    /// The living children with most and fewest MACs; of equals the largest is the first in the order of choices and the
    /// smallest the last, so that they are two children wherever two live.
    struct Extremes: Sendable {
        let largest: Child
        let smallest: Child

        /// From a list by looking at all. In an open space slot by slot, taking the choice that makes the child heaviest (or
        /// lightest) while the others stay, over and over until no slot changes: exact where MACs add up over the slots.
        init(_ living: Living, macs: (Child) -> Int) {
            switch living {
            case .listed(let children):
                let sizes = children.map(macs)
                let places = children.indices
                largest = children[places.min { (-sizes[$0], $0) < (-sizes[$1], $1) }!]
                smallest = children[places.min { (sizes[$0], -$0) < (sizes[$1], -$1) }!]
            case .open(let restriction):
                largest = Extremes.climb(restriction) { (macs($0), $1 < $0) }
                smallest = Extremes.climb(restriction) { (-macs($0), $0 < $1) }
            }
        }

        /// - Parameter rank: of a child what is to be largest, and whether the second child goes before it among equals.
        private static func climb(
            _ restriction: Restriction, _ rank: (_ child: Child, _ other: Child) -> (value: Int, yields: Bool)
        ) -> Child {
            // Some living child: which one matters only where MACs do not add up.
            var stream = RandomStream(seed: 0, purpose: .order)
            var best = restriction.sample(using: &stream)!
            var isMoving = true
            while isMoving {
                isMoving = false
                for slot in restriction.allowed.indices {
                    for choice in restriction.allowed[slot] where choice != best.choices[slot] {
                        var choices = best.choices
                        choices[slot] = choice
                        let child = Child(choices)
                        guard restriction.contains(child) else { continue }
                        let (highest, yields) = rank(best, child)
                        let value = rank(child, best).value
                        guard value > highest || (value == highest && yields) else { continue }
                        (best, isMoving) = (child, true)
                    }
                }
            }
            return best
        }
    }

    /// The largest, the smallest, and one of the others; two or one where there are no more.
    func sandwich(_ stream: inout RandomStream) -> [Child] {
        let ends = extremes!
        var children = ends.largest == ends.smallest ? [ends.largest] : [ends.largest, ends.smallest]
        if let list = living.list {
            let others = list.filter { !children.contains($0) }
            if !others.isEmpty { children.append(others[stream.below(others.count)]) }
        } else {
            // An open space holds thousands of others.
            var child = living.sample(&stream)
            while children.contains(child) { child = living.sample(&stream) }
            children.append(child)
        }
        return children
    }
}
