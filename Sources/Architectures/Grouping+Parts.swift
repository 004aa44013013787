import Foundations

extension Grouping {
    /// Some children in `count` parts, each sorted; no part is empty, `count` 1 ... children.
    ///
    /// - Parameters:
    ///   - slotWeights: by slot, each at least 0, not all 0; nil counts all slots alike.
    ///   - matrix: where given, children are compared by it and no longer by their choices; random groups ignore it.
    /// - Throws: ``SharingError`` where agglomeration would have to compare too many.
    func parts(
        of children: [Child], count: Int, slotWeights: [Double]?, matrix: SimilarityMatrix?
    ) throws -> [[Child]] {
        let children = children.sorted()
        if count == 1 { return [children] }
        switch (by, using) {
        case (.random, _): return randomParts(of: children, count: count)
        case (.similarity, .slices): return Similarity.slices(of: children, count: count, slotWeights: slotWeights)
        default:
            require(matrix != nil || !by.needsMatrix, "groups by \(by.rawValue) without a matrix")
            let matrix = try matrix?.of(children) ?? .sharedChoices(children, slotWeights: slotWeights)
            return Agglomeration.parts(matrix, count: count).map { $0.map { children[$0] } }
        }
    }

    /// The partition of the paper's code: numbers i mod m for the sorted children i, shuffled by
    /// `numpy.random.RandomState(partition).shuffle`. Sizes differ by one at most.
    ///
    /// Source: Zhang et al., "Deeper Insights into Weight Sharing in NAS", 4.2.1, and its code.
    private func randomParts(of children: [Child], count: Int) -> [[Child]] {
        var mapping = children.indices.map { $0 % count }
        var twister = MersenneTwister(numpySeed: partition)
        twister.numpyShuffle(&mapping)
        var parts: [[Child]] = Array(repeating: [], count: count)
        for (child, part) in zip(children, mapping) { parts[part].append(child) }
        return parts
    }
}
