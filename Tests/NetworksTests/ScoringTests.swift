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

    private static let shape = FeatureShape(channels: 3, height: 6, width: 5)

    /// A separable convolution, a global average and logits; where `pooled`, a max pool before the average. Multiply-adds
    /// of a pixel of the convolution, and of the head: 4 weights and a bias for each of 4 channels.
    private static let (pixel, head) = (3 * 9 + 3 * 4, 4 * 5)
    private func separable(pooled: Bool) -> LayerGraph {
        let wide = FeatureShape(channels: 4, height: 6, width: 5)
        let point = FeatureShape(channels: 4, height: 1, width: 1)
        func parameter(_ name: String, _ sizes: [Int]) -> Parameter {
            Parameter(name: name, shape: sizes, role: .weight, fanIn: 1)
        }
        var nodes = [
            LayerNode(layer: .input, inputs: [], shape: Self.shape),
            LayerNode(
                layer: .depthwise(Window(kernel: 3, padding: 1)), inputs: [0], shape: Self.shape,
                parameters: [parameter("depthwise", [3, 1, 3, 3])]),
            LayerNode(
                layer: .convolution(Window(kernel: 1), output: 4), inputs: [1], shape: wide,
                parameters: [parameter("point", [4, 3, 1, 1])]),
        ]
        if pooled { nodes.append(LayerNode(layer: .maxPool(Window(kernel: 3, padding: 1)), inputs: [2], shape: wide)) }
        nodes.append(LayerNode(layer: .globalAveragePool, inputs: [nodes.count - 1], shape: point))
        nodes.append(
            LayerNode(
                layer: .linear(output: 4), inputs: [nodes.count - 1], shape: point,
                parameters: [parameter("weight", [4, 4]), parameter("bias", [4])]))
        return LayerGraph(nodes: nodes)
    }

    private func multiplyAdds(_ plan: Plan, _ passes: Passes) -> Int {
        Program(plan: plan, passes: passes, training: false, statistics: .given, capacity: 1).executedMultiplyAdds
    }

    @Test func averagingEarlySavesAllPixelsButOne() {
        let toy = Toy(separable(pooled: false), images: 3, seed: 1)
        #expect(multiplyAdds(toy.plan, .all) == Self.pixel + Self.head)
        #expect(multiplyAdds(toy.plan, .all.subtracting(.averageEarly)) == 30 * Self.pixel + Self.head)
        let losses = [Passes.all, []].map { score(toy, $0, given: [:], batches: [0..<3]) }
        for (a, b) in zip(losses[0], losses[1]) { #expect(abs(a - b) <= 1e-5 * abs(b)) }
    }

    /// A child that is averaged early stays so, to the bit, beside one that needs every pixel.
    @Test func averagingEarlyDoesNotDependOnOtherChildren() {
        let toy = Toy(separable(pooled: false), images: 3, seed: 1)
        var both = toy.plan
        both.add(separable(pooled: true)) { toy.weights.slot($0) }
        #expect(multiplyAdds(both, .all) == 31 * Self.pixel + 2 * Self.head)
        let engine = Engine(kernels: .best(), workers: Workers(threads: 1))
        let program = Program(plan: both, passes: .all, training: false, statistics: .given, capacity: 1)
        let together = Scoring(engine: engine, program: program, weights: toy.weights, given: [:])
            .score(count: 3) { position, image in
                toy.fill(image, position: position)
                return Int32(toy.labels[position])
            }
        #expect(together[0].losses == score(toy, .all, given: [:], batches: [0..<3]))
        #expect(together[1].losses != together[0].losses)
    }

    /// A convolution read through a batch norm by one child and plainly by another: folded for the first, to the same bits
    /// as alone.
    @Test func foldingDoesNotDependOnOtherChildren() {
        let wide = FeatureShape(channels: 4, height: 6, width: 5)
        func graph(normed: Bool) -> LayerGraph {
            var nodes = separable(pooled: true).nodes
            guard normed else { return LayerGraph(nodes: nodes) }
            let statistics: [(String, [Int], ParameterRole)] = [
                ("mean", [4], .runningMean), ("variance", [4], .runningVariance), ("count", [], .batchesTracked),
            ]
            nodes.insert(
                LayerNode(
                    layer: .batchNorm(affine: false), inputs: [2], shape: wide,
                    parameters: statistics.map { Parameter(name: $0, shape: $1, role: $2) }), at: 3)
            for k in 4..<nodes.count {
                nodes[k] = LayerNode(
                    layer: nodes[k].layer, inputs: [k - 1], shape: nodes[k].shape, parameters: nodes[k].parameters)
            }
            return LayerGraph(nodes: nodes)
        }
        let toy = Toy(graph(normed: true), images: 3, seed: 2)
        var both = toy.plan
        both.add(graph(normed: false)) { toy.weights.slot($0) }
        let given = [3: Moments(count: 1, mean: [0.1, 0.2, -0.3, 0], variance: [0.3, 0.2, 0.1, 1])]
        let engine = Engine(kernels: .best(), workers: Workers(threads: 1))
        let program = Program(plan: both, passes: .all, training: false, statistics: .given, capacity: 1)
        #expect(program.executedMultiplyAdds == 2 * 30 * Self.pixel + 2 * Self.head)
        let together = Scoring(engine: engine, program: program, weights: toy.weights, given: given)
            .score(count: 3) { position, image in
                toy.fill(image, position: position)
                return Int32(toy.labels[position])
            }
        #expect(together[0].losses == score(toy, .all, given: given, batches: [0..<3]))
        let plain = score(toy, [], given: given, batches: [0..<3])
        for (a, b) in zip(together[0].losses, plain) { #expect(abs(a - b) <= 1e-5 * abs(b)) }
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
