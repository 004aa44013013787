import Architectures
import Tensors

/// Max and average pooling, [n, h, w, c] -> [n, h', w', c].
extension Run {
    private func isMaximum(_ stage: Stage) -> Bool { if case .maxPool = stage.kind { true } else { false } }

    func poolForward(_ stage: Stage) -> ImageWork {
        let input = stage.inputShapes[0]
        let maximum = isMaximum(stage)
        let source = self.source(stage)
        let place = paddedPatch(stage.window, of: input, fill: maximum ? -.infinity : 0)
        let ahead = self.ahead(reading: [source], value: stage)
        let window = forwardWindow(stage.window, patch: place, output: stage.shape).fetching(ahead.portion(0, of: 1))
        let lanes = laneMoments(stage)
        let out = value(stage.node)
        return { [self] image, lane, scratch in
            let patch = scratch.patch!.pointer
            var window = window.fetching(after: image)
            for block in 0..<input.blocks {
                let target = out + image * pitch(stage.shape) + block * stage.shape.pixels * 16
                source.load(block: block, image: image, to: patch, place, kernels, scratch)
                if maximum {
                    kernels.max_pool(target, patch, &window)
                } else {
                    kernels.average_pool(
                        target, patch, &window, Int32(place.offset), Int32(input.height), Int32(input.width))
                }
                window.ahead.count = 0
            }
            addMoments(lanes, stage, image: image, lane: lane)
        }
    }

    /// The winner of a maximum is found again from the input; the mean spreads its gradient over the taps inside.
    func poolBackward(_ stage: Stage) {
        let sink = self.sink(stage)
        guard !sink.isEmpty else { return }
        let input = stage.inputShapes[0]
        let maximum = isMaximum(stage)
        let source = self.source(stage)
        let gradients = gradientSource(stage)
        let place = paddedPatch(stage.window, of: input, fill: maximum ? -.infinity : 0)
        let dense = Source.Placement(height: stage.shape.height, width: stage.shape.width)
        let ahead = self.ahead(reading: [source, gradients], writing: [sink])
        let window = forwardWindow(stage.window, patch: place, output: stage.shape).fetching(ahead.portion(0, of: 1))
        let inside = (place.offset * place.width + place.offset) * 16
        forEachImage { image, lane, scratch in
            let patch = scratch.patch!.pointer
            let spread = scratch.second!.pointer
            let dz = scratch.dense!.pointer
            let winners = UnsafeMutableRawPointer(scratch.other!.pointer).assumingMemoryBound(to: Int32.self)
            var window = window.fetching(after: image)
            for block in 0..<input.blocks {
                if maximum || source.relu {
                    source.load(block: block, image: image, to: patch, place, kernels, scratch)
                }
                gradients.load(block: block, image: image, to: dz, dense, kernels, scratch)
                spread.update(repeating: 0, count: place.floats)
                if maximum {
                    kernels.max_pool_gradient(spread, winners, patch, &window, dz)
                } else {
                    kernels.average_pool_gradient(
                        spread, &window, Int32(place.offset), Int32(input.height), Int32(input.width), dz)
                }
                window.ahead.count = 0
                sink.store(
                    block: block, image: image, lane: lane, from: spread + inside, row: place.width * 16,
                    mask: source.relu ? UnsafePointer(patch + inside) : nil, maskRow: place.width * 16, kernels)
            }
        }
    }
}
