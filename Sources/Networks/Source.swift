import Architectures
import Tensors

/// A view bound to memory: how to load any block of any image of it.
struct Source {
    struct Term {
        /// The block of image 0, and the floats from one image to the next.
        let base: UnsafePointer<Float>
        let stride: Int
        let scale: UnsafePointer<Float>?
        let shift: UnsafePointer<Float>?
    }

    /// By block.
    let terms: [[Term]]
    let relu: Bool
    let height: Int
    let width: Int

    var blocks: Int { terms.count }
    var pixels: Int { height * width }

    /// The image itself where loading would be nothing but a copy and the blocks lie one after the other.
    func plain(_ image: Int) -> UnsafePointer<Float>? {
        guard !relu else { return nil }
        for (block, terms) in terms.enumerated() {
            guard terms.count == 1, terms[0].scale == nil, terms[0].shift == nil,
                terms[0].base == self.terms[0][0].base + block * pixels * 16
            else { return nil }
        }
        return terms[0][0].base + image * terms[0][0].stride
    }

    /// How a block lies in the patch it is loaded to: pixel (y, x) at (offset + y * stride, offset + x * stride).
    struct Placement {
        var height: Int
        var width: Int
        var offset = 0
        var stride = 1
        var fill: Float = 0

        var floats: Int { height * width * 16 }
    }

    func load(
        block: Int, image: Int, to patch: UnsafeMutablePointer<Float>, _ place: Placement, _ kernels: esp_kernels,
        _ scratch: Scratch
    ) {
        let list = terms[block]
        for (k, term) in list.enumerated() {
            scratch.terms[k] = esp_term(data: term.base + image * term.stride, scale: term.scale, shift: term.shift)
        }
        kernels.load(
            patch, Int32(place.height), Int32(place.width), Int32(place.offset), Int32(place.stride), place.fill,
            Int32(height), Int32(width), scratch.terms, Int32(list.count), relu ? 1 : 0)
    }

    /// Every block, one after the other.
    func load(
        image: Int, to patch: UnsafeMutablePointer<Float>, _ place: Placement, _ kernels: esp_kernels,
        _ scratch: Scratch
    ) {
        for block in 0..<blocks {
            load(block: block, image: image, to: patch + block * place.floats, place, kernels, scratch)
        }
    }
}

extension Run {
    /// What a stage reads.
    func bindSource(_ stage: Stage, _ view: Int) -> Source {
        let shape = stage.inputShapes[view]
        let terms = stage.views[view].segments.flatMap { segment in
            (0..<(segment.channels + 15) / 16).map { block in
                segment.terms.map { term in
                    Source.Term(
                        base: UnsafePointer(value(term.buffer)) + block * shape.pixels * 16,
                        stride: pitch(program.shapeOf[term.buffer]!),
                        scale: term.norm.map { UnsafePointer(norms.rows[$0]!.scale) + block * 16 },
                        shift: term.norm.map { UnsafePointer(norms.rows[$0]!.shift) + block * 16 })
                }
            }
        }
        return Source(terms: terms, relu: stage.views[view].relu, height: shape.height, width: shape.width)
    }

    /// The gradient of the value a stage wrote: through each batch norm alpha * dy + beta * z + gamma, and plain readers.
    func bindGradientSource(_ stage: Stage) -> Source {
        let shape = stage.shape
        let terms = (0..<shape.blocks).map { block -> [Source.Term] in
            let offset = block * shape.pixels * 16
            var list: [Source.Term] = []
            for norm in stage.norms {
                let row = norms.rows[norm]!
                list.append(
                    Source.Term(
                        base: UnsafePointer(gradient(program.gradientOf[.norm(norm)]!)) + offset,
                        stride: shape.floats, scale: UnsafePointer(row.alpha) + block * 16,
                        shift: UnsafePointer(row.gamma) + block * 16))
                list.append(
                    Source.Term(
                        base: UnsafePointer(value(stage.node)) + offset, stride: shape.floats,
                        scale: UnsafePointer(row.beta) + block * 16, shift: nil))
            }
            if let plain = program.gradientOf[.value(stage.node)] {
                list.append(
                    Source.Term(
                        base: UnsafePointer(gradient(plain)) + offset, stride: shape.floats, scale: nil, shift: nil))
            }
            return list
        }
        return Source(terms: terms, relu: false, height: shape.height, width: shape.width)
    }
}

