import Architectures
import Tensors

/// Depthwise then 1x1 convolution in one stage, [n, h, w, c] -> [n, h', w', c']; the value between them lives in cache
/// only and is computed again in the backward pass.
extension Run {
    private struct Shapes {
        let input, output: FeatureShape
        /// Of the value between the two convolutions.
        let middle: FeatureShape
        let taps: Int

        init(_ stage: Stage) {
            input = stage.inputShapes[0]
            output = stage.shape
            middle = FeatureShape(channels: input.channels, height: output.height, width: output.width)
            taps = stage.window.kernel * stage.window.kernel
        }

        var depthwise: Int { input.blocks * taps * 16 }
        var pointwise: Int { input.blocks * output.blocks * 256 }
    }

    private func dense(_ shape: FeatureShape) -> Source.Placement { .init(height: shape.height, width: shape.width) }

    func separableForward(_ stage: Stage) -> ImageWork {
        let shapes = Shapes(stage)
        let packed = reservePacked(shapes.depthwise + shapes.pointwise)
        let pointwise = packed + shapes.depthwise
        let (c, o) = (Int32(shapes.input.channels), Int32(shapes.output.channels))
        esp_pack_depthwise(packed, weights.values(stage.slots[0]), c, Int32(shapes.taps), 0)
        esp_pack_convolution(pointwise, weights.values(stage.slots[1]), o, c, 1)
        let source = self.source(stage)
        let ahead = self.ahead(reading: [source], value: stage)
        let place = paddedPatch(stage.window, of: shapes.input)
        let window = forwardWindow(stage.window, patch: place, output: shapes.output).fetching(ahead.portion(0, of: 2))
        let point = forwardWindow(Window(kernel: 1), patch: dense(shapes.middle), output: shapes.output)
            .fetching(ahead.portion(1, of: 2))
        let lanes = laneMoments(stage)
        let out = value(stage.node)
        return { [self] image, lane, scratch in
            let patch = scratch.patch!.pointer
            let middle = scratch.other!.pointer
            source.load(image: image, to: patch, place, kernels, scratch)
            depthwise(patch, window.fetching(after: image), packed, blocks: shapes.input.blocks, to: middle)
            var point = point.fetching(after: image)
            kernels.convolution(
                out + image * pitch(shapes.output), middle, &point, pointwise, nil, c, Int32(shapes.output.blocks))
            addMoments(lanes, stage, image: image, lane: lane)
        }
    }

    func separableBackward(_ stage: Stage) {
        let shapes = Shapes(stage)
        let packed = engine.reserve(&engine.packed, 2 * shapes.depthwise + shapes.pointwise)
        let flippedWeights = packed + shapes.depthwise
        let pointwise = flippedWeights + shapes.depthwise
        let (c, o) = (Int32(shapes.input.channels), Int32(shapes.output.channels))
        let depthwiseWeight = weights.values(stage.slots[0])
        esp_pack_depthwise(packed, depthwiseWeight, c, Int32(shapes.taps), 0)
        esp_pack_depthwise(flippedWeights, depthwiseWeight, c, Int32(shapes.taps), 1)
        esp_pack_convolution_gradient(pointwise, weights.values(stage.slots[1]), o, c, 1)
        let size = shapes.depthwise + shapes.pointwise
        let partials = zeroedPartials(size)
        let source = self.source(stage)
        let gradients = gradientSource(stage)
        let sink = self.sink(stage)
        let ahead = self.ahead(reading: [source, gradients])
        let place = paddedPatch(stage.window, of: shapes.input)
        let spread = gradientPatch(stage.window, of: shapes.input)
        let window = forwardWindow(stage.window, patch: place, output: shapes.output)
        let again = window.fetching(ahead.portion(0, of: 4))
        let point = forwardWindow(Window(kernel: 1), patch: dense(shapes.middle), output: shapes.middle)
        // The gradient of the middle value goes straight to the inside of the patch that the data gradient reads, unless
        // a stride puts zeros between its pixels.
        let isDirect = spread.stride == 1
        let inside = (spread.offset * spread.width + spread.offset) * 16
        var spreading = point.fetching(ahead.portion(1, of: 4))
        spreading.out_row = isDirect ? Int32(spread.width * 16) : 0
        spreading.out_block = isDirect ? Int32(spread.floats) : 0
        let flipped = backwardWindow(stage.window, patch: spread, input: shapes.input)
            .fetching(ahead.portion(2, of: 4))
        var learning = window.fetching(ahead.portion(3, of: 4))
        learning.out_row = spreading.out_row
        learning.out_block = spreading.out_block
        forEachImage { image, lane, scratch in
            let patch = scratch.patch!.pointer
            let dz = scratch.dense!.pointer
            let middle = scratch.other!.pointer
            let second = scratch.second!.pointer
            let partial = partials + lane * size
            source.load(image: image, to: patch, place, kernels, scratch)
            depthwise(patch, again.fetching(after: image), packed, blocks: shapes.input.blocks, to: middle)
            gradients.load(image: image, to: dz, dense(shapes.output), kernels, scratch)
            var point = point
            kernels.convolution_weights(
                partial + shapes.depthwise, middle, &point, dz, c, Int32(shapes.output.blocks))
            if image == Engine.images(of: lane, of: count).lowerBound {
                second.update(repeating: 0, count: shapes.input.blocks * spread.floats)
            }
            // Where it is not direct, the middle value has done its work, and its gradient takes its place.
            let middleGradient = isDirect ? second + inside : middle
            var spreading = spreading.fetching(after: image)
            kernels.convolution(middleGradient, dz, &spreading, pointwise, nil, o, Int32(shapes.input.blocks))
            depthwiseWeights(
                partial, patch, learning.fetching(after: image), dz: middleGradient, blocks: shapes.input.blocks)
            guard !sink.isEmpty else { return }
            if !isDirect { self.spread(middle, shapes.middle, to: second, spread, scratch) }
            let dx = scratch.dense!.pointer
            depthwise(second, flipped.fetching(after: image), flippedWeights, blocks: shapes.input.blocks, to: dx)
            storeInputGradient(sink, source, place, image: image, lane: lane, dx: dx, patch: patch)
        }
        sumLanes(partials, size)
        esp_unpack_depthwise(weights.gradient(stage.slots[0]), partials, c, Int32(shapes.taps))
        esp_unpack_convolution(weights.gradient(stage.slots[1]), partials + shapes.depthwise, o, c, 1)
    }

    /// Dense pixels to a patch with zeros between and around them.
    private func spread(
        _ dense: UnsafePointer<Float>, _ shape: FeatureShape, to patch: UnsafeMutablePointer<Float>,
        _ place: Source.Placement, _ scratch: Scratch
    ) {
        for block in 0..<shape.blocks {
            scratch.terms[0] = esp_term(data: dense + block * shape.pixels * 16, scale: nil, shift: nil)
            kernels.load(
                patch + block * place.floats, Int32(place.height), Int32(place.width), Int32(place.offset),
                Int32(place.stride), 0, Int32(shape.height), Int32(shape.width), scratch.terms, 1, 0)
        }
    }
}
