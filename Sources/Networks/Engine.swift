import Architectures
import Foundations
import Tensors

/// Runs programs: forward, loss and backward over one arena, image by image inside fixed lanes.
///
/// A batch of n images is cut into ``lanes`` runs of consecutive images, whatever the number of threads; every sum over
/// images is taken inside a lane in image order and then over lanes by a fixed tree, so the bytes of a result do not
/// depend on threads.
package final class Engine {
    package static let lanes = 16

    package let kernels: Kernels
    package let workers: Workers
    /// Bytes of a batch's gradient that the last cache is taken to keep; a larger one is written past the caches. A run
    /// reads this at its first step.
    package var cachedBytes = 8 << 20
    var arena: Buffer?
    /// Packed weights of the stage that runs.
    var packed: Buffer?
    /// One sum a lane: weight gradients.
    var partials: Buffer?
    var doubles: UnsafeMutablePointer<Double>
    var doublesCount = 0
    var scratch: [Scratch] = []

    package init(kernels: Kernels, workers: Workers) {
        self.kernels = kernels
        self.workers = workers
        doubles = .allocate(capacity: 1)
    }

    deinit { doubles.deallocate() }

    /// The images of a lane when a batch holds `n`.
    static func images(of lane: Int, of n: Int) -> Range<Int> { lane * n / lanes..<(lane + 1) * n / lanes }

    /// A batch norm over a single value has no variance.
    package struct SingleValueNorm: Error {
        package let node: Int
        package let shape: FeatureShape
        package let images: Int
    }

    /// Makes room for a program; what lay in the arena before is lost.
    func prepare(_ program: Program, copies: Int = 1) {
        let count = copies * program.arenaCount
        if (arena?.count ?? 0) < count {
            arena = nil
            arena = Buffer(count: count)
        }
        let needs = ScratchNeeds(program)
        while scratch.count < workers.threads { scratch.append(Scratch()) }
        for worker in scratch { worker.reserve(needs) }
    }

    /// Bytes that ``prepare(_:copies:)`` will take beyond what this engine holds; nil where they cannot be counted.
    package func bytesNeeded(by program: Program, copies: Int = 1) -> Int? {
        let (count, overflow) = copies.multipliedReportingOverflow(by: program.arenaCount)
        guard !overflow, count <= Int.max / 16 else { return nil }
        let (own, tooMany) = workers.threads.multipliedReportingOverflow(by: ScratchNeeds(program).floats)
        guard !tooMany, own <= Int.max / 16 else { return nil }
        let held = scratch.reduce(0) { $0 + $1.floats }
        return 4 * (max(0, count - (arena?.count ?? 0)) + max(0, own - held))
    }

    /// A buffer of at least `count` floats, growing `buffer` where it is smaller.
    func reserve(_ buffer: inout Buffer?, _ count: Int) -> UnsafeMutablePointer<Float> {
        if (buffer?.count ?? 0) < count { buffer = Buffer(count: count) }
        return buffer!.pointer
    }

    func reserveDoubles(_ count: Int) -> UnsafeMutablePointer<Double> {
        if doublesCount < count {
            doubles.deallocate()
            doubles = .allocate(capacity: count)
            doublesCount = count
        }
        doubles.update(repeating: 0, count: count)
        return doubles
    }
}

/// How much memory each worker needs for a program, in floats.
struct ScratchNeeds {
    var patch = 0
    var dense = 0
    var terms = 1
    var work = 0
    var sums = 0

    init(_ program: Program) {
        for stage in program.stages {
            for (view, shape) in zip(stage.views, stage.inputShapes) {
                let reach = stage.window.dilation * (stage.window.kernel - 1)
                let side = max(2 * stage.window.padding, reach)
                // The gradient of a strided convolution is spread over the input's pixels, in the output's blocks.
                let blocks = max(shape.blocks, stage.shape.blocks)
                patch = max(patch, blocks * (shape.height + side) * (shape.width + side) * 16)
                dense = max(dense, shape.floats)
                terms = max(terms, view.segments.map(\.terms.count).max() ?? 1)
            }
            let reach = stage.window.dilation * (stage.window.kernel - 1)
            patch = max(patch, stage.shape.blocks * (stage.shape.height + reach) * (stage.shape.width + reach) * 16)
            dense = max(dense, stage.shape.floats)
            if let shapes = Winograd(stage) {
                let images = shapes.images
                patch = max(patch, images * shapes.input.blocks * shapes.place.floats)
                patch = max(patch, images * shapes.output.blocks * shapes.gradientPlace.floats)
                dense = max(dense, images * shapes.input.floats)
                work = max(work, shapes.work)
                sums = max(sums, shapes.weights)
            }
            if case .collapsed(let collapse) = stage.kind {
                dense = max(dense, (collapse.neighbourhood / 16 + 1) * collapse.inputShape.pixels * 16)
            }
        }
        // A norm's backward reads two terms a leaf, and a plain gradient beside them.
        terms = max(terms, 8)
        if !program.isTraining { sums = 0 }
    }

    /// Two patches, a dense image and another, and what Winograd takes.
    var floats: Int { 2 * patch + dense + max(dense, patch) + work + sums }
}

/// Memory of one worker: what it holds never outlives the image it works on.
final class Scratch {
    private(set) var patch: Buffer?
    private(set) var second: Buffer?
    private(set) var dense: Buffer?
    private(set) var other: Buffer?
    /// Of a Winograd convolution: transformed tiles, and the weight gradient of a lane.
    private(set) var work: Buffer?
    private(set) var sums: Buffer?
    private(set) var terms: UnsafeMutablePointer<esp_term> = .allocate(capacity: 1)
    private var termCount = 1

    func reserve(_ needs: ScratchNeeds) {
        grow(&patch, needs.patch)
        grow(&second, needs.patch)
        grow(&dense, needs.dense)
        grow(&other, max(needs.dense, needs.patch))
        if termCount < needs.terms {
            terms.deallocate()
            terms = .allocate(capacity: needs.terms)
            termCount = needs.terms
        }
        grow(&work, needs.work)
        grow(&sums, needs.sums)
    }

    /// All that is held, in floats.
    var floats: Int { [patch, second, dense, other, work, sums].reduce(0) { $0 + ($1?.count ?? 0) } }

    private func grow(_ buffer: inout Buffer?, _ count: Int) {
        if (buffer?.count ?? 0) < count { buffer = Buffer(count: max(16, count)) }
    }

    deinit { terms.deallocate() }
}
