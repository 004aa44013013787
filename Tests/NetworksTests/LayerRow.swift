import Architectures
import Networks
import Testing

/// One row of the layer table: a few layer calls in a small graph, so that whatever stages, passes and kernels the engine
/// picks for them are checked against double precision at many shapes.
///
/// Before the row stands a depthwise 3x3 convolution of coarse images by powers of two: what the row reads is exact, so no
/// rounding can flip a ReLU or the winner of a maximum, and the row's input gradient shows in its weights. Behind the row
/// come a batch norm, a depthwise convolution as large as the image's shorter side, which gives every pixel a gradient of
/// its own, the mean of what it leaves of the longer side, and the linear layer.
struct LayerRow: Sendable, CustomTestStringConvertible {
    let name: String
    /// The shortest side at which the row's windows fit.
    var smallest = 1
    /// Reads the image itself, without the convolution before it.
    var bare = false
    /// Appends the row to a graph.
    let append: @Sendable (inout LayerChain) -> Void

    var testDescription: String { name }

    static let all: [LayerRow] = [
        LayerRow(name: "dense 3x3, batch norm, dense 3x3 of the image", bare: true) {
            $0.convolve(Window(kernel: 3, padding: 1))
            $0.normalise()
            $0.convolve(Window(kernel: 3, padding: 1))
        },
        LayerRow(name: "relu, dense 1x1") {
            $0.relu(); $0.convolve(Window(kernel: 1))
        },
        LayerRow(name: "relu, dense 1x1, stride 2") {
            $0.relu(); $0.convolve(Window(kernel: 1, stride: 2))
        },
        LayerRow(name: "relu, dense 3x3") {
            $0.relu(); $0.convolve(Window(kernel: 3, padding: 1))
        },
        LayerRow(name: "relu, dense 3x3, stride 2") {
            $0.relu(); $0.convolve(Window(kernel: 3, stride: 2, padding: 1))
        },
        LayerRow(name: "depthwise 3x3, stride 2") { $0.depthwise(Window(kernel: 3, stride: 2, padding: 1)) },
        LayerRow(name: "relu, separable 3x3") {
            $0.relu()
            $0.depthwise(Window(kernel: 3, padding: 1))
            $0.convolve(Window(kernel: 1))
        },
        LayerRow(name: "relu, separable 5x5") {
            $0.relu()
            $0.depthwise(Window(kernel: 5, padding: 2))
            $0.convolve(Window(kernel: 1))
        },
        LayerRow(name: "relu, separable 7x7") {
            $0.relu()
            $0.depthwise(Window(kernel: 7, padding: 3))
            $0.convolve(Window(kernel: 1))
        },
        LayerRow(name: "relu, separable 4x4, padding 1", smallest: 2) {
            $0.relu()
            $0.depthwise(Window(kernel: 4, padding: 1))
            $0.convolve(Window(kernel: 1))
        },
        LayerRow(name: "relu, separable 3x3, stride 2") {
            $0.relu()
            $0.depthwise(Window(kernel: 3, stride: 2, padding: 1))
            $0.convolve(Window(kernel: 1))
        },
        LayerRow(name: "relu, separable 4x4, stride 2", smallest: 2) {
            $0.relu()
            $0.depthwise(Window(kernel: 4, stride: 2, padding: 1))
            $0.convolve(Window(kernel: 1))
        },
        LayerRow(name: "relu, dilated separable 5x5") {
            $0.relu()
            $0.depthwise(Window(kernel: 5, padding: 4, dilation: 2))
            $0.convolve(Window(kernel: 1))
        },
        LayerRow(name: "max pool 3x3") { $0.pool(.maxPool(Window(kernel: 3, padding: 1))) },
        LayerRow(name: "max pool 3x3, stride 2") { $0.pool(.maxPool(Window(kernel: 3, stride: 2, padding: 1))) },
        LayerRow(name: "average pool 3x3") { $0.pool(.averagePool(Window(kernel: 3, padding: 1))) },
        LayerRow(name: "average pool 3x3, stride 2") {
            $0.pool(.averagePool(Window(kernel: 3, stride: 2, padding: 1)))
        },
        LayerRow(name: "average pool 2x2, stride 2", smallest: 2) {
            $0.pool(.averagePool(Window(kernel: 2, stride: 2)))
        },
        LayerRow(name: "sum of two") {
            let first = $0.last
            $0.depthwise(Window(kernel: 3, padding: 1))
            $0.add(first)
        },
        LayerRow(name: "concatenation, dense 1x1") {
            let first = $0.last
            $0.pool(.maxPool(Window(kernel: 3, padding: 1)))
            $0.concatenate(first)
            $0.convolve(Window(kernel: 1))
        },
    ]
}

/// One shape of a row.
struct LayerCase: CustomStringConvertible {
    let images: Int
    let channels: Int
    let output: Int
    let height: Int
    let width: Int

    var description: String { "\(images) images, \(channels) to \(output) channels, \(height)x\(width)" }

    private static let channels = [1, 3, 16, 17, 48, 64]
    private static let sides = [1, 2, 3, 7, 8, 28, 32]

