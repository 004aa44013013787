import Architectures
import Foundations

/// The children that train: a list, or a restriction of a space that is too large for one.
package enum Living: Sendable {
    /// Sorted, each once.
    case listed([Child])
    case open(Restriction)

    /// Any order; a child given twice counts once.
    package init(_ children: [Child]) {
        require(!children.isEmpty, "nobody lives")
        self = .listed(Set(children).sorted())
    }

    package init(_ restriction: Restriction) {
        require(restriction.count != 0, "nobody lives")
        self = .open(restriction)
    }

    /// nil for an open space.
    var list: [Child]? { if case .listed(let children) = self { children } else { nil } }

    func contains(_ child: Child) -> Bool {
        switch self {
        case .listed(let children):
            let place = children.partitioningIndex { $0 >= child }
            return place < children.count && children[place] == child
        case .open(let restriction): return restriction.contains(child)
        }
    }

    /// Choices of each slot that some child has, ascending.
    var choices: [[UInt8]] {
        switch self {
        case .listed(let children):
            children[0].choices.indices.map { slot in Set(children.map { $0.choices[slot] }).sorted() }
        case .open(let restriction): restriction.allowed
        }
    }

    /// A child, each with the same chance.
    func sample(_ stream: inout RandomStream) -> Child {
        switch self {
        case .listed(let children): children[stream.below(children.count)]
        case .open(let restriction): restriction.sample(using: &stream)!
        }
    }
}

extension RandomAccessCollection {
    /// The first place from which on `belongs` holds, in a collection where it never ends holding. Cost: O(log n).
    func partitioningIndex(where belongs: (Element) -> Bool) -> Index {
        var (low, count) = (startIndex, self.count)
        while count > 0 {
            let middle = index(low, offsetBy: count / 2)
            if belongs(self[middle]) {
                count /= 2
            } else {
                low = index(after: middle)
                count -= count / 2 + 1
            }
        }
        return low
    }
}
