import Architectures
import Tensors

/// Writing a view to memory, and concatenation at channels that are no multiple of 16.
extension Run {
    func copyForward(_ stage: Stage) -> ImageWork {
        let source = self.source(stage)
        let dense = Source.Placement(height: source.height, width: source.width)
        let lanes = laneMoments(stage)
        let out = value(stage.node)
        return { [self] image, lane, scratch in
            source.load(image: image, to: out + image * pitch(stage.shape), dense, kernels, scratch)
            addMoments(lanes, stage, image: image, lane: lane)
        }
    }

    /// The gradient passes on unchanged, or through the ReLU where the written value is positive.
    func copyBackward(_ stage: Stage) {
        let sink = self.sink(stage)
        guard !sink.isEmpty else { return }
        let gradients = gradientSource(stage)
        let dense = Source.Placement(height: stage.shape.height, width: stage.shape.width)
        let relu = stage.views[0].relu
        let row = stage.shape.width * 16
        let written = UnsafePointer(value(stage.node))
        forEachImage { image, lane, scratch in
            let dz = scratch.dense!.pointer
            for block in 0..<stage.shape.blocks {
                gradients.load(block: block, image: image, to: dz, dense, kernels, scratch)
                let mask = written + image * stage.shape.floats + block * stage.shape.pixels * 16
                sink.store(
                    block: block, image: image, lane: lane, from: dz, row: row, mask: relu ? mask : nil, maskRow: row,
                    kernels)
            }
        }
    }

    func concatenationForward(_ stage: Stage) -> ImageWork {
        let lanes = laneMoments(stage)
        let out = value(stage.node)
        let inputs = stage.views.map { UnsafePointer(value($0.plainBuffer!)) }
        return { [self] image, lane, _ in
            var channel = 0
            let target = out + image * pitch(stage.shape)
            target.update(repeating: 0, count: stage.shape.floats)
            for (input, shape) in zip(inputs, stage.inputShapes) {
                esp_add_channels(
                    target, Int32(channel), input + image * pitch(shape), 0, Int32(shape.channels),
                    Int32(shape.pixels))
                channel += shape.channels
            }
            addMoments(lanes, stage, image: image, lane: lane)
        }
    }

    func concatenationBackward(_ stage: Stage) {
        let gradients = gradientSource(stage)
        let dense = Source.Placement(height: stage.shape.height, width: stage.shape.width)
        let sinks = stage.views.indices.map { sink(stage, $0) }
        forEachImage { image, lane, scratch in
            let dz = scratch.dense!.pointer
            gradients.load(image: image, to: dz, dense, kernels, scratch)
            var channel = 0
            for (sink, shape) in zip(sinks, stage.inputShapes) {
                let part = scratch.other!.pointer
                part.update(repeating: 0, count: shape.floats)
                esp_add_channels(part, 0, dz, Int32(channel), Int32(shape.channels), Int32(shape.pixels))
                for block in 0..<shape.blocks {
                    sink.store(
                        block: block, image: image, lane: lane, from: part + block * shape.pixels * 16,
                        row: shape.width * 16,
                        mask: nil, maskRow: 0, kernels)
                }
                channel += shape.channels
            }
        }
    }
}
