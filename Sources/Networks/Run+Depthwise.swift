import Architectures
import Tensors

/// Depthwise convolution, [n, h, w, c] -> [n, h', w', c]; weight [c, 1, k, k].
extension Run {
    /// Forward of one image: patch -> out, block by block.
    func depthwise(
        _ patch: UnsafePointer<Float>, _ window: esp_window, _ packed: UnsafePointer<Float>, blocks: Int,
        to out: UnsafeMutablePointer<Float>
    ) {
        var window = window
        let taps = Int(window.kernel * window.kernel)
        let pixels = Int(window.out_h * window.out_w)
        for block in 0..<blocks {
            kernels.depthwise(
                out + block * pixels * 16, patch + block * Int(window.block), &window, packed + block * taps * 16)
            window.ahead.count = 0
        }
    }

    /// dw of one image is added to `partial`.
    func depthwiseWeights(
        _ partial: UnsafeMutablePointer<Float>, _ patch: UnsafePointer<Float>, _ window: esp_window,
        dz: UnsafePointer<Float>, blocks: Int
    ) {
        var window = window
        let taps = Int(window.kernel * window.kernel)
        let gradientFloats = window.out_block > 0 ? Int(window.out_block) : Int(window.out_h * window.out_w) * 16
        for block in 0..<blocks {
            kernels.depthwise_weights(
                partial + block * taps * 16, patch + block * Int(window.block), &window, dz + block * gradientFloats)
            window.ahead.count = 0
        }
    }

    func depthwiseForward(_ stage: Stage) -> ImageWork {
        let input = stage.inputShapes[0]
        let taps = stage.window.kernel * stage.window.kernel
        let packed = reservePacked(input.blocks * taps * 16)
        esp_pack_depthwise(packed, weights.values(stage.slots[0]), Int32(input.channels), Int32(taps), 0)
        let source = self.source(stage)
        let place = paddedPatch(stage.window, of: input)
        let window = forwardWindow(stage.window, patch: place, output: stage.shape)
        let lanes = laneMoments(stage)
        let out = value(stage.node)
        return { [self] image, lane, scratch in
            source.load(image: image, to: scratch.patch!.pointer, place, kernels, scratch)
            depthwise(
                scratch.patch!.pointer, window, packed, blocks: input.blocks, to: out + image * pitch(stage.shape))
            addMoments(lanes, stage, image: image, lane: lane)
        }
    }

    func depthwiseBackward(_ stage: Stage) {
        let input = stage.inputShapes[0]
        let taps = stage.window.kernel * stage.window.kernel
        let size = input.blocks * taps * 16
        let packed = engine.reserve(&engine.packed, size)
        esp_pack_depthwise(packed, weights.values(stage.slots[0]), Int32(input.channels), Int32(taps), 1)
        let partials = zeroedPartials(size)
        let source = self.source(stage)
        let gradients = gradientSource(stage)
        let sink = self.sink(stage)
        let place = paddedPatch(stage.window, of: input)
        let dense = Source.Placement(height: stage.shape.height, width: stage.shape.width)
        let spread = gradientPatch(stage.window, of: input)
        let window = forwardWindow(stage.window, patch: place, output: stage.shape)
        let flipped = backwardWindow(stage.window, patch: spread, input: input)
        forEachImage { image, lane, scratch in
            let patch = scratch.patch!.pointer
            source.load(image: image, to: patch, place, kernels, scratch)
            gradients.load(image: image, to: scratch.dense!.pointer, dense, kernels, scratch)
            depthwiseWeights(
                partials + lane * size, patch, window, dz: scratch.dense!.pointer, blocks: input.blocks)
            guard !sink.isEmpty else { return }
            gradients.load(image: image, to: scratch.second!.pointer, spread, kernels, scratch)
            let dx = scratch.other!.pointer
            depthwise(scratch.second!.pointer, flipped, packed, blocks: input.blocks, to: dx)
            storeInputGradient(sink, source, place, image: image, lane: lane, dx: dx, patch: patch)
        }
        sumLanes(partials, size)
        esp_unpack_depthwise(weights.gradient(stage.slots[0]), partials, Int32(input.channels), Int32(taps))
    }
}
