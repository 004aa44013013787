import Tensors
import Testing

/// One row of the op table: a kernel, its gradients by kernels, and the same in plain float64.
///
/// Every operand of a kernel is an allocation of its own and of exactly its size, so that AddressSanitizer and valgrind
/// see a kernel that reads or writes one float too many, which an arena would hide.
///
/// Arrays are plain: images [n][c][h][w], weights in PyTorch's order. A row gets every check of `OpTableTests` and,
/// where `make_ops.py` stores values under its name, of `FixtureTests`.
struct Op: Sendable, CustomTestStringConvertible {
    let name: String
    /// What `make test` checks; together they hold every number of channels, side and batch of `Case`.
    let cases: [Case]
    /// The whole product, for `make soak`.
    var product: [Case] = []
    /// Largest difference over largest value, against float64; 3e-5 for Winograd's transforms.
    var tolerance = 1e-5
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
        .convolution, .winograd, .phases, .depthwise, .maxPool.overImages, .averagePool.overImages, .sumReLU.overImages,
        .batchNorm, .pixelMean.overImages, .crossEntropy, .linear,
    ]
}

extension Op {
    /// This row of an op on one image, for batches: every input is [n][...], and images do not meet.
    var overImages: Op {
        let row = self
        return Op(
            name: name, cases: cases, product: product, tolerance: tolerance,
            sizes: { at in row.sizes(at.single).map { $0 * at.n } },
            prepare: { at, inputs in
                var joined = inputs.map { _ in [Double]() }
                for image in 0..<at.n {
                    var own = at.parts(image, inputs)
                    row.prepare(at.single, &own)
                    for i in own.indices { joined[i] += own[i] }
                }
                inputs = joined
            },
            forward: { kernels, at, inputs in
                (0..<at.n).flatMap { row.forward(kernels, at.single, at.parts($0, inputs)) }
            },
            backward: { kernels, at, inputs, dy in
                var joined = inputs.map { _ in [Float]() }
                for image in 0..<at.n {
                    let own = row.backward(kernels, at.single, at.parts(image, inputs), at.part(image, dy))
                    for i in own.indices { joined[i] += own[i] }
                }
                return joined
            },
            reference: { at, inputs in (0..<at.n).flatMap { row.reference(at.single, at.parts($0, inputs)) } },
            referenceGradient: { at, inputs, dy in
                var joined = inputs.map { _ in [Double]() }
                for image in 0..<at.n {
                    let own = row.referenceGradient(at.single, at.parts(image, inputs), at.part(image, dy))
                    for i in own.indices { joined[i] += own[i] }
                }
                return joined
            })
    }
}

extension Case {
    /// The same shape for one image.
    var single: Case {
        var one = self
        one.n = 1
        return one
    }

    /// One image's part of [n][...].
    func part<T>(_ image: Int, _ values: [T]) -> [T] {
        Array(values[image * values.count / n..<(image + 1) * values.count / n])
    }

    func parts<T>(_ image: Int, _ inputs: [[T]]) -> [[T]] { inputs.map { part(image, $0) } }
}
