import Architectures
import Foundations

/// A random layer graph on small images: any layer after any other, values read once, twice or by several.
struct RandomGraph {
    private(set) var nodes: [LayerNode]
    private var stream: RandomStream

    /// - Parameter steps: layer calls before the head.
    init(seed: UInt64, steps: Int, classes: Int) {
        stream = RandomStream(seed: seed, purpose: .test)
        let side = [5, 6, 8][stream.below(3)]
        nodes = [LayerNode(layer: .input, inputs: [], shape: FeatureShape(channels: 3, height: side, width: side + 1))]
        let width = [16, 5, 24][stream.below(3)]
        convolve(0, Window(kernel: 3, padding: 1), width)
        convolve(1, Window(kernel: 3, padding: 1), width)
        for _ in 0..<steps { step() }
        // Everything of the last shape is summed, so that most of the graph is alive.
        let last = nodes.count - 1
        let alike = nodes.indices.filter { $0 > 0 && nodes[$0].shape == nodes[last].shape }
        if alike.count > 1 { append(.sum, alike, nodes[last].shape) }
        append(.globalAveragePool, [nodes.count - 1], FeatureShape(channels: shape.channels, height: 1, width: 1))
        // An average of averages now and then.
        if seed % 4 == 1 {
            convolve(nodes.count - 1, Window(kernel: 1), width)
            append(.globalAveragePool, [nodes.count - 1], shape)
        }
        append(
            .linear(output: classes), [nodes.count - 1], FeatureShape(channels: classes, height: 1, width: 1),
            [("weight", [classes, shape.channels], .weight), ("bias", [classes], .bias)])
    }

    var graph: LayerGraph { LayerGraph(nodes: nodes) }

    private var shape: FeatureShape { nodes[nodes.count - 1].shape }

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

    private func output(_ window: Window, of shape: FeatureShape, channels: Int) -> FeatureShape {
        FeatureShape(
            channels: channels, height: window.outputSide(of: shape.height), width: window.outputSide(of: shape.width))
    }

    private mutating func convolve(_ input: Int, _ window: Window, _ channels: Int) {
        let from = nodes[input].shape
        append(
            .convolution(window, output: channels), [input], output(window, of: from, channels: channels),
            [("weight", [channels, from.channels, window.kernel, window.kernel], .weight)])
    }

    private mutating func depthwise(_ input: Int, _ window: Window) {
        let from = nodes[input].shape
        append(
            .depthwise(window), [input], output(window, of: from, channels: from.channels),
            [("weight", [from.channels, 1, window.kernel, window.kernel], .weight)])
    }

    private mutating func step() {
        // Mostly the newest value, sometimes an older one.
        let input = stream.below(3) > 0 ? nodes.count - 1 : 1 + stream.below(nodes.count - 1)
        let from = nodes[input].shape
        let channels = [from.channels, 16, 7, 20][stream.below(4)]
        let wide = from.height > 3
        switch stream.below(14) {
        case 0: convolve(input, Window(kernel: 3, stride: wide ? 1 + stream.below(2) : 1, padding: 1), channels)
        case 1: convolve(input, Window(kernel: 1), channels)
        case 2: depthwise(input, Window(kernel: 5, padding: 4, dilation: 2))
        case 3, 4:
            depthwise(input, Window(kernel: 3, padding: 1))
            convolve(nodes.count - 1, Window(kernel: 1), channels)
        case 5, 6, 7:
            let c = from.channels
            let affine = stream.below(2) == 0
            let learnt: [(String, [Int], ParameterRole)] = [("gain", [c], .gain), ("shift", [c], .shift)]
            append(
                .batchNorm(affine: affine), [input], from,
                (affine ? learnt : []) + [
                    ("mean", [c], .runningMean), ("variance", [c], .runningVariance), ("count", [], .batchesTracked),
                ])
        case 8, 9: append(.relu, [input], from)
        case 10:
            append(.maxPool(Window(kernel: 3, padding: 1)), [input], from)
        case 11:
            let window = wide && stream.below(2) == 0 ? Window(kernel: 2, stride: 2) : Window(kernel: 3, padding: 1)
            append(.averagePool(window), [input], output(window, of: from, channels: from.channels))
        case 12:
            let alike = nodes.indices.filter { $0 > 0 && nodes[$0].shape == from }
            append(.sum, (0..<2 + stream.below(2)).map { _ in alike[stream.below(alike.count)] }, from)
        default:
            let beside = nodes.indices.filter {
                $0 > 0 && nodes[$0].shape.height == from.height && nodes[$0].shape.width == from.width
            }
            let parts = [input] + (0..<1 + stream.below(2)).map { _ in beside[stream.below(beside.count)] }
            var sum = from
            sum.channels = parts.reduce(0) { $0 + nodes[$1].shape.channels }
            if sum.channels > 64 { append(.zero, [input], from) } else { append(.concatenation, parts, sum) }
        }
    }
}
