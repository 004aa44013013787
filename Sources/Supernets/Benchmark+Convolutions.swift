import Architectures
import Foundations
import Networks
import Tensors

/// Dense convolutions alone, each in a tiny net of its own: image, 1x1 convolution (so that the input has a gradient), the
/// convolution that is timed, global average, linear.
extension Benchmark {
    package struct ConvolutionRow: Sendable {
        /// `conv 3x3 16`, `conv 3x3 16 -> 32 stride 2`.
        package let name: String
        package let forward: Double
        /// Both gradients, data and weights, in seconds; `forward` as well.
        package let backward: Double
        /// Multiply-adds of the direct algorithm for one image, forward.
        package let multiplyAdds: Int
    }

    /// The convolutions of the NAS-Bench-201 net on a batch of drawn images: medians of `repeats` runs after one warm-up,
    /// rounds over the rows interleaved.
    package static func convolutions(batch: Int, repeats: Int, engine: Engine) throws -> [ConvolutionRow] {
        let three = Window(kernel: 3, padding: 1)
        let half = Window(kernel: 3, stride: 2, padding: 1)
        let one = Window(kernel: 1)
        let subjects = [
            Subject("conv 3x3 16", three, 16, 16, side: 32), Subject("conv 3x3 32", three, 32, 32, side: 16),
            Subject("conv 3x3 64", three, 64, 64, side: 8), Subject("conv 3x3 48", three, 48, 48, side: 32),
            Subject("conv 3x3 16 -> 32 stride 2", half, 16, 32, side: 32),
            Subject("conv 3x3 32 -> 64 stride 2", half, 32, 64, side: 16),
            Subject("conv 1x1 16", one, 16, 16, side: 32), Subject("conv 1x1 32", one, 32, 32, side: 16),
            Subject("conv 1x1 64", one, 64, 64, side: 8),
        ]
        let runs = subjects.map { $0.run(batch: batch, engine: engine) }
        var seconds = [[(forward: Double, backward: Double)]](repeating: [], count: subjects.count)
        let labels = (0..<batch).map { Int32($0 % Subject.classes) }
        for round in 0...repeats {
            for (index, run) in runs.enumerated() {
                var draws = RandomStream(seed: 1, purpose: .data, lane: index)
                let floats = subjects[index].input.floats * batch
                for k in 0..<floats { run.input[k] = 2 * draws.unit() - 1 }
                let trace = Trace(run.program)
                run.trace = trace
                try run.forward(count: batch)
                _ = run.loss(labels: labels)
                run.backward()
                let row = trace.rows[Subject.timed]
                if round > 0 { seconds[index].append((row.forward, row.backward)) }
            }
        }
        return zip(subjects, seconds).map { subject, seconds in
            func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
            return ConvolutionRow(
                name: subject.name, forward: median(seconds.map(\.forward)), backward: median(seconds.map(\.backward)),
                multiplyAdds: subject.multiplyAdds)
        }
    }

    /// One convolution `[n, side, side, from] -> [n, side', side', to]` in its net.
    private struct Subject {
        static let classes = 10
        /// The stage of the convolution: after the image and the 1x1 convolution.
        static let timed = 2

        let name: String
        let graph: LayerGraph
        let input: FeatureShape

        init(_ name: String, _ window: Window, _ from: Int, _ to: Int, side: Int) {
            self.name = name
            input = FeatureShape(channels: from, height: side, width: side)
            let after = window.outputSide(of: side)
            let output = FeatureShape(channels: to, height: after, width: after)
            func weight(_ layer: String, _ shape: [Int]) -> Parameter {
                Parameter(
                    name: "\(layer).weight", shape: shape, role: .weight, fanIn: shape.dropFirst().reduce(1, *))
            }
            graph = LayerGraph(nodes: [
                LayerNode(layer: .input, inputs: [], shape: input),
                LayerNode(
                    layer: .convolution(Window(kernel: 1), output: from), inputs: [0], shape: input,
                    parameters: [weight("first", [from, from, 1, 1])]),
                LayerNode(
                    layer: .convolution(window, output: to), inputs: [1], shape: output,
                    parameters: [weight("timed", [to, from, window.kernel, window.kernel])]),
                LayerNode(
                    layer: .globalAveragePool, inputs: [2], shape: FeatureShape(channels: to, height: 1, width: 1)),
                LayerNode(
                    layer: .linear(output: Subject.classes), inputs: [3],
                    shape: FeatureShape(channels: Subject.classes, height: 1, width: 1),
                    parameters: [
                        weight("linear", [Subject.classes, to]),
                        Parameter(name: "linear.bias", shape: [Subject.classes], role: .bias, fanIn: to),
                    ]),
            ])
        }

        var multiplyAdds: Int { graph.nodes[Subject.timed].multiplyAdds(inputShape: input) }

        func run(batch: Int, engine: Engine) -> Run {
            let layout = ParameterLayout(graph.nodes.flatMap(\.parameters))
            let weights = SharedWeights(layout: layout, arenas: 1, seed: 1)
            var plan = Plan()
            plan.add(graph) { WeightSlot(arena: 0, parameter: layout.index($0)) }
            let program = Program(plan: plan, passes: .all, training: true, capacity: batch)
            return Run(engine: engine, program: program, weights: weights)
        }
    }
}
