import Architectures
import Foundations

/// Which children a training step trains.
package struct Sampling: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// One child, each with the same chance, every step anew.
        case uniform
        /// The children in the order of their choices, over and over.
        case sequential
        /// One random order, over and over.
        case shuffledOnce = "shuffled-once"
        /// A new random order for every cycle.
        case shuffledCycle = "shuffled-cycle"
        /// Children that together use every living choice of every slot, exactly once where that is possible: the strict
        /// fairness of FairNAS (Chu et al., ICCV 2021).
        case fair
        /// The largest child, the smallest and one other.
        case sandwich
        /// One child, better ones more often.
        case byScore = "by-score"
    }

    package var kind: Kind
    /// For `by-score`: the share of the steps that is spread evenly, 0...1.
    package var floor: Double

    /// The floor of `by-score` where none is given.
    package static let usualFloor = 0.25

    package init(_ kind: Kind, floor: Double? = nil) {
        require(0...1 ~= floor ?? 0, "a floor of \(floor ?? 0), expected 0 to 1")
        require(floor == nil || kind == .byScore, "a floor for \(kind.rawValue)")
        self.kind = kind
        self.floor = kind == .byScore ? floor ?? Sampling.usualFloor : 0
    }

    /// The word, or `{use: by-score, floor: 0.25}`.
    package var text: String { kind == .byScore ? "{use: by-score, floor: \(floor)}" : kind.rawValue }
}

extension Sampling {
    /// A word, or a mapping as ``text`` writes it; `by-score` without a floor has the usual one.
    /// - Throws: ``YAMLError``.
    init(_ node: YAMLNode) throws {
        guard case .mapping = node.tree.content else {
            self.init(try node.choice(Kind.self))
            return
        }
        var map = try node.mapping()
        let kind = try map.required("use").choice(Kind.self)
        self.init(
            kind, floor: kind == .byScore ? try map.double("floor", in: 0...1, default: Sampling.usualFloor) : nil)
        try map.finish()
    }
}
