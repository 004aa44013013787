import Architectures
import Networks
import Tensors
import Testing

@Suite struct RunTests {
    private static func norm(_ shape: FeatureShape) -> [LayerNode] {
        [
            LayerNode(layer: .input, inputs: [], shape: shape),
            LayerNode(
                layer: .batchNorm(affine: false), inputs: [0], shape: shape,
                parameters: [
                    Parameter(name: "mean", shape: [shape.channels], role: .runningMean),
                    Parameter(name: "variance", shape: [shape.channels], role: .runningVariance),
                    Parameter(name: "count", shape: [], role: .batchesTracked),
                ]),
            LayerNode(
                layer: .globalAveragePool, inputs: [1],
                shape: FeatureShape(channels: shape.channels, height: 1, width: 1)),
            LayerNode(
                layer: .linear(output: 2), inputs: [2], shape: FeatureShape(channels: 2, height: 1, width: 1),
                parameters: [
                    Parameter(name: "weight", shape: [2, shape.channels], role: .weight, fanIn: shape.channels),
                    Parameter(name: "bias", shape: [2], role: .bias, fanIn: shape.channels),
                ]),
        ]
    }

    private let engine = Engine(kernels: .best(), workers: Workers(threads: 2))

    @Test(arguments: [Passes.all, []])
    func aBatchNormOverOneValueIsAnError(passes: Passes) throws {
        let graph = LayerGraph(nodes: Self.norm(FeatureShape(channels: 3, height: 1, width: 1)))
        #expect(throws: Engine.SingleValueNorm.self) {
            _ = try Toy(graph, images: 1, seed: 1).train(engine, passes)
        }
        // Two images are two values; so are two pixels.
        _ = try Toy(graph, images: 2, seed: 1).train(engine, passes)
        let pair = LayerGraph(nodes: Self.norm(FeatureShape(channels: 3, height: 1, width: 2)))
        _ = try Toy(pair, images: 1, seed: 1).train(engine, passes)
    }

    /// Given statistics need no second value.
    @Test func givenStatisticsServeOneImage() throws {
        let toy = Toy(LayerGraph(nodes: Self.norm(FeatureShape(channels: 3, height: 1, width: 1))), images: 1, seed: 1)
        let program = Program(plan: toy.plan, passes: .all, training: false, capacity: 1)
        let run = Run(engine: engine, program: program, weights: toy.weights)
        toy.fill(run)
        let given = Moments(count: 9, mean: [0.1, 0.2, 0.3], variance: [1, 4, 9])
        try run.forward(count: 1, mode: .given, given: [1: given])
        let weights = toy.weights.doubles
        for o in 0..<2 {
            let expected = (0..<3).reduce(weights["bias"]![o]) { sum, c in
                let distance = Double(Float(toy.images.values[c])) - given.mean[c]
                let hat = distance / (given.variance[c] + 1e-5).squareRoot()
                return sum + weights["weight"]![o * 3 + c] * hat
            }
            #expect(abs(Double(run.logits()[o]) - expected) < 1e-6)
        }
    }

    /// The moments of a run are those of the value before its batch norm.
    @Test func momentsAreExact() throws {
        let shape = FeatureShape(channels: 5, height: 3, width: 4)
        let toy = Toy(LayerGraph(nodes: Self.norm(shape)), images: 21, seed: 3)
        let program = Program(plan: toy.plan, passes: .all, training: false, capacity: 30)
        let run = Run(engine: engine, program: program, weights: toy.weights)
        toy.fill(run)
        try run.forward(count: 21)
        let seen = run.moments[1]!
        #expect(seen.count == 21 * 12)
        for c in 0..<5 {
            var values: [Double] = []
            toy.images.forEach { _, channel, _, _, k in
                if channel == c { values.append(Double(Float(toy.images.values[k]))) }
            }
            let mean = values.reduce(0, +) / Double(values.count)
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            #expect(abs(seen.mean[c] - mean) < 1e-7)
            #expect(abs(seen.variance[c] - squares / Double(values.count)) < 1e-7)
            #expect(abs(seen.unbiasedVariance(c) - squares / Double(values.count - 1)) < 1e-7)
        }
    }

    /// A short batch in a program with more room, beside larger programs on the same engine, for every kind of memory
    /// plan: the same bits.
    @Test(arguments: 0..<20)
    func roomAndCompanyChangeNothing(seed: UInt64) throws {
        let toy = Toy(RandomGraph(seed: seed, steps: 12, classes: 4).graph, images: 6, seed: seed)
        func logits(_ run: Run) throws -> [Float] {
            toy.fill(run)
            try run.forward(count: 6)
            return (0..<6 * 16).map { run.logits()[$0] }
        }
        for passes in [Passes.all, []] {
            let tight = Program(plan: toy.plan, passes: passes, training: true, capacity: 6)
            let run = Run(engine: engine, program: tight, weights: toy.weights)
            let expected = try logits(run)
            for training in [true, false] {
                let wide = Program(plan: toy.plan, passes: passes, training: training, capacity: 50)
                #expect(try logits(Run(engine: engine, program: wide, weights: toy.weights)) == expected)
            }
            #expect(try logits(run) == expected)
        }
    }
}
