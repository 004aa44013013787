import Foundations

/// How alike children are, pair by pair: a symmetric matrix of finite numbers, larger for more alike. The diagonal is
/// not used.
package struct SimilarityMatrix: Sendable, Equatable {
    package let children: [Child]
    /// Row by row.
    private let values: [Double]

    /// A matrix of more children than this, 8 bytes a pair, is refused.
    package static let limit = 5_000

    /// - Parameter rows: as many as children, each as long.
    package init(_ children: [Child], _ rows: [[Double]]) {
        require(
            rows.count == children.count && rows.allSatisfy { $0.count == children.count },
            "a similarity matrix that is not \(children.count) by \(children.count)")
        self.init(children: children, values: rows.flatMap { $0 })
        require(values.allSatisfy(\.isFinite), "a similarity that is not finite")
    }

    private init(children: [Child], values: [Double]) {
        self.children = children
        self.values = values
    }

    package subscript(_ a: Int, _ b: Int) -> Double { values[a * children.count + b] }

    /// The rows and columns of some of the children, in their order.
    package func of(_ some: [Child]) throws -> SimilarityMatrix {
        let place = Dictionary(uniqueKeysWithValues: children.enumerated().map { ($1, $0) })
        return try SimilarityMatrix.filled(some) { a, b in
            guard let i = place[some[a]], let j = place[some[b]] else {
                require(false, "a child without a row in the similarity matrix")
                return 0
            }
            return self[i, j]
        }
    }

    /// The weighted fraction of slots at which both make the same choice; ``Similarity/between(_:_:slotWeights:)``.
    ///
    /// - Throws: ``SharingError`` above ``limit`` children.
    package static func sharedChoices(_ children: [Child], slotWeights: [Double]? = nil) throws -> SimilarityMatrix {
        try filled(children) { Similarity.between(children[$0], children[$1], slotWeights: slotWeights) }
    }

    /// Pearson's correlation of the children's scores over the scorings, after each scoring's mean over all children is
    /// taken away, so that what they all gain by more training does not make them alike. In -1 ... 1.
    ///
    /// 0 where there are fewer than 3 scorings, or where one of the two does not vary beyond rounding.
    ///
    /// - Parameter scores: by child and scoring, finite, all of one length.
    /// - Throws: ``SharingError`` above ``limit`` children.
    /// - Cost: children^2 * scorings.
    package static func correlation(_ children: [Child], scores: [[Double]]) throws -> SimilarityMatrix {
        let scorings = scores.first?.count ?? 0
        require(
            scores.count == children.count && scores.allSatisfy { $0.count == scorings && $0.allSatisfy(\.isFinite) },
            "scores that are not finite numbers of \(children.count) children")
        guard scorings >= 3 else { return try filled(children) { _, _ in 0 } }
        let n = Double(scorings)
        let means = (0..<scorings).map { k in scores.reduce(0) { $0 + $1[k] } / Double(scores.count) }
        let units = scores.map { row -> [Double]? in
            let residuals = zip(row, means).map { $0 - $1 }
            let mean = residuals.reduce(0, +) / n
            let centred = residuals.map { $0 - mean }
            let square = centred.reduce(0) { $0 + $1 * $1 }
            let noise = 1e-12 * (row + means).reduce(0) { max($0, abs($1)) }
            guard square > n * noise * noise else { return nil }
            return centred.map { $0 / square.squareRoot() }
        }
        return try filled(children) { a, b in
            guard let x = units[a], let y = units[b] else { return 0 }
            return min(1, max(-1, zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }))
        }
    }

    /// Each pair once; 1 on the diagonal.
    private static func filled(_ children: [Child], _ value: (Int, Int) -> Double) throws -> SimilarityMatrix {
        let n = children.count
        guard n <= limit else {
            throw SharingError(
                "\(n) children to be compared pair by pair, at most \(limit) can be",
                hint: "slices of similar children and random groups need no comparison")
        }
        var values = [Double](repeating: 1, count: n * n)
        for a in 0..<n {
            for b in 0..<a {
                let similarity = value(a, b)
                values[a * n + b] = similarity
                values[b * n + a] = similarity
            }
        }
        return SimilarityMatrix(children: children, values: values)
    }
}
