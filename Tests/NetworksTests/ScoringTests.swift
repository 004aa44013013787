import Architectures
import Networks
import Tensors
import Testing

/// Scoring with given statistics, image by image.
@Suite struct ScoringTests {
    private static let subsets: [Passes] =
        [.all, [], .scoring]
        + Passes.table.flatMap { [Passes.all.subtracting($0.pass), $0.pass] as [Passes] }

    /// The statistics of the toy's own images by plan node, and the loss of every image, in double precision.
    private func reference(_ toy: Toy) -> (given: [Int: Moments], loss: Double) {
        var reference = Reference(toy.graph, weights: toy.weights.doubles, images: toy.images)
        let loss = reference.loss(labels: toy.labels)
        // A plan's nodes are the graph's, less what does not reach the logits: found again by their layers' parameters.
        var given: [Int: Moments] = [:]
        for (index, node) in toy.plan.nodes.enumerated() {
            guard case .batchNorm = node.layer else { continue }
            let name = toy.graph.nodes.firstIndex {
                $0.layer == node.layer && $0.parameters.map { toy.weights.slot($0) } == node.slots
            }!
            let input = reference.values[toy.graph.nodes[name].inputs[0]]
            let count = Double(input.n * input.h * input.w)
            var mean = [Double](repeating: 0, count: input.c)
            var variance = mean
            input.forEach { _, channel, _, _, k in mean[channel] += input.values[k] / count }
            input.forEach { _, channel, _, _, k in
                let distance = input.values[k] - mean[channel]
                variance[channel] += distance * distance / count
            }
            given[index] = Moments(count: Int(count), mean: mean, variance: variance)
        }
        return (given, loss)
    }

    private func score(
        _ toy: Toy, _ passes: Passes, given: [Int: Moments], threads: Int = 1, shuffle: UInt64? = nil,
        batches: [Range<Int>]
    ) -> [Float] {
        let engine = Engine(kernels: .best(), workers: Workers(threads: threads, shuffle: shuffle))
        let program = Program(plan: toy.plan, passes: passes, training: false, statistics: .given, capacity: 1)
        let scoring = Scoring(engine: engine, program: program, weights: toy.weights, given: given)
        return batches.flatMap { batch in
            scoring.score(count: batch.count) { position, image in
                toy.fill(image, position: batch.lowerBound + position)
                return Int32(toy.labels[batch.lowerBound + position])
            }[0].losses
        }
    }

    /// With the statistics of the batch itself, scoring gives the losses of batch mode.
    @Test(arguments: 0..<60)
    func everyRewriteGivesTheReferencesLoss(seed: UInt64) {
        let toy = Toy(RandomGraph(seed: seed, steps: 14, classes: 5).graph, images: 5, seed: seed)
        let (given, exact) = reference(toy)
        for passes in Self.subsets {
            let losses = score(toy, passes, given: given, batches: [0..<5])
            let loss = losses.reduce(0) { $0 + Double($1) } / 5
            #expect(abs(loss - exact) <= 1e-5 * exact, "passes \(passes.names): loss \(loss), expected \(exact)")
        }
    }

    /// A program that only measures sees what the whole one sees.
    @Test(arguments: 0..<20)
    func measuringGivesTheSameMoments(seed: UInt64) throws {
        let toy = Toy(RandomGraph(seed: seed, steps: 14, classes: 5).graph, images: 6, seed: seed)
        let engine = Engine(kernels: .best(), workers: Workers(threads: 2))
        for passes in [Passes.all, []] {
            let found = try [false, true].map { measuring in
                let program = Program(
                    plan: toy.plan, passes: passes, training: false, measuring: measuring, capacity: 6)
                let run = Run(engine: engine, program: program, weights: toy.weights)
                toy.fill(run)
                try run.forward(count: 6)
                return (run.moments, program.executedMultiplyAdds)
            }
            #expect(found[0].0 == found[1].0)
            #expect(found[1].1 < found[0].1, "the head is not run")
        }
    }

    /// relu, separable convolution, batch norm, global average: one pixel of the convolution is computed.
    @Test func averagingEarlySavesAllPixelsButOne() {
        let shape = FeatureShape(channels: 3, height: 6, width: 5)
        let point = FeatureShape(channels: 4, height: 1, width: 1)
        func parameter(_ name: String, _ sizes: [Int]) -> Parameter {
            Parameter(name: name, shape: sizes, role: .weight, fanIn: 1)
        }
        let graph = LayerGraph(nodes: [
            LayerNode(layer: .input, inputs: [], shape: shape),
            LayerNode(
                layer: .depthwise(Window(kernel: 3, padding: 1)), inputs: [0], shape: shape,
                parameters: [parameter("depthwise", [3, 1, 3, 3])]),
            LayerNode(
                layer: .convolution(Window(kernel: 1), output: 4), inputs: [1],
                shape: FeatureShape(channels: 4, height: 6, width: 5), parameters: [parameter("point", [4, 3, 1, 1])]),
            LayerNode(layer: .globalAveragePool, inputs: [2], shape: point),
            LayerNode(
                layer: .linear(output: 4), inputs: [3], shape: point,
                parameters: [parameter("weight", [4, 4]), parameter("bias", [4])]),
        ])
        let toy = Toy(graph, images: 3, seed: 1)
        let pixel = 3 * 9 + 3 * 4
        for (passes, expected) in [(Passes.all, pixel + 20), (.all.subtracting(.averageEarly), 30 * pixel + 20)] {
            let program = Program(plan: toy.plan, passes: passes, training: false, statistics: .given, capacity: 1)
            #expect(program.executedMultiplyAdds == expected)
        }
        let losses = [Passes.all, []].map { score(toy, $0, given: [:], batches: [0..<3]) }
        for (a, b) in zip(losses[0], losses[1]) { #expect(abs(a - b) <= 1e-5 * abs(b)) }
    }

    /// An image's loss depends on nothing but the image.
    @Test(arguments: 0..<12)
    func threadsAndBatchesChangeNothing(seed: UInt64) {
        let toy = Toy(RandomGraph(seed: seed, steps: 14, classes: 5).graph, images: 9, seed: seed)
        let given = reference(toy).given
        for passes in [Passes.all, []] {
            let expected = score(toy, passes, given: given, batches: [0..<9])
            #expect(score(toy, passes, given: given, batches: (0..<9).map { $0..<$0 + 1 }) == expected)
            for (threads, shuffle) in [(2, nil), (3, 5), (4, 8)] as [(Int, UInt64?)] {
                let found = score(
                    toy, passes, given: given, threads: threads, shuffle: shuffle, batches: [0..<4, 4..<9])
                #expect(found == expected, "\(threads) threads")
            }
        }
    }
}
