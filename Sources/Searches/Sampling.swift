import Architectures
import Foundations

/// Which children a training step trains.
package enum Sampling: String, Sendable, CaseIterable {
    /// One child, each with the same chance, every step anew.
    case uniform
    /// The children in the order of their choices, over and over.
    case sequential
    /// One random order, over and over.
    case shuffledOnce = "shuffled-once"
    /// A new random order for every cycle.
    case shuffledCycle = "shuffled-cycle"

    /// The children of one step; a function of its arguments alone.
    ///
    /// - Parameters:
    ///   - alive: the living children, sorted, not empty.
    ///   - step: counted from the start of the round.
    /// - Cost: a permutation of the children for the shuffled orders.
    package func children(of alive: [Child], round: Int, step: Int, seeds: Seeds) -> [Child] {
        let n = alive.count
        func permutation(_ cycle: Int) -> [Int] {
            var stream = RandomStream(seed: seeds[.order], purpose: .order, round: round, step: cycle)
            return stream.permutation(n)
        }
        switch self {
        case .uniform:
            var stream = RandomStream(seed: seeds[.order], purpose: .order, round: round, step: step)
            return [alive[stream.below(n)]]
        case .sequential: return [alive[step % n]]
        case .shuffledOnce: return [alive[permutation(0)[step % n]]]
        case .shuffledCycle: return [alive[permutation(step / n)[step % n]]]
        }
    }
}
