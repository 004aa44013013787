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
        let (weight, bias) = foldedWeights(stage)
        esp_pack_convolution(pointwise, weight, o, c, 1)
        let source = self.source(stage)
        let place = paddedPatch(stage.window, of: shapes.input)
        let window = forwardWindow(stage.window, patch: place, output: shapes.output)
        let point = forwardWindow(Window(kernel: 1), patch: dense(shapes.middle), output: shapes.output)
        let lanes = laneMoments(stage)
        let out = value(stage.node)
        return { [self] image, lane, scratch in
            var point = point
            let patch = scratch.patch!.pointer
            let middle = scratch.other!.pointer
            source.load(image: image, to: patch, place, kernels, scratch)
            depthwise(patch, window, packed, blocks: shapes.input.blocks, to: middle)
            kernels.convolution(
                out + image * pitch(shapes.output), middle, &point, pointwise, bias, c, Int32(shapes.output.blocks))
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
        let place = paddedPatch(stage.window, of: shapes.input)
        let spread = gradientPatch(stage.window, of: shapes.input)
        let window = forwardWindow(stage.window, patch: place, output: shapes.output)
        let flipped = backwardWindow(stage.window, patch: spread, input: shapes.input)
        var point = forwardWindow(Window(kernel: 1), patch: dense(shapes.middle), output: shapes.middle)
        forEachImage { image, lane, scratch in
            let patch = scratch.patch!.pointer
            let dz = scratch.dense!.pointer
            let middle = scratch.other!.pointer
            let partial = partials + lane * size
            source.load(image: image, to: patch, place, kernels, scratch)
            depthwise(patch, window, packed, blocks: shapes.input.blocks, to: middle)
            gradients.load(image: image, to: dz, dense(shapes.output), kernels, scratch)
            kernels.convolution_weights(
                partial + shapes.depthwise, middle, &point, dz, c, Int32(shapes.output.blocks))
            // The middle value has done its work; its gradient takes its place.
            kernels.convolution(middle, dz, &point, pointwise, nil, o, Int32(shapes.input.blocks))
            depthwiseWeights(partial, patch, window, dz: middle, blocks: shapes.input.blocks)
            guard !sink.isEmpty else { return }
            for block in 0..<shapes.input.blocks {
                scratch.terms[0] = esp_term(data: middle + block * shapes.middle.pixels * 16, scale: nil, shift: nil)
                kernels.load(
                    scratch.second!.pointer + block * spread.floats, Int32(spread.height), Int32(spread.width),
                    Int32(spread.offset), Int32(spread.stride), 0, Int32(shapes.middle.height),
                    Int32(shapes.middle.width), scratch.terms, 1, 0)
            }
            let dx = scratch.dense!.pointer
            depthwise(scratch.second!.pointer, flipped, flippedWeights, blocks: shapes.input.blocks, to: dx)
            storeInputGradient(sink, source, place, image: image, lane: lane, dx: dx, patch: patch)
        }
        sumLanes(partials, size)
        esp_unpack_depthwise(weights.gradient(stage.slots[0]), partials, c, Int32(shapes.taps))
        esp_unpack_convolution(weights.gradient(stage.slots[1]), partials + shapes.depthwise, o, c, 1)
    }
}
