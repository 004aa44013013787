import Architectures
import Foundations

/// A way to sample, made ready for the children that live and for what is known of them.
///
/// Made anew when a round begins and after each scoring; the children of a step are then a function of (round, step, seed)
/// alone and do not depend on the order in which children were listed.
package struct Sampler: Sendable {
    package let sampling: Sampling
    package let living: Living
    /// Children of a step: of `fair` the largest number of choices in a slot (a cover may need more, see
    /// ``fair(_:)``), of `sandwich` three as far as there are so many, of the others one.
    package let childrenPerStep: Int
    /// MACs of an average step's children; to plan with, not to charge.
    package let multiplyAddsPerStep: Int
    let seed: UInt64
    let extremes: Extremes?
    let odds: Odds?

    /// - Parameters:
    ///   - macs: of one image's forward pass.
    ///   - scores: the newest scoring, larger is better; nil where a child has none. Read for `by-score` only.
    ///   - scored: the children that may have a score, in any order; read in an open space only.
    /// - Cost: `macs` of every listed child; in an open space of 32 sampled ones, and for `sandwich` of a few times all
    ///   choices. For `by-score` n log n.
    package init(
        _ sampling: Sampling, living: Living, seeds: Seeds, macs: (Child) -> Int,
        scores: (Child) -> Double? = { _ in nil },
        scored: [Child] = []
    ) {
        self.sampling = sampling
        self.living = living
        seed = seeds[.order]
        extremes = sampling.kind == .sandwich ? Extremes(living, macs: macs) : nil
        odds =
            sampling.kind == .byScore
            ? Odds(
                living.list ?? Set(scored).filter { living.contains($0) && scores($0) != nil }.sorted(), scores: scores)
            : nil
        let several: Int
        switch sampling.kind {
        case .fair: several = living.choices.map(\.count).max() ?? 1
        case .sandwich: several = min(3, living.list?.count ?? 3)
        default: several = 1
        }
        childrenPerStep = several
        let known = living.list ?? Sampler.some(of: living, seed: seed)
        let sum = known.reduce(0) { $0 + macs($1) }
        if let extremes, several == 3 {
            let ends = macs(extremes.largest) + macs(extremes.smallest)
            // One of the others, uniform.
            let others = living.list == nil ? sum / known.count : (sum - ends) / (known.count - 2)
            multiplyAddsPerStep = ends + others
        } else {
            multiplyAddsPerStep = several * sum / known.count
        }
    }

    /// Steps in which every child has its turn, or would on average. In an open space: in which every choice would, as
    /// many times as there are slots.
    package var cycleSteps: Int {
        guard let count = living.list?.count else {
            let choices = living.choices.reduce(0) { $0 + $1.count }
            return (choices + childrenPerStep - 1) / childrenPerStep
        }
        if sampling.kind == .sandwich { return max(1, count - 2) }
        return (count + childrenPerStep - 1) / childrenPerStep
    }

    /// The children of one step, none twice. In an open space, which has no order to go through, `sequential` and the
    /// shuffled kinds draw as `uniform` does.
    ///
    /// - Parameter step: counted from the start of the round.
    /// - Cost: a permutation of the children for the shuffled orders, of the choices for `fair`.
    package func children(round: Int, step: Int) -> [Child] {
        var stream = RandomStream(seed: seed, purpose: .order, round: round, step: step)
        switch sampling.kind {
        case .fair: return fair(&stream)
        case .sandwich: return sandwich(&stream)
        case .byScore: return [byScore(&stream)]
        case .uniform: return [living.sample(&stream)]
        case .sequential, .shuffledOnce, .shuffledCycle:
            guard let list = living.list else { return [living.sample(&stream)] }
            let place = step % list.count
            if sampling.kind == .sequential { return [list[place]] }
            let cycle = sampling.kind == .shuffledOnce ? 0 : step / list.count
            var order = RandomStream(seed: seed, purpose: .order, round: round, step: cycle)
            return [list[order.permutation(list.count)[place]]]
        }
    }

    /// 32 children of an open space, for a mean; a lane of their own keeps them apart from those that train.
    private static func some(of living: Living, seed: UInt64) -> [Child] {
        var stream = RandomStream(seed: seed, purpose: .order, lane: 1)
        return (0..<32).map { _ in living.sample(&stream) }
    }
}
