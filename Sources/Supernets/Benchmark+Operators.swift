import Architectures
import Foundations
import Networks
import Tensors

/// Single operators, timed inside a net of one: image - 1x1 convolution - operator - global average - linear.
extension Benchmark {
    /// One row of the table of operators.
    struct Operator {
        let name: String
        let input: FeatureShape
        /// It reads a batch-normalised value, as inside a cell; otherwise a plain one.
        var normed = true
        /// Empty for the head itself.
        let layers: [Layer]
    }

    static let operators: [Operator] = {
        func separable(_ name: String, _ window: Window) -> Operator {
            Operator(
                name: name, input: FeatureShape(channels: 16, height: 32, width: 32),
                layers: [
                    .relu, .depthwise(window), .convolution(Window(kernel: 1), output: 16), .batchNorm(affine: false),
                ])
        }
        func dense(_ kernel: Int, _ channels: Int, side: Int, stride: Int = 1) -> Operator {
            let window = Window(kernel: kernel, stride: stride, padding: kernel / 2)
            return Operator(
                name: "dense \(kernel)x\(kernel) \(channels)" + (stride > 1 ? " stride \(stride)" : ""),
                input: FeatureShape(channels: channels, height: side, width: side), normed: false,
                layers: [.convolution(window, output: stride * channels)])
        }
        let cell = FeatureShape(channels: 16, height: 32, width: 32)
        let pool = Window(kernel: 3, padding: 1)
        return [
            separable("separable 3x3", Window(kernel: 3, padding: 1)),
            separable("separable 5x5", Window(kernel: 5, padding: 2)),
            separable("dilated 5x5", Window(kernel: 5, padding: 4, dilation: 2)),
            Operator(name: "max pool 3x3", input: cell, layers: [.maxPool(pool), .batchNorm(affine: false)]),
            Operator(name: "average pool 3x3", input: cell, layers: [.averagePool(pool)]),
            Operator(
                name: "1x1 48->16", input: FeatureShape(channels: 48, height: 32, width: 32),
                layers: [.relu, .convolution(Window(kernel: 1), output: 16), .batchNorm(affine: false)]),
            dense(3, 16, side: 32), dense(3, 32, side: 16), dense(3, 64, side: 8), dense(3, 48, side: 32),
            dense(3, 16, side: 32, stride: 2), dense(3, 32, side: 16, stride: 2),
            Operator(name: "head", input: FeatureShape(channels: 32, height: 32, width: 32), layers: []),
        ]
    }()

    /// Forward and backward of one operator: two rows.
    func operation(_ row: Operator) throws -> Timed {
        let timed = try TimedOperator(row, batch: batch.count, supernet.engine, supernet.passes)
        let stages = timed.summary
        let direct = Double(stages.reduce(0) { $0 + $1.direct })
        let cost = stages.map(\.cost).reduce(.zero, +)
        return Timed(
            [
                .init(
                    name: "op \(row.name) forward", images: batch.count, direct: direct,
                    multiplyAdds: Double(cost.forward), bytes: Double(cost.forwardBytes)),
                .init(
                    name: "op \(row.name) backward", images: batch.count, direct: 2 * direct,
                    multiplyAdds: Double(cost.backward), bytes: Double(cost.backwardBytes)),
            ], run: timed.seconds)
    }
}

/// A net of one operator with weights of its own, on drawn features.
private final class TimedOperator {
    private let program: Program
    private let run: Run
    /// The first images of a batch; the others repeat them.
    private let drawn: Buffer
    private let labels: [Int32]
    private let floats: Int
    private let stages: Range<Int>

    init(_ row: Benchmark.Operator, batch: Int, _ engine: Engine, _ passes: Passes) throws {
        var chain = Chain(row.input)
        chain.append(.convolution(Window(kernel: 1), output: row.input.channels))
        if row.normed { chain.append(.batchNorm(affine: false)) }
        for layer in row.layers { chain.append(layer) }
        chain.append(.globalAveragePool)
        chain.append(.linear(output: 10))
        let layout = ParameterLayout(chain.graph.nodes.flatMap(\.parameters))
        var plan = Plan()
        plan.add(chain.graph) { WeightSlot(arena: 0, parameter: layout.index($0)) }
        program = Program(plan: plan, passes: passes, training: true, capacity: batch)
        run = Run(engine: engine, program: program, weights: SharedWeights(layout: layout, arenas: 1, seed: 1))
        // Before the operator image and convolution, behind it average and linear; the head is these two.
        stages = row.layers.isEmpty ? 2..<program.summary.count : 2..<program.summary.count - 2
        drawn = Buffer(count: min(batch, 8) * row.input.floats)
        floats = row.input.floats
        var stream = RandomStream(seed: 1, purpose: .data)
        for k in 0..<drawn.count { drawn.pointer[k] = 2 * stream.unit() - 1 }
        labels = (0..<batch).map { Int32($0 % 10) }
    }

    var summary: [StageSummary] { Array(program.summary[stages]) }

    /// One training step's passes; the operator's seconds forward and backward.
    func seconds() throws -> [Double] {
        let trace = Trace(program)
        run.trace = trace
        // The arena is shared with whatever else is timed.
        let count = labels.count * floats
        for start in stride(from: 0, to: count, by: drawn.count) {
            (run.input + start).update(from: drawn.pointer, count: min(drawn.count, count - start))
        }
        try run.forward(count: labels.count)
        _ = run.loss(labels: labels)
        run.backward()
        return [
            trace.rows[stages].reduce(0) { $0 + $1.forward }, trace.rows[stages].reduce(0) { $0 + $1.backward },
        ]
    }
}

/// Layers one after the other.
private struct Chain {
    private(set) var graph: LayerGraph

    init(_ input: FeatureShape) { graph = LayerGraph(nodes: [LayerNode(layer: .input, inputs: [], shape: input)]) }

    mutating func append(_ layer: Layer) {
        let input = graph.nodes[graph.output].shape
        var shape = input
        var parameters: [Parameter] = []
        func add(_ name: String, _ shape: [Int], _ role: ParameterRole, fanIn: Int = 0) {
            parameters.append(Parameter(name: "\(graph.nodes.count).\(name)", shape: shape, role: role, fanIn: fanIn))
        }
        func slide(_ window: Window) {
            shape.height = window.outputSide(of: input.height)
            shape.width = window.outputSide(of: input.width)
        }
        switch layer {
        case .convolution(let window, let output):
            slide(window)
            shape.channels = output
            let fanIn = input.channels * window.kernel * window.kernel
            add("weight", [output, input.channels, window.kernel, window.kernel], .weight, fanIn: fanIn)
        case .depthwise(let window):
            slide(window)
            let fanIn = window.kernel * window.kernel
            add("weight", [input.channels, 1, window.kernel, window.kernel], .weight, fanIn: fanIn)
        case .batchNorm:
            add("mean", [input.channels], .runningMean)
            add("variance", [input.channels], .runningVariance)
            add("count", [], .batchesTracked)
        case .maxPool(let window), .averagePool(let window): slide(window)
        case .globalAveragePool: (shape.height, shape.width) = (1, 1)
        case .linear(let output):
            shape = FeatureShape(channels: output, height: 1, width: 1)
            add("weight", [output, input.channels], .weight, fanIn: input.channels)
            add("bias", [output], .bias, fanIn: input.channels)
        case .input, .relu, .sum, .concatenation, .zero: break
        }
        graph.nodes.append(
            LayerNode(layer: layer, inputs: [graph.output], shape: shape, parameters: parameters))
    }
}
