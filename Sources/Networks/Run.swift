import Architectures
import Foundations
import Tensors

/// One program bound to an engine and to weights: the forward pass of a batch, its loss and its backward pass.
///
/// Input and values are nChw16c, one image after the other. The arena belongs to the engine: values of one run are lost
/// when another program is prepared on it.
package final class Run {
    /// What a stage does for one image: `image` is its place in the arena.
    typealias ImageWork = (_ image: Int, _ lane: Int, _ scratch: Scratch) -> Void

    let engine: Engine
    package let program: Program
    let weights: any Weights
    let norms: NormTable
    let bindings = Bindings()
    let kernels: esp_kernels
    /// Images of the batch that is in the arena.
    package private(set) var count = 0
    var mode = NormMode.batch
    /// What was handed over for mode `given`.
    var given: [Int: Moments] = [:]
    /// Floats between two images' arenas where each image has one to itself; nil where a whole batch goes in step.
    let placeStride: Int?
    /// The packed weights of every stage, where all stages are bound at once.
    var kept: [Buffer]?
    /// What a collapsed stage's forward pass leaves for its backward pass, by node.
    var collapsedState: [Int: CollapsedState] = [:]
    /// Where the time of each stage is noted, if anybody asks.
    package var trace: Trace?

    /// - Parameter places: images the arena holds at once where every image has the program's arena to itself, so that
    ///   two images need not be at the same stage; such a program has room for one. nil: a whole batch in step.
    package init(engine: Engine, program: Program, weights: any Weights, places: Int? = nil) {
        require(places == nil || program.capacity == 1, "places of \(program.capacity) images")
        placeStride = places.map { _ in program.arenaCount }
        self.engine = engine
        self.program = program
        self.weights = weights
        kernels = engine.kernels.table.pointee
        norms = NormTable(program)
        engine.prepare(program, copies: places ?? 1)
    }

    /// Where the images go: [n][blocks][h][w][16]. Valid until the next `Run` is made on this engine.
    package var input: UnsafeMutablePointer<Float> { value(0) }

    /// What each batch norm (plan node) saw in the last forward pass in batch mode.
    package var moments: [Int: Moments] { norms.moments }

    /// The logits of output `k`: rows of `floats` values, one an image.
    package func logits(_ k: Int = 0) -> UnsafePointer<Float> { UnsafePointer(value(program.plan.outputs[k])) }

    func value(_ node: Int) -> UnsafeMutablePointer<Float> { engine.arena!.pointer + program.valueOffset[node]! }

    /// Floats from a value of one image to that of the next.
    func pitch(_ shape: FeatureShape) -> Int { placeStride ?? shape.floats }

    func gradient(_ buffer: Int) -> UnsafeMutablePointer<Float> {
        engine.arena!.pointer + program.gradientOffset[buffer]
    }

    /// Runs every stage on the `count` images in ``input``.
    ///
    /// - Parameter given: mean and variance of every batch norm by plan node, for mode `given`.
    /// - Throws: ``Engine/SingleValueNorm`` where a batch norm in batch mode would see one value a channel.
    package func forward(count: Int, mode: NormMode = .batch, given: [Int: Moments] = [:]) throws {
        require(count > 0 && count <= program.capacity, "batch of \(count) images, room for \(program.capacity)")
        require(mode == .given || program.statistics == .batch, "compiled for given statistics")
        self.count = count
        self.mode = mode
        self.given = given
        if mode == .given {
            applyGiven()
        } else if let single = program.stages.first(where: { !$0.norms.isEmpty && count * $0.shape.pixels == 1 }) {
            throw Engine.SingleValueNorm(node: single.node, shape: single.shape, images: count)
        }
        for (index, stage) in program.stages.enumerated() {
            if let trace { trace.forward(index) { forward(stage) } } else { forward(stage) }
        }
    }

    /// Sets the coefficients of every batch norm from ``given``.
    func applyGiven() {
        for norm in program.stages.flatMap(\.norms) {
            guard let moments = given[norm] else { require(false, "no statistics for batch norm \(norm)"); return }
            let (gain, bias) = affine(norm)
            norms.setForward(norm, mean: moments.mean, variance: moments.variance, gain: gain, bias: bias)
        }
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
        for index in program.stages.indices.reversed() {
            let stage = program.stages[index]
            if let trace { trace.backward(index) { backward(stage) } } else { backward(stage) }
        }
    }

    private func forward(_ stage: Stage) {
        switch stage.kind {
        case .linear: linearForward(stage)
        case .winograd: winogradForward(stage, Winograd(stage)!)
        default: forEachImage(bind(stage))
        }
        if !stage.norms.isEmpty && mode == .batch { setNorms(stage) }
    }

    /// Packs a stage's weights and finds its memory once; what is left to do for each image.
    func bind(_ stage: Stage) -> ImageWork {
        switch stage.kind {
        case .input: givenForward(stage)
        case .zero: zeroForward(stage)
        case .copy: copyForward(stage)
        case .convolution: convolutionForward(stage)
        case .winograd: winogradImageForward(stage, Winograd(stage)!)
        case .depthwise: depthwiseForward(stage)
        case .separable: separableForward(stage)
        case .collapsed(let collapse): collapsedForward(stage, collapse)
        case .maxPool, .averagePool: poolForward(stage)
        case .concatenation: concatenationForward(stage)
        case .globalAveragePool: globalAverageForward(stage)
        case .averaged: averagedForward(stage)
        case .averageOfMeans(let means): averageOfMeansForward(stage, means)
        case .linear: linearImageForward(stage)
        }
    }

    /// A value that is not computed here still has moments where a batch norm reads it.
    private func givenForward(_ stage: Stage) -> ImageWork {
        let lanes = laneMoments(stage)
        return { [self] image, lane, _ in addMoments(lanes, stage, image: image, lane: lane) }
    }

    private func zeroForward(_ stage: Stage) -> ImageWork {
        let out = value(stage.node)
        let lanes = laneMoments(stage)
        return { [self] image, lane, _ in
            (out + image * pitch(stage.shape)).update(repeating: 0, count: stage.shape.floats)
            addMoments(lanes, stage, image: image, lane: lane)
        }
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
        case .averaged, .averageOfMeans: require(false, "a rewrite for scoring in a training program")
        case .linear: linearBackward(stage)
        }
    }

    /// Room for the packed weights of a stage: until the next stage asks, or as long as `kept` lives.
    func reservePacked(_ count: Int) -> UnsafeMutablePointer<Float> {
        guard kept != nil else { return engine.reserve(&engine.packed, count) }
        let buffer = Buffer(count: count)
        kept!.append(buffer)
        return buffer.pointer
    }

    /// Calls `body` for every image; images of one lane in order, lanes on any worker.
    func forEachImage(_ body: ImageWork) {
        engine.workers.forEach(Engine.lanes) { lane, worker in
            for image in Engine.images(of: lane, of: count) { body(image, lane, engine.scratch[worker]) }
        }
    }
}