    /// Every side and every number of channels with 1, 3 or, on small images, 256 images. Wide and large do not meet here:
    /// the double-precision side would take most of a test run.
    static let some: [LayerCase] = [
        .init(images: 3, channels: 64, output: 48, height: 1, width: 1),
        .init(images: 256, channels: 17, output: 3, height: 2, width: 2),
        .init(images: 3, channels: 48, output: 17, height: 3, width: 3),
        .init(images: 1, channels: 64, output: 16, height: 7, width: 7),
        .init(images: 3, channels: 16, output: 64, height: 8, width: 8),
        .init(images: 1, channels: 17, output: 16, height: 28, width: 28),
        .init(images: 1, channels: 16, output: 16, height: 32, width: 32),
        .init(images: 3, channels: 1, output: 3, height: 32, width: 32),
        .init(images: 3, channels: 3, output: 1, height: 28, width: 28),
        .init(images: 3, channels: 17, output: 20, height: 8, width: 5),
        .init(images: 2, channels: 16, output: 17, height: 7, width: 28),
    ]

    /// Channels by sides by 1 and 3 images, output channels in turn; every third image is less high than wide.
    static var product: [LayerCase] {
        var found: [LayerCase] = []
        for channel in channels {
            for side in sides {
                for images in [1, 3] {
                    let turn = found.count
                    found.append(
                        .init(
                            images: images, channels: channel, output: channels[turn / 2 % channels.count],
                            height: turn % 3 == 1 ? max(1, side - 1) : side, width: side))
                }
            }
        }
        return found
    }
}

/// A chain of layer calls that grows at its end.
struct LayerChain {
    private(set) var nodes: [LayerNode]
    private let images: Int
    private let output: Int

    /// The image, and unless `bare` the exact convolution.
    init(_ at: LayerCase, bare: Bool) {
        images = at.images
        output = at.output
        let shape = FeatureShape(channels: at.channels, height: at.height, width: at.width)
        nodes = [LayerNode(layer: .input, inputs: [], shape: shape)]
        if !bare { depthwise(Window(kernel: 3, padding: 1)) }
    }

    var last: Int { nodes.count - 1 }
    private var shape: FeatureShape { nodes[last].shape }

    private mutating func append(
        _ layer: Layer, _ inputs: [Int], _ shape: FeatureShape, _ parameters: [(String, [Int], ParameterRole)] = []
    ) {
        let index = nodes.count
        nodes.append(
            LayerNode(
                layer: layer, inputs: inputs, shape: shape,
                parameters: parameters.map { name, sizes, role in
                    Parameter(
                        name: "\(index).\(name)", shape: sizes, role: role, fanIn: sizes.dropFirst().reduce(1, *))
                }))
    }

    private func result(_ window: Window, channels: Int) -> FeatureShape {
        FeatureShape(
            channels: channels, height: window.outputSide(of: shape.height), width: window.outputSide(of: shape.width))
    }

    mutating func convolve(_ window: Window) {
        let sizes = [output, shape.channels, window.kernel, window.kernel]
        append(
            .convolution(window, output: output), [last], result(window, channels: output), [("weight", sizes, .weight)]
        )
    }

    mutating func depthwise(_ window: Window) {
        let sizes = [shape.channels, 1, window.kernel, window.kernel]
        append(.depthwise(window), [last], result(window, channels: shape.channels), [("weight", sizes, .weight)])
    }

    mutating func relu() { append(.relu, [last], shape) }
    mutating func add(_ other: Int) { append(.sum, [last, other], shape) }

    mutating func pool(_ layer: Layer) {
        guard case .maxPool(let window) = layer else {
            guard case .averagePool(let window) = layer else { return }
            return append(layer, [last], result(window, channels: shape.channels))
        }
        append(layer, [last], result(window, channels: shape.channels))
    }

    mutating func concatenate(_ other: Int) {
        var both = shape
        both.channels += nodes[other].shape.channels
        append(.concatenation, [last, other], both)
    }

    /// Batch norm, where there is enough to normalise.
    mutating func normalise() {
        guard images * shape.height * shape.width >= 12 else { return }
        let c = [shape.channels]
        append(
            .batchNorm(affine: true), [last], shape,
            [
                ("gain", c, .gain), ("shift", c, .shift), ("mean", c, .runningMean), ("variance", c, .runningVariance),
                ("count", [], .batchesTracked),
            ])
    }

    /// Batch norm, a weight of its own for every pixel, linear to five classes.
    mutating func finish() -> LayerGraph {
        normalise()
        depthwise(Window(kernel: min(shape.height, shape.width)))
        if shape.height * shape.width > 1 {
            append(.globalAveragePool, [last], FeatureShape(channels: shape.channels, height: 1, width: 1))
        }
        append(
            .linear(output: 5), [last], FeatureShape(channels: 5, height: 1, width: 1),
            [("weight", [5, shape.channels], .weight), ("bias", [5], .bias)])
        return LayerGraph(nodes: nodes)
    }
}
