import Architectures
import Foundations
import Tensors

/// One program bound to an engine and to weights: the forward pass of a batch, its loss and its backward pass.
///
/// Input and values are nChw16c, one image after the other. The arena belongs to the engine: values of one run are lost
/// when another program is prepared on it.
package final class Run {
    let engine: Engine
    package let program: Program
    let weights: any Weights
    let norms: NormTable
    let kernels: esp_kernels
    /// Images of the batch that is in the arena.
    package private(set) var count = 0
    var mode = NormMode.batch
    /// What was handed over for mode `given`.
    var given: [Int: Moments] = [:]
    /// What a collapsed stage's forward pass leaves for its backward pass, by node.
    var collapsedState: [Int: CollapsedState] = [:]
    /// Where the time of each stage is noted, if anybody asks.
    package var trace: Trace?

    package init(engine: Engine, program: Program, weights: any Weights) {
        self.engine = engine
        self.program = program
        self.weights = weights
        kernels = engine.kernels.table.pointee
        norms = NormTable(program)
        engine.prepare(program)
    }

    /// Where the images go: [n][blocks][h][w][16]. Valid until the next `Run` is made on this engine.
    package var input: UnsafeMutablePointer<Float> { value(0) }

    /// What each batch norm (plan node) saw in the last forward pass in batch mode.
    package var moments: [Int: Moments] { norms.moments }

    /// The logits of output `k`: rows of `floats` values, one an image.
    package func logits(_ k: Int = 0) -> UnsafePointer<Float> { UnsafePointer(value(program.plan.outputs[k])) }

    func value(_ node: Int) -> UnsafeMutablePointer<Float> { engine.arena!.pointer + program.valueOffset[node]! }

    func gradient(_ buffer: Int) -> UnsafeMutablePointer<Float> {
        engine.arena!.pointer + program.gradientOffset[buffer]
    }

    /// Runs every stage on the `count` images in ``input``.
    ///
    /// - Parameter given: mean and variance of every batch norm by plan node, for mode `given`.
    /// - Throws: ``Engine/SingleValueNorm`` where a batch norm in batch mode would see one value a channel.
    package func forward(count: Int, mode: NormMode = .batch, given: [Int: Moments] = [:]) throws {
        require(count > 0 && count <= program.capacity, "batch of \(count) images, room for \(program.capacity)")
        self.count = count
        self.mode = mode
        self.given = given
        if mode == .given {
            for stage in program.stages {
                for norm in stage.norms { applyGiven(norm, given) }
            }
        } else if let single = program.stages.first(where: { !$0.norms.isEmpty && count * $0.shape.pixels == 1 }) {
            throw Engine.SingleValueNorm(node: single.node, shape: single.shape, images: count)
        }
        for (index, stage) in program.stages.enumerated() {
            if let trace { trace.forward(index) { forward(stage) } } else { forward(stage) }
        }
    }

    private func applyGiven(_ norm: Int, _ given: [Int: Moments]) {
        guard let moments = given[norm] else { require(false, "no statistics for batch norm \(norm)"); return }
        let (gain, bias) = affine(norm)
        norms.setForward(norm, mean: moments.mean, variance: moments.variance, gain: gain, bias: bias)
    }

    /// Gain and bias of a batch norm; nil where it is not affine.
    func affine(_ norm: Int) -> (gain: UnsafePointer<Float>?, bias: UnsafePointer<Float>?) {
        let node = program.plan.nodes[norm]
        guard case .batchNorm(affine: true) = node.layer else { return (nil, nil) }
        return (UnsafePointer(weights.values(node.slots[0])), UnsafePointer(weights.values(node.slots[1])))
    }

    /// Back from the gradient of the logits to the gradients of all learnt parameters, which are added to `weights`.
    ///
    /// Call after ``forward(count:mode:given:)`` in batch mode and ``loss(labels:)``.
    package func backward() {
        require(program.isTraining && mode == .batch, "backward needs a training program run in batch mode")
        norms.clearSums()
        for (index, stage) in program.stages.enumerated().reversed() {
            if let trace { trace.backward(index) { backward(stage) } } else { backward(stage) }
        }
    }

    private func forward(_ stage: Stage) {
        switch stage.kind {
        case .input: givenForward(stage)
        case .zero:
            value(stage.node).update(repeating: 0, count: count * stage.shape.floats)
            givenForward(stage)
        case .copy: copyForward(stage)
        case .convolution: convolutionForward(stage)
        case .winograd: winogradForward(stage, Winograd(stage)!)
        case .depthwise: depthwiseForward(stage)
        case .separable: separableForward(stage)
        case .collapsed(let collapse): collapsedForward(stage, collapse)
        case .maxPool, .averagePool: poolForward(stage)
        case .concatenation: concatenationForward(stage)
        case .globalAveragePool: globalAverageForward(stage)
        case .linear: linearForward(stage)
        }
        if !stage.norms.isEmpty && mode == .batch { setNorms(stage) }
    }

    /// A value that is not computed here still has moments where a batch norm reads it.
    private func givenForward(_ stage: Stage) {
        guard let lanes = laneMoments(stage) else { return }
        forEachImage { image, lane, _ in addMoments(lanes, stage, image: image, lane: lane) }
    }

    private func backward(_ stage: Stage) {
        if !stage.norms.isEmpty { reduceNormGradients(stage) }
        switch stage.kind {
        case .input, .zero: break
        case .copy: copyBackward(stage)
        case .convolution: convolutionBackward(stage)
        case .winograd: winogradBackward(stage, Winograd(stage)!)
        case .depthwise: depthwiseBackward(stage)
        case .separable: separableBackward(stage)
        case .collapsed(let collapse): collapsedBackward(stage, collapse)
        case .maxPool, .averagePool: poolBackward(stage)
        case .concatenation: concatenationBackward(stage)
        case .globalAveragePool: globalAverageBackward(stage)
        case .linear: linearBackward(stage)
        }
    }

    /// Calls `body` for every image; images of one lane in order, lanes on any worker.
    func forEachImage(_ body: (_ image: Int, _ lane: Int, _ scratch: Scratch) -> Void) {
        engine.workers.forEach(Engine.lanes) { lane, worker in
            for image in Engine.images(of: lane, of: count) { body(image, lane, engine.scratch[worker]) }
        }
    }
}
