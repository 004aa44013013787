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
