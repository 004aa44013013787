import Architectures

/// Values [n, c, h, w] in double precision: the plainest meaning of a layer graph, for comparison.
struct Volume {
    var n, c, h, w: Int
    var values: [Double]

    init(_ n: Int, _ shape: FeatureShape) {
        (self.n, c, h, w) = (n, shape.channels, shape.height, shape.width)
        values = Array(repeating: 0, count: n * c * h * w)
    }

    func at(_ image: Int, _ channel: Int, _ y: Int, _ x: Int) -> Int { ((image * c + channel) * h + y) * w + x }

    /// Calls `body(image, channel, y, x, index)` for every value.
    func forEach(_ body: (Int, Int, Int, Int, Int) -> Void) {
        var index = 0
        for image in 0..<n {
            for channel in 0..<c {
                for y in 0..<h { for x in 0..<w { body(image, channel, y, x, index); index += 1 } }
            }
        }
    }
}

/// Runs a ``LayerGraph`` in double precision, batch norms by batch statistics, forward and backward.
struct Reference {
    let graph: LayerGraph
    /// By parameter name.
    let weights: [String: [Double]]
    var values: [Volume] = []
    var gradients: [String: [Double]] = [:]

    init(_ graph: LayerGraph, weights: [String: [Double]], images: Volume) {
        self.graph = graph
        self.weights = weights
        values = graph.nodes.map { Volume(images.n, $0.shape) }
        values[0] = images
        for index in graph.nodes.indices.dropFirst() { forward(index) }
    }

    /// For every output value the input values its window covers: (output index, tap, input index).
    func taps(
        _ window: Window, _ input: Volume, _ output: Volume, image: Int, from i: Int, to o: Int,
        _ body: (_ out: Int, _ tap: Int, _ at: Int) -> Void
    ) {
        for y in 0..<output.h {
            for x in 0..<output.w {
                for ky in 0..<window.kernel {
                    let row = y * window.stride + ky * window.dilation - window.padding
                    guard 0..<input.h ~= row else { continue }
                    for kx in 0..<window.kernel {
                        let column = x * window.stride + kx * window.dilation - window.padding
                        guard 0..<input.w ~= column else { continue }
                        body(output.at(image, o, y, x), ky * window.kernel + kx, input.at(image, i, row, column))
                    }
                }
            }
        }
    }

    /// Mean and variance of a channel.
    func moments(_ x: Volume, _ channel: Int) -> (mean: Double, variance: Double) {
        var (sum, squares, count) = (0.0, 0.0, 0.0)
        x.forEach { _, c, _, _, k in if c == channel { sum += x.values[k]; count += 1 } }
        let mean = sum / count
        x.forEach { _, c, _, _, k in
            if c == channel { squares += (x.values[k] - mean) * (x.values[k] - mean) }
        }
        return (mean, squares / count)
    }

    private mutating func forward(_ index: Int) {
        let node = graph.nodes[index]
        var y = values[index]
        let inputs = node.inputs.map { values[$0] }
        let weight = node.parameters.first.map { weights[$0.name]! } ?? []
        switch node.layer {
        case .input, .zero: break
        case .convolution(let window, let output):
            let size = window.kernel * window.kernel
            for image in 0..<y.n {
                for o in 0..<output {
                    for i in 0..<inputs[0].c {
                        taps(window, inputs[0], y, image: image, from: i, to: o) { out, tap, at in
                            y.values[out] += weight[(o * inputs[0].c + i) * size + tap] * inputs[0].values[at]
                        }
                    }
                }
            }
        case .depthwise(let window):
            let size = window.kernel * window.kernel
            for image in 0..<y.n {
                for c in 0..<y.c {
                    taps(window, inputs[0], y, image: image, from: c, to: c) { out, tap, at in
                        y.values[out] += weight[c * size + tap] * inputs[0].values[at]
                    }
                }
            }
        case .batchNorm(let affine):
            let seen = (0..<y.c).map { moments(inputs[0], $0) }
            let bias = affine ? weights[node.parameters[1].name]! : []
            y.forEach { _, c, _, _, k in
                let hat = (inputs[0].values[k] - seen[c].mean) / (seen[c].variance + 1e-5).squareRoot()
                y.values[k] = affine ? hat * weight[c] + bias[c] : hat
            }
        case .relu: y.values = inputs[0].values.map { max(0, $0) }
        case .maxPool(let window):
            y.values = y.values.map { _ in -.infinity }
            eachPool(window, inputs[0], y) { out, _, at in
                y.values[out] = max(y.values[out], inputs[0].values[at])
            }
        case .averagePool(let window):
            var counts = y.values
            eachPool(window, inputs[0], y) { out, _, at in
                y.values[out] += inputs[0].values[at]
                counts[out] += 1
            }
            for k in y.values.indices { y.values[k] /= counts[k] }
        case .sum:
            for input in inputs { for k in y.values.indices { y.values[k] += input.values[k] } }
        case .concatenation:
            eachPart(inputs, y) { part, from, to in y.values[to] = inputs[part].values[from] }
        case .globalAveragePool:
            let pixels = Double(inputs[0].h * inputs[0].w)
            inputs[0].forEach { n, c, _, _, k in y.values[n * y.c + c] += inputs[0].values[k] / pixels }
        case .linear:
            let bias = weights[node.parameters[1].name]!
            for n in 0..<y.n {
                for o in 0..<y.c {
                    y.values[n * y.c + o] = (0..<inputs[0].c).reduce(bias[o]) {
                        $0 + weight[o * inputs[0].c + $1] * inputs[0].values[n * inputs[0].c + $1]
                    }
                }
            }
        }
        values[index] = y
    }

    func eachPool(_ window: Window, _ x: Volume, _ y: Volume, _ body: (Int, Int, Int) -> Void) {
        for image in 0..<y.n {
            for c in 0..<y.c { taps(window, x, y, image: image, from: c, to: c, body) }
        }
    }

    func eachPart(_ inputs: [Volume], _ y: Volume, _ body: (_ part: Int, _ from: Int, _ to: Int) -> Void) {
        var first = 0
        for (part, input) in inputs.enumerated() {
            input.forEach { n, c, h, w, k in body(part, k, y.at(n, first + c, h, w)) }
            first += input.c
        }
    }
}
