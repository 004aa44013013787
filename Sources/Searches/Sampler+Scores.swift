import Architectures
import Foundations
import Rankings

extension Sampler {
    /// How often each child is drawn by its score, in whole numbers.
    ///
    /// Of n children m have a score; r is a child's rank among those, 1 the best, the mean of their ranks among equals:
    ///
    ///     weight = 2 (m + 1 - r)   scored
    ///     weight = m + 1           not scored: as often as the middle of the ranking
    ///
    /// They sum to n (m + 1), so the best of all is drawn nearly twice as often as the middle.
    struct Odds: Sendable {
        let children: [Child]
        /// Sums of the weights up to and with each child.
        let sums: [Int]

        /// nil where nobody has a score.
        init?(_ children: [Child], scores: (Child) -> Double?) {
            let known = children.indices.compactMap { place in
                scores(children[place]).flatMap { $0.isFinite ? (place: place, score: $0) : nil }
            }
            guard !known.isEmpty, let ranks = try? ranks(known.map(\.score)) else { return nil }
            let m = known.count
            var weights = [Int](repeating: m + 1, count: children.count)
            // Ranks of equals can be halves, twice a rank cannot.
            for (item, rank) in zip(known, ranks) { weights[item.place] = 2 * (m + 1) - Int(2 * rank) }
            var sum = 0
            sums = weights.map {
                sum += $0
                return sum
            }
            self.children = children
        }

        func draw(_ stream: inout RandomStream) -> Child {
            let drawn = stream.below(sums[sums.count - 1])
            return children[sums.partitioningIndex { $0 > drawn }]
        }
    }

    /// p = floor / n + (1 - floor) * weight / sum of weights; uniform before the first scoring. In an open space the weights
    /// are those of the scored children alone, and all others are reached through the floor.
    func byScore(_ stream: inout RandomStream) -> Child {
        guard let odds else { return living.sample(&stream) }
        return stream.unitDouble() < sampling.floor ? living.sample(&stream) : odds.draw(&stream)
    }
}
