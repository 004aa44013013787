import Architectures
import Foundations
import Networks
import Tensors

/// A graph with weights and images by formula, and what the engine makes of it.
struct Toy {
    let graph: LayerGraph
    let images: Volume
    let labels: [Int]
    let weights: ToyWeights

    init(_ graph: LayerGraph, images count: Int, seed: UInt64) {
        self.graph = graph
        var stream = RandomStream(seed: seed, purpose: .test, round: 1)
        var images = Volume(count, graph.nodes[0].shape)
        for k in images.values.indices { images.values[k] = Double(stream.unit() * 2 - 1) }
        self.images = images
        let classes = graph.nodes[graph.output].shape.channels
        labels = (0..<count).map { _ in stream.below(classes) }
        weights = ToyWeights([graph]) { parameter, _, _ in
            switch parameter.role {
            case .gain: 0.5 + stream.unit()
            case .runningVariance: 1
            default: (stream.unit() * 2 - 1) / Float(max(1, parameter.fanIn)).squareRoot()
            }
        }
    }

    var plan: Plan {
        var plan = Plan()
        plan.add(graph) { weights.slot($0) }
        return plan
    }

    /// Writes the images in blocks of 16 channels.
    func fill(_ run: Run) {
        let floats = (images.c + 15) / 16 * images.h * images.w * 16
        for n in 0..<images.n { fill(run.input + n * floats, position: n) }
    }

    /// Writes image `position` in blocks of 16 channels.
    func fill(_ image: UnsafeMutablePointer<Float>, position n: Int) {
        let pixels = images.h * images.w
        image.update(repeating: 0, count: (images.c + 15) / 16 * pixels * 16)
        for c in 0..<images.c {
            for p in 0..<pixels {
                image[(c / 16 * pixels + p) * 16 + c % 16] = Float(images.values[(n * images.c + c) * pixels + p])
            }
        }
    }

    /// Loss, logits and gradients by parameter name of one training pass.
    func train(_ engine: Engine, _ passes: Passes) throws -> (loss: Double, gradients: [String: [Float]]) {
        weights.clearGradients()
        let program = Program(plan: plan, passes: passes, training: true, capacity: images.n)
        let run = Run(engine: engine, program: program, weights: weights)
        fill(run)
        try run.forward(count: images.n)
        let loss = run.loss(labels: labels.map { Int32($0) })
        run.backward()
        let learnt = weights.parameters.filter(\.role.isLearnt)
        return (
            loss.mean, Dictionary(uniqueKeysWithValues: learnt.map { ($0.name, weights.gradientValues($0)) })
        )
    }
}

extension Passes {
    /// All, none, and an eighth of the subsets of the passes that change training: eight seeds in a row see every subset.
    static func subsets(seed: UInt64) -> [Passes] {
        let training = (0..<1 << Passes.table.count).map { Passes(rawValue: $0) }.filter {
            $0.isDisjoint(with: .scoring)
        }
        let turn = stride(from: Int(seed % 8), to: training.count, by: 8).map { training[$0] }
        return Set([.all, []] + turn).sorted { $0.rawValue < $1.rawValue }
    }
}

/// By parameter max |a - b| / max |b|, the latter at least 1e-4 of the largest of all; the worst, and whose it is.
func worstDifference(_ a: [String: [Float]], _ b: [String: [Double]]) -> (value: Double, name: String) {
    let largest = b.values.joined().reduce(0) { max($0, abs($1)) }
    var worst = (value: 0.0, name: "")
    for (name, exact) in b.sorted(by: { $0.key < $1.key }) {
        let scale = max(exact.reduce(0) { max($0, abs($1)) }, 1e-4 * largest)
        for (x, y) in zip(a[name]!, exact) {
            let difference = abs(Double(x) - y) / scale
            if !(difference <= worst.value) { worst = (difference, name) }
        }
    }
    return worst
}
