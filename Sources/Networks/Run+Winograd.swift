import Architectures
import Tensors

/// Dense 3x3 convolution of stride 1, [n, h, w, c] -> [n, h', w', c'], by Winograd's algorithm; see ``Winograd``.
extension Run {
    /// What is left to do for a run of neighbouring images of a lane; at most `shapes.images`.
    typealias GroupWork = (_ images: Range<Int>, _ lane: Int, _ scratch: Scratch) -> Void

    func winogradForward(_ stage: Stage, _ shapes: Winograd) {
        forEachGroup(of: shapes.images, winogradWork(stage, shapes))
    }

    /// The same image by image.
    func winogradImageForward(_ stage: Stage, _ shapes: Winograd) -> ImageWork {
        let work = winogradWork(stage, shapes)
        return { image, lane, scratch in work(image..<image + 1, lane, scratch) }
    }

    private func winogradWork(_ stage: Stage, _ shapes: Winograd) -> GroupWork {
        let u = reservePacked(shapes.weights)
        transformWeights(stage, shapes, gradient: false, to: u)
        let source = self.source(stage)
        let place = shapes.place
        let lanes = laneMoments(stage)
        let out = value(stage.node)
        return { [self] images, lane, scratch in
            let patch = scratch.patch!.pointer
            load(source, images, to: patch, place, scratch)
            var shape = shapes.forward(images.count)
            kernels.winograd(
                out + images.lowerBound * pitch(shapes.output), patch, &shape, u, scratch.work!.pointer)
            for image in images { addMoments(lanes, stage, image: image, lane: lane) }
        }
    }

    /// The weight gradient of a lane is summed over its tiles in the transformed domain and goes back once.
    func winogradBackward(_ stage: Stage, _ shapes: Winograd) {
        let u = engine.reserve(&engine.packed, shapes.weights)
        transformWeights(stage, shapes, gradient: true, to: u)
        let plane = esp_winograd_weights_plane(Int32(shapes.blocks))
        let size = shapes.blocks * 9 * 256
        let partials = engine.reserve(&engine.partials, Engine.lanes * size)
        let (source, gradients, sink) = (source(stage), gradientSource(stage), sink(stage))
        let (place, spread) = (shapes.place, shapes.gradientPlace)
        let inside = (spread.offset * spread.width + spread.offset) * 16
        engine.workers.forEach(Engine.lanes) { lane, worker in
            let scratch = engine.scratch[worker]
            let (patch, dz, dx) = (scratch.patch!.pointer, scratch.second!.pointer, scratch.other!.pointer)
            let (sums, work) = (scratch.sums!.pointer, scratch.work!.pointer)
            sums.update(repeating: 0, count: shapes.weights)
            forEachGroup(of: shapes.images, in: lane) { images in
                load(source, images, to: patch, place, scratch)
                load(gradients, images, to: dz, spread, scratch)
                var shape = shapes.forward(images.count)
                kernels.winograd_weights(sums, patch, dz + inside, &shape, work)
                guard !sink.isEmpty else { return }
                shape = shapes.backward(images.count)
                kernels.winograd(dx, dz, &shape, u, work)
                for (k, image) in images.enumerated() {
                    storeInputGradient(
                        sink, source, place, image: image, lane: lane, dx: dx + k * shapes.input.floats,
                        patch: patch + k * source.blocks * place.floats)
                }
            }
            for block in 0..<shapes.blocks {
                kernels.winograd_filter_gradient(
                    partials + lane * size + block * 9 * 256, sums + block * 256, plane)
            }
        }
        let gradient = weights.gradient(stage.slots[0])
        engine.workers.forEach(shapes.blocks) { block, _ in
            let first = partials + block * 9 * 256
            forEachPair { into, from in kernels.add(first + into * size, first + from * size, 9 * 256) }
            esp_unpack_convolution_block(
                gradient, first, Int32(shapes.output.channels), Int32(shapes.input.channels), 9,
                Int32(block / shapes.input.blocks), Int32(block % shapes.input.blocks))
        }
    }

    /// The 36 planes of G g G^T: [output block][input block], of the flipped weights from output to input where `gradient`.
    private func transformWeights(
        _ stage: Stage, _ shapes: Winograd, gradient: Bool, to u: UnsafeMutablePointer<Float>
    ) {
        let plane = esp_winograd_weights_plane(Int32(shapes.blocks))
        let values = weights.values(stage.slots[0])
        let columns = gradient ? shapes.output.blocks : shapes.input.blocks
        engine.workers.forEach(shapes.blocks) { block, worker in
            let packed = engine.scratch[worker].work!.pointer
            let (row, column) = block.quotientAndRemainder(dividingBy: columns)
            esp_pack_convolution_block(
                packed, values, Int32(shapes.output.channels), Int32(shapes.input.channels), 9,
                Int32(gradient ? column : row), Int32(gradient ? row : column), gradient ? 1 : 0)
            kernels.winograd_filter(u + block * 256, plane, packed)
        }
    }

    /// The patches of neighbouring images, one after the other.
    private func load(
        _ source: Source, _ images: Range<Int>, to patch: UnsafeMutablePointer<Float>, _ place: Source.Placement,
        _ scratch: Scratch
    ) {
        for (k, image) in images.enumerated() {
            source.load(image: image, to: patch + k * source.blocks * place.floats, place, kernels, scratch)
        }
    }

    /// Calls `body` for runs of at most `most` images of a lane, in order.
    private func forEachGroup(of most: Int, in lane: Int, _ body: (Range<Int>) -> Void) {
        let images = Engine.images(of: lane, of: count)
        for first in stride(from: images.lowerBound, to: images.upperBound, by: most) {
            body(first..<min(first + most, images.upperBound))
        }
    }

    private func forEachGroup(of most: Int, _ body: GroupWork) {
        engine.workers.forEach(Engine.lanes) { lane, worker in
            forEachGroup(of: most, in: lane) { body($0, lane, engine.scratch[worker]) }
        }
    }
}
