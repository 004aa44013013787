import Architectures
import Tensors

/// Dense convolution, [n, h, w, c] -> [n, h', w', c']; weight [c', c, k, k].
extension Run {
    /// The window of a forward convolution over a patch of the padded input.
    func forwardWindow(_ window: Window, patch: Source.Placement, output: FeatureShape) -> esp_window {
        esp_window(
            kernel: Int32(window.kernel), stride: Int32(window.stride), dilation: Int32(window.dilation),
            out_h: Int32(output.height), out_w: Int32(output.width), row: Int32(patch.width * 16),
            block: Int32(patch.floats), out_row: 0, out_block: 0, ahead: esp_ahead())
    }

    /// The padded input patch of a window.
    func paddedPatch(_ window: Window, of shape: FeatureShape, fill: Float = 0) -> Source.Placement {
        .init(
            height: shape.height + 2 * window.padding, width: shape.width + 2 * window.padding,
            offset: window.padding, fill: fill)
    }

    /// The patch of output gradients whose stride-1 convolution with the flipped kernel is the input gradient: zeros
    /// between the pixels of a strided output, and `dilation (kernel - 1) - padding` of them around.
    func gradientPatch(_ window: Window, of input: FeatureShape) -> Source.Placement {
        let reach = window.dilation * (window.kernel - 1)
        return .init(
            height: input.height + reach, width: input.width + reach, offset: reach - window.padding,
            stride: window.stride)
    }

    /// The window of that convolution.
    func backwardWindow(_ window: Window, patch: Source.Placement, input: FeatureShape) -> esp_window {
        var flat = window
        flat.stride = 1
        return forwardWindow(flat, patch: patch, output: input)
    }

    func convolutionForward(_ stage: Stage) -> ImageWork {
        let input = stage.inputShapes[0]
        let output = stage.shape
        let taps = stage.window.kernel * stage.window.kernel
        let packed = reservePacked(input.blocks * output.blocks * taps * 256)
        esp_pack_convolution(
            packed, weights.values(stage.slots[0]), Int32(output.channels), Int32(input.channels), Int32(taps))
        let source = self.source(stage)
        let place = paddedPatch(stage.window, of: input)
        let window = forwardWindow(stage.window, patch: place, output: output)
        let lanes = laneMoments(stage)
        let out = value(stage.node)
        return { [self] image, lane, scratch in
            var window = window
            var patch = stage.window.padding == 0 ? source.plain(image) : nil
            if patch == nil {
                source.load(image: image, to: scratch.patch!.pointer, place, kernels, scratch)
                patch = UnsafePointer(scratch.patch!.pointer)
            }
            kernels.convolution(
                out + image * pitch(output), patch!, &window, packed, nil, Int32(input.channels),
                Int32(output.blocks))
            addMoments(lanes, stage, image: image, lane: lane)
        }
    }

    /// dw[o][i][tap] = sum of x dz; dx = dz convolved with the flipped kernel.
    func convolutionBackward(_ stage: Stage) {
        let input = stage.inputShapes[0]
        let output = stage.shape
        let taps = stage.window.kernel * stage.window.kernel
        let size = input.blocks * output.blocks * taps * 256
        let packed = engine.reserve(&engine.packed, size)
        let phases = Phases(stage)
        let pack = phases == nil ? esp_pack_convolution_gradient : esp_pack_convolution_phases
        pack(packed, weights.values(stage.slots[0]), Int32(output.channels), Int32(input.channels), Int32(taps))
        let partials = zeroedPartials(size)
        let source = self.source(stage)
        let gradients = gradientSource(stage)
        let sink = self.sink(stage)
        let place = paddedPatch(stage.window, of: input)
        let dense = Source.Placement(height: output.height, width: output.width)
        let spread = phases?.place ?? gradientPatch(stage.window, of: input)
        var window = forwardWindow(stage.window, patch: place, output: output)
        var flipped = backwardWindow(stage.window, patch: spread, input: input)
        let needsSpread = stage.window.kernel > 1 || stage.window.stride > 1
        forEachImage { image, lane, scratch in
            var patch = stage.window.padding == 0 ? source.plain(image) : nil
            if patch == nil {
                source.load(image: image, to: scratch.patch!.pointer, place, kernels, scratch)
                patch = UnsafePointer(scratch.patch!.pointer)
            }
            let dz = scratch.dense!.pointer
            gradients.load(image: image, to: dz, dense, kernels, scratch)
            kernels.convolution_weights(
                partials + lane * size, patch!, &window, dz, Int32(input.channels), Int32(output.blocks))
            guard !sink.isEmpty else { return }
            var dzPatch = UnsafePointer(dz)
            if needsSpread {
                gradients.load(image: image, to: scratch.second!.pointer, spread, kernels, scratch)
                dzPatch = UnsafePointer(scratch.second!.pointer)
            }
            let dx = scratch.other!.pointer
            if var shape = phases?.shape {
                // dz itself has done its work: its place holds one phase at a time.
                kernels.convolution_phases(dx, dzPatch, &shape, packed, dz)
            } else {
                kernels.convolution(dx, dzPatch, &flipped, packed, nil, Int32(output.channels), Int32(input.blocks))
            }
            storeInputGradient(sink, source, place, image: image, lane: lane, dx: dx, patch: patch!)
        }
        sumLanes(partials, size)
        esp_unpack_convolution(
            weights.gradient(stage.slots[0]), partials, Int32(output.channels), Int32(input.channels), Int32(taps))
    }

    /// Stores dense input gradients [blocks][h][w][16], through the ReLU where the input was rectified on load: the loaded
    /// patch is its mask.
    func storeInputGradient(
        _ sink: Sink, _ source: Source, _ place: Source.Placement, image: Int, lane: Int, dx: UnsafePointer<Float>,
        patch: UnsafePointer<Float>
    ) {
        for block in 0..<source.blocks {
            let inside = patch + block * place.floats + (place.offset * place.width + place.offset) * 16
            sink.store(
                block: block, image: image, lane: lane, from: dx + block * source.pixels * 16, row: source.width * 16,
                mask: source.relu ? inside : nil, maskRow: place.width * 16, kernels)
        }
    }

    /// Weight gradients of each lane, zeroed: [lane][size].
    func zeroedPartials(_ size: Int) -> UnsafeMutablePointer<Float> {
        let partials = engine.reserve(&engine.partials, Engine.lanes * size)
        partials.update(repeating: 0, count: Engine.lanes * size)
        return partials
    }

    /// Lane 0 of `partials` becomes the sum over lanes, by the fixed tree.
    func sumLanes(_ partials: UnsafeMutablePointer<Float>, _ size: Int) {
        let slice = 4096
        engine.workers.forEach((size + slice - 1) / slice) { index, _ in
            let first = partials + index * slice
            let count = min(slice, size - index * slice)
            forEachPair { into, from in kernels.add(first + into * size, first + from * size, count) }
        }
    }
}
