import Architectures
import Foundations
import Tensors

/// Stochastic gradient descent with momentum, as PyTorch's SGD without Nesterov or dampening:
/// g = gradient + decay * w; m = momentum * m + g; w -= rate * m.
package struct Optimizer: Hashable, Sendable {
    /// What happens to a parameter of the trained group that no sampled child used in this step.
    package enum Unsampled: String, Sendable, CaseIterable {
        /// After its first use, decay and momentum go on with a gradient of zero (the paper's code).
        case decay
        /// It is left alone.
        case skip
    }

    package var momentum: Float
    package var weightDecay: Float
    package var unsampled: Unsampled

    package init(momentum: Float, weightDecay: Float, unsampled: Unsampled) {
        self.momentum = momentum
        self.weightDecay = weightDecay
        self.unsampled = unsampled
    }

    /// One update of an arena. Cost: one pass over its learnt values.
    ///
    /// - Parameter sampled: by parameter, whether a gradient was computed in this step.
    func update(
        _ arena: SharedWeights.Arena, layout: ParameterLayout, sampled: [Bool], rate: Float, kernels: esp_kernels
    ) {
        for (index, parameter) in layout.parameters.enumerated() where parameter.role.isLearnt {
            if sampled[index] { arena.used[index] = true }
            guard sampled[index] || (unsampled == .decay && arena.used[index]) else { continue }
            let offset = layout.offsets[index]
            kernels.sgd(
                arena.learnt.pointer + offset, arena.momentum.pointer + offset,
                sampled[index] ? UnsafePointer(arena.gradient.pointer + offset) : nil, parameter.count, rate,
                momentum, weightDecay)
        }
    }
}
