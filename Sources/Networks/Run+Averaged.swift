import Architectures
import Tensors

/// The stages of ``averageEarly(_:outputs:)``: [n, h, w, c] -> [n, 1, 1, c'].
extension Run {
    func averagedForward(_ stage: Stage) -> ImageWork {
        let (input, output) = (stage.inputShapes[0], stage.shape)
        let (c, o) = (Int32(input.channels), Int32(output.channels))
        let taps = stage.window.kernel * stage.window.kernel
        let isSeparable = stage.slots.count > 1
        let depthwiseSize = input.blocks * taps * 16
        let pointwiseSize = input.blocks * output.blocks * 256
        let packed = reservePacked(depthwiseSize + pointwiseSize)
        let pointwise = packed + depthwiseSize
        if isSeparable { esp_pack_depthwise(packed, weights.values(stage.slots[0]), c, Int32(taps), 0) }
        esp_pack_convolution(pointwise, weights.values(stage.slots[stage.slots.count - 1]), o, c, 1)
        // Sums become means.
        for k in 0..<pointwiseSize { pointwise[k] /= Float(stage.averagedPixels) }
        let source = self.source(stage)
        let place = paddedPatch(stage.window, of: input)
        let reach = stage.window.dilation * (stage.window.kernel - 1)
        let window = forwardWindow(
            stage.window, patch: place,
            output: FeatureShape(channels: 16, height: place.height - reach, width: place.width - reach))
        let side = stage.window.kernel
        // The sums lie as a patch that the kernel covers exactly.
        let summed = forwardWindow(Window(kernel: side), patch: .init(height: side, width: side), output: output)
        let point = forwardWindow(Window(kernel: 1), patch: .init(height: 1, width: 1), output: output)
        let out = value(stage.node)
        return { [self] image, _, scratch in
            var (window, point) = (window, point)
            let sums = scratch.second!.pointer
            for block in 0..<input.blocks {
                source.load(block: block, image: image, to: scratch.patch!.pointer, place, kernels, scratch)
                kernels.window_sums(sums + block * taps * 16, scratch.patch!.pointer, &window)
            }
            var middle = sums
            if isSeparable {
                middle = scratch.other!.pointer
                depthwise(sums, summed, packed, blocks: input.blocks, to: middle)
            }
            kernels.convolution(out + image * pitch(output), middle, &point, pointwise, nil, c, Int32(output.blocks))
        }
    }

    /// Sum over terms of scale * mean + shift. Terms in `means` have one pixel.
    func averageOfMeansForward(_ stage: Stage, _ means: Set<Int>) -> ImageWork {
        struct Term {
            let base: UnsafePointer<Float>
            let stride: Int
            let pixels: Int32
            let scale, shift: UnsafePointer<Float>?
        }
        let pixels = stage.inputShapes[0].pixels
        let terms = stage.views[0].segments.flatMap { segment in
            (0..<(segment.channels + 15) / 16).map { block in
                segment.terms.map { term in
                    let count = means.contains(term.buffer) ? 1 : pixels
                    let floats = program.plan.nodes[term.buffer].shape.blocks * count * 16
                    let row = term.norm.map { norms.rows[$0]! }
                    return Term(
                        base: UnsafePointer(value(term.buffer)) + block * count * 16,
                        stride: placeStride ?? floats, pixels: Int32(count),
                        scale: row.map { UnsafePointer($0.scale) + block * 16 },
                        shift: row.map { UnsafePointer($0.shift) + block * 16 })
                }
            }
        }
        let out = value(stage.node)
        return { [self] image, _, scratch in
            let mean = scratch.patch!.pointer
            for (block, terms) in terms.enumerated() {
                let to = out + image * pitch(stage.shape) + block * 16
                to.update(repeating: 0, count: 16)
                for term in terms {
                    kernels.pixel_mean(mean, term.base + image * term.stride, term.pixels)
                    for c in 0..<16 { to[c] += mean[c] * (term.scale?[c] ?? 1) + (term.shift?[c] ?? 0) }
                }
            }
        }
    }
}
