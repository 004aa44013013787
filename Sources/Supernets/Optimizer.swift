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

/// The learning rate over the spent fraction of the budget.
package struct Schedule: Hashable, Sendable {
    package enum Shape: String, Sendable, CaseIterable {
        /// end + (start - end) * (1 + cos(pi f)) / 2.
        case cosine
        case constant
    }

    package var start: Double
    package var end: Double
    package var shape: Shape

    package init(start: Double, end: Double, shape: Shape) {
        self.start = start
        self.end = end
        self.shape = shape
    }

    /// - Parameter fraction: of the budget that is spent, clamped to 0...1.
    package func rate(at fraction: Double) -> Float {
        switch shape {
        case .constant: Float(start)
        case .cosine: Float(end + (start - end) * (1 + cosine(.pi * min(max(fraction, 0), 1))) / 2)
        }
    }
}

/// cos(x) for 0 <= x <= pi by a polynomial of our own, so that a resumed run does not depend on the C library: the
/// double-precision libm functions change bits with the CPU features they find. Absolute error below 1e-14.
func cosine(_ x: Double) -> Double {
    // cos x = -sin(x - pi/2), and the Taylor series of sin converges fast on +-pi/2.
    let y = x - Double.pi / 2
    let square = y * y
    var term = y
    var sum = y
    var k = 1.0
    while k < 24 {
        term *= -square / ((k + 1) * (k + 2))
        sum += term
        k += 2
    }
    return -sum
}
