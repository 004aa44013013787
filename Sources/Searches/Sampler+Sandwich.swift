import Architectures
import Foundations

extension Sampler {
    /// The living children with most and fewest MACs; of equals the largest is the first in the order of choices and the
    /// smallest the last, so that they are two children wherever two live.
    struct Extremes: Sendable {
        let largest: Child
        let smallest: Child

        private typealias Sized = (child: Child, macs: Int)

        /// From a list by looking at all. In an open space slot by slot, taking the choice that makes the child heaviest (or
        /// lightest) while the others stay, over and over until no slot changes; where that child has been cut, the next
        /// one by best-first search over single changes. Exact where MACs add up over the slots.
        init(_ living: Living, macs: (Child) -> Int) {
            let heavier: (Sized, Sized) -> Bool = { ($1.macs, $0.child) < ($0.macs, $1.child) }
            let lighter: (Sized, Sized) -> Bool = { ($0.macs, $1.child) < ($1.macs, $0.child) }
            switch living {
            case .listed(let children):
                let sized = children.map { ($0, macs($0)) }
                largest = sized.min(by: heavier)!.0
                smallest = sized.min(by: lighter)!.0
            case .open(let restriction):
                largest = Extremes.first(restriction, by: heavier, macs)
                smallest = Extremes.first(restriction, by: lighter, macs)
            }
        }

        private static func first(
            _ restriction: Restriction, by precedes: (Sized, Sized) -> Bool, _ macs: (Child) -> Int
        ) -> Child {
            func neighbours(_ child: Child, slot: Int) -> [Sized] {
                restriction.allowed[slot].filter { $0 != child.choices[slot] }.map { choice in
                    var choices = child.choices
                    choices[slot] = choice
                    return (Child(choices), macs(Child(choices)))
                }
            }
            let start = Child(restriction.allowed.map { $0[0] })
            var best: Sized = (start, macs(start))
            var isMoving = true
            while isMoving {
                isMoving = false
                for slot in restriction.allowed.indices {
                    for other in neighbours(best.child, slot: slot) where precedes(other, best) {
                        (best, isMoving) = (other, true)
                    }
                }
            }
            // Every child can be reached from the best by changes that each make it worse, so whatever is taken next from
            // the border precedes all that was not seen.
            var border = [best]
            var seen: Set = [best.child]
            while !restriction.contains(best.child) {
                border.removeAll { $0.child == best.child }
                for slot in restriction.allowed.indices {
                    border += neighbours(best.child, slot: slot).filter { seen.insert($0.child).inserted }
                }
                best = border.min(by: precedes)!
            }
            return best.child
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
