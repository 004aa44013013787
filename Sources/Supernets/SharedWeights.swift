import Architectures
import Foundations
import Networks
import Tensors

/// Weights, momentum and statistics: one arena a group and one for what is common to all, all with the same layout.
package final class SharedWeights: Weights {
    /// One group's values, or the common ones. Momentum and running statistics follow their slot.
    package final class Arena {
        package let learnt: Buffer
        package let momentum: Buffer
        package let statistics: Buffer
        package let gradient: Buffer
        /// By parameter: the optimizer has touched it at least once.
        package var used: [Bool]

        init(_ layout: ParameterLayout) {
            learnt = Buffer(count: max(1, layout.learntCount))
            momentum = Buffer(count: max(1, layout.learntCount))
            statistics = Buffer(count: max(1, layout.statisticCount))
            gradient = Buffer(count: max(1, layout.learntCount))
            used = Array(repeating: false, count: layout.parameters.count)
        }

        func copy(_ layout: ParameterLayout) -> Arena {
            let arena = Arena(layout)
            arena.learnt.pointer.update(from: learnt.pointer, count: learnt.count)
            arena.momentum.pointer.update(from: momentum.pointer, count: momentum.count)
            arena.statistics.pointer.update(from: statistics.pointer, count: statistics.count)
            arena.used = used
            return arena
        }
    }

    package let layout: ParameterLayout
    package internal(set) var arenas: [Arena]

    /// Fresh weights, PyTorch's defaults: weights and linear biases uniform in +-1/sqrt(fanIn), gains 1, shifts 0,
    /// running means 0, running variances 1. Every arena starts equal; the draws of parameter p have the lane p.
    package init(layout: ParameterLayout, arenas count: Int, seed: UInt64) {
        self.layout = layout
        let first = Arena(layout)
        SharedWeights.initialise(first, layout, seed: seed)
        arenas = [first]
        while arenas.count < count { arenas.append(first.copy(layout)) }
    }

    static func initialise(_ arena: Arena, _ layout: ParameterLayout, seed: UInt64) {
        for (index, parameter) in layout.parameters.enumerated() {
            let buffer = parameter.role.isLearnt ? arena.learnt : arena.statistics
            let values = buffer.pointer + layout.offsets[index]
            switch parameter.role {
            case .weight, .bias:
                let bound = 1 / Float(max(1, parameter.fanIn)).squareRoot()
                var stream = RandomStream(seed: seed, purpose: .initialisation, lane: index)
                for k in 0..<parameter.count { values[k] = (2 * stream.unit() - 1) * bound }
            case .gain, .runningVariance: values.update(repeating: 1, count: parameter.count)
            case .shift, .runningMean, .batchesTracked: values.update(repeating: 0, count: parameter.count)
            }
        }
    }

    package func values(_ slot: WeightSlot) -> UnsafeMutablePointer<Float> {
        let arena = arenas[slot.arena]
        let buffer = layout.parameters[slot.parameter].role.isLearnt ? arena.learnt : arena.statistics
        return buffer.pointer + layout.offsets[slot.parameter]
    }

    package func gradient(_ slot: WeightSlot) -> UnsafeMutablePointer<Float> {
        arenas[slot.arena].gradient.pointer + layout.offsets[slot.parameter]
    }

    /// Every value is finite; otherwise the name of a parameter that is not.
    package func firstNonFinite(arena: Int) -> String? {
        for (index, parameter) in layout.parameters.enumerated() {
            let values = values(WeightSlot(arena: arena, parameter: index))
            for k in 0..<parameter.count where !values[k].isFinite { return parameter.name }
        }
        return nil
    }
}
