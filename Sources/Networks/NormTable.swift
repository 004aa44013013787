import Architectures
import Foundations
import Tensors

/// Which statistics batch norms use.
package enum NormMode: Sendable, Hashable {
    /// Those of the batch itself.
    case batch
    /// Given ones: running or calibrated statistics, handed over by plan node.
    case given
}

/// Mean and variance by channel of the values one batch norm saw.
package struct Moments: Sendable, Equatable {
    /// Values a channel: n * h * w.
    package var count: Int
    package var mean: [Double]
    /// Divided by count, as the normalisation uses it.
    package var variance: [Double]

    package init(count: Int, mean: [Double], variance: [Double]) {
        self.count = count
        self.mean = mean
        self.variance = variance
    }

    /// Divided by count - 1, as running statistics keep it.
    package func unbiasedVariance(_ channel: Int) -> Double {
        variance[channel] * (Double(count) / Double(count - 1))
    }
}

/// The coefficients by channel of every batch norm of a program, in memory the kernels can read.
///
/// Forward: y = scale * z + shift with scale = gain / sqrt(variance + 1e-5), shift = bias - mean * scale.
/// Backward: dz = alpha * dy + beta * z + gamma, from s1 = mean of dy and s2 = mean of dy * xhat:
/// alpha = gain r, beta = -gain r^2 s2, gamma = gain r (mean r s2 - s1), r = 1 / sqrt(variance + 1e-5).
final class NormTable {
    static let epsilon = 1e-5

    struct Row {
        let channels: Int
        let scale, shift, mean, inverse, alpha, beta, gamma: UnsafeMutablePointer<Float>
        /// Channels in whole blocks.
        let padded: Int
        /// By lane: sums of dy [padded] and of dy * xhat [padded].
        let sums: UnsafeMutablePointer<Double>
    }

    private(set) var rows: [Int: Row] = [:]
    /// What the last forward pass in batch mode saw, by plan node.
    var moments: [Int: Moments] = [:]
    private let storage: Buffer
    private let sums: UnsafeMutablePointer<Double>
    private let sumCount: Int

    init(_ program: Program) {
        let norms = program.stages.flatMap(\.norms)
        let sizes = norms.map { program.plan.nodes[$0].shape.blocks * 16 }
        storage = Buffer(count: max(1, 7 * sizes.reduce(0, +)))
        sumCount = Engine.lanes * 2 * sizes.reduce(0, +)
        sums = .allocate(capacity: max(1, sumCount))
        var next = storage.pointer
        var nextSums = sums
        for (norm, size) in zip(norms, sizes) {
            rows[norm] = Row(
                channels: program.plan.nodes[norm].shape.channels, scale: next, shift: next + size,
                mean: next + 2 * size, inverse: next + 3 * size, alpha: next + 4 * size, beta: next + 5 * size,
                gamma: next + 6 * size, padded: size, sums: nextSums)
            next += 7 * size
            nextSums += Engine.lanes * 2 * size
        }
    }

    deinit { sums.deallocate() }

    /// Before a backward pass.
    func clearSums() { sums.update(repeating: 0, count: sumCount) }

    /// Notes what a norm saw, in place where it has seen something before.
    func setMoments(
        _ norm: Int, count: Int, mean: UnsafePointer<Double>, squares: UnsafePointer<Double>
    ) {
        let channels = rows[norm]!.channels
        func write(_ moments: inout Moments) {
            moments.count = count
            for c in 0..<channels {
                moments.mean[c] = mean[c]
                moments.variance[c] = squares[c] / Double(count)
            }
        }
        let zeros = { [Double](repeating: 0, count: channels) }
        write(&moments[norm, default: Moments(count: 0, mean: zeros(), variance: zeros())])
    }

    /// Sets scale, shift, mean and inverse. `gain` and `bias` are nil where the norm is not affine.
    func setForward(
        _ norm: Int, mean: [Double], variance: [Double], gain: UnsafePointer<Float>?, bias: UnsafePointer<Float>?
    ) {
        let row = rows[norm]!
        for c in 0..<row.channels {
            let inverse = 1 / (variance[c] + NormTable.epsilon).squareRoot()
            let scale = Double(gain?[c] ?? 1) * inverse
            row.mean[c] = Float(mean[c])
            row.inverse[c] = Float(inverse)
            row.scale[c] = Float(scale)
            row.shift[c] = Float(Double(bias?[c] ?? 0) - mean[c] * scale)
        }
    }

    /// Sets alpha, beta and gamma from the sums over dy and over dy * xhat, and adds the gradients of gain and bias.
    func setBackward(
        _ norm: Int, sum: UnsafePointer<Double>, sumX: UnsafePointer<Double>, gain: UnsafePointer<Float>?,
        gainGradient: UnsafeMutablePointer<Float>?, biasGradient: UnsafeMutablePointer<Float>?
    ) {
        let row = rows[norm]!
        let seen = moments[norm]!
        let n = Double(seen.count)
        for c in 0..<row.channels {
            let r = 1 / (seen.variance[c] + NormTable.epsilon).squareRoot()
            let g = Double(gain?[c] ?? 1)
            let s1 = sum[c] / n
            let s2 = sumX[c] / n
            row.alpha[c] = Float(g * r)
            row.beta[c] = Float(-g * r * r * s2)
            row.gamma[c] = Float(g * r * (seen.mean[c] * r * s2 - s1))
            if let gainGradient { gainGradient[c] += Float(sumX[c]) }
            if let biasGradient { biasGradient[c] += Float(sum[c]) }
        }
    }
}
