import Tensors
import Testing

/// One row of the op table: a kernel, its gradients by kernels, and the same in plain float64.
///
/// Arrays are plain: images [n][c][h][w], weights in PyTorch's order. A row gets every check of `OpTableTests` and,
/// where `make_ops.py` stores values under its name, of `FixtureTests`.
struct Op: Sendable, CustomTestStringConvertible {
    let name: String
    let cases: [Case]
    /// How many numbers each input holds.
    let sizes: @Sendable (Case) -> [Int]
    /// Moves random inputs in (-1, 1) away from kinks or into the domain; identity for most.
    var prepare: @Sendable (Case, inout [[Double]]) -> Void = { _, _ in }

    let forward: @Sendable (Kernels, Case, [[Float]]) -> [Float]
    /// The gradient of every input for the gradient `dy` of the output.
    let backward: @Sendable (Kernels, Case, [[Float]], _ dy: [Float]) -> [[Float]]

    let reference: @Sendable (Case, [[Double]]) -> [Double]
    let referenceGradient: @Sendable (Case, [[Double]], _ dy: [Double]) -> [[Double]]

    var testDescription: String { name }

    /// The table.
    static let all: [Op] = [
        .convolution, .winograd, .phases, .depthwise, .maxPool, .averagePool, .sumReLU, .batchNorm, .pixelMean,
        .crossEntropy,
        .linear,
    ]
}