/// Where the gradient of a view goes: by block, the gradient buffers and whether each is added to.
struct Sink {
    struct Target {
        let base: UnsafeMutablePointer<Float>
        let stride: Int
        let accumulate: Bool
        let reductions: [Reduction]
    }

    /// The sums of one batch norm over the gradient that is stored: see `norm_sums`.
    struct Reduction {
        let z: UnsafePointer<Float>
        let stride: Int
        let mean, inverse: UnsafePointer<Float>
        /// Of lane 0 and this block: sums of dy, and `channels` further those of dy * xhat; lanes 2 * channels apart.
        let sums: UnsafeMutablePointer<Double>
        let channels: Int

        func sums(image: Int, lane: Int) -> esp_norm_sums {
            let first = sums + lane * 2 * channels
            return esp_norm_sums(
                z: z + image * stride, mean: mean, inverse: inverse, sum: first, sum_x: first + channels)
        }
    }

    let targets: [[Target]]
    let height: Int
    let width: Int
    /// The batch's gradient is so large that the caches have dropped its beginning before it is read.
    let leavesCaches: Bool

    /// Nothing upstream learns.
    var isEmpty: Bool { targets.allSatisfy(\.isEmpty) }

    /// Stores one block's gradient where `mask` (rows `maskRow` floats apart) is positive, everywhere without one.
    func store(
        block: Int, image: Int, lane: Int, from source: UnsafePointer<Float>, row: Int, mask: UnsafePointer<Float>?,
        maskRow: Int,
        _ kernels: esp_kernels
    ) {
        for target in targets[block] {
            let dst = target.base + image * target.stride
            // The first norm's sums are taken in the store, those of others over the same gradient by a second look.
            var sums = target.reductions.first?.sums(image: image, lane: lane) ?? esp_norm_sums()
            withUnsafePointer(to: &sums) { sums in
                kernels.store(
                    dst, Int32(height), Int32(width), source, Int32(row), mask, Int32(maskRow),
                    target.accumulate ? 1 : 0, leavesCaches ? 1 : 0, target.reductions.isEmpty ? nil : sums)
            }
            for reduction in target.reductions.dropFirst() {
                let sums = reduction.sums(image: image, lane: lane)
                kernels.norm_sums(dst, sums.z, Int32(height * width), sums.mean, sums.inverse, sums.sum, sums.sum_x)
            }
        }
    }
}

extension Run {
    func bindSink(_ stage: Stage, _ view: Int) -> Sink {
        let shape = stage.inputShapes[view]
        let targets = zip(stage.views[view].segments, stage.targets[view]).flatMap { segment, targets in
            (0..<(segment.channels + 15) / 16).map { block in
                targets.map { target in
                    Sink.Target(
                        base: gradient(target.gradient) + block * shape.pixels * 16,
                        stride: program.gradients[target.gradient].shape.floats, accumulate: target.accumulate,
                        reductions: target.reduces.map { reduction($0, block: block, pixels: shape.pixels) })
                }
            }
        }
        return Sink(
            targets: targets, height: shape.height, width: shape.width,
            leavesCaches: program.capacity * shape.floats * 4 > engine.cachedBytes)
    }

    private func reduction(_ norm: Int, block: Int, pixels: Int) -> Sink.Reduction {
        let row = norms.rows[norm]!
        let node = program.normInput[norm]!
        return Sink.Reduction(
            z: UnsafePointer(value(node)) + block * pixels * 16, stride: program.plan.nodes[node].shape.floats,
            mean: UnsafePointer(row.mean) + block * 16, inverse: UnsafePointer(row.inverse) + block * 16,
            sums: row.sums + block * 16, channels: row.padded)
    }
}
