import Architectures
import Foundations
import Tensors

/// Global average pooling [n, h, w, c] -> [n, 1, 1, c], linear [n, 1, 1, c] -> [n, 1, 1, c'], and the loss.
extension Run {
    func globalAverageForward(_ stage: Stage) -> ImageWork {
        let source = self.source(stage)
        let dense = Source.Placement(height: source.height, width: source.width)
        let lanes = laneMoments(stage)
        let out = value(stage.node)
        return { [self] image, lane, scratch in
            for block in 0..<source.blocks {
                source.load(block: block, image: image, to: scratch.patch!.pointer, dense, kernels, scratch)
                kernels.pixel_mean(
                    out + image * pitch(stage.shape) + block * 16, scratch.patch!.pointer, Int32(source.pixels))
            }
            addMoments(lanes, stage, image: image, lane: lane)
        }
    }

    /// dx = dz / (h w) at every pixel.
    func globalAverageBackward(_ stage: Stage) {
        let sink = self.sink(stage)
        guard !sink.isEmpty else { return }
        let source = self.source(stage)
        let gradients = gradientSource(stage)
        let dense = Source.Placement(height: source.height, width: source.width)
        let single = Source.Placement(height: 1, width: 1)
        let row = source.width * 16
        forEachImage { image, lane, scratch in
            let dz = scratch.second!.pointer
            let dx = scratch.dense!.pointer
            for block in 0..<source.blocks {
                if source.relu {
                    source.load(block: block, image: image, to: scratch.patch!.pointer, dense, kernels, scratch)
                }
                gradients.load(block: block, image: image, to: dz, single, kernels, scratch)
                for c in 0..<16 { dz[c] /= Float(source.pixels) }
                kernels.fill(dx, Int32(source.pixels), dz)
                sink.store(
                    block: block, image: image, lane: lane, from: dx, row: row,
                    mask: source.relu ? UnsafePointer(scratch.patch!.pointer) : nil, maskRow: row, kernels)
            }
        }
    }

    /// y = x W^T + b of one image: a 1x1 convolution of a single pixel.
    func linearImageForward(_ stage: Stage) -> ImageWork {
        let (input, output) = (stage.inputShapes[0], stage.shape)
        let size = input.blocks * output.blocks * 256
        let packed = reservePacked(size + output.blocks * 16)
        let bias = packed + size
        esp_pack_convolution(
            packed, weights.values(stage.slots[0]), Int32(output.channels), Int32(input.channels), 1)
        bias.update(repeating: 0, count: output.blocks * 16)
        bias.update(from: weights.values(stage.slots[1]), count: output.channels)
        let x = UnsafePointer(value(stage.views[0].plainBuffer!))
        let y = value(stage.node)
        let window = forwardWindow(Window(kernel: 1), patch: .init(height: 1, width: 1), output: output)
        return { [self] image, _, _ in
            var window = window
            kernels.convolution(
                y + image * pitch(output), x + image * pitch(input), &window, packed, bias, Int32(input.channels),
                Int32(output.blocks))
        }
    }

    /// y = x W^T + b for the rows of each lane; W [c', c].
    func linearForward(_ stage: Stage) {
        let (input, output) = (stage.inputShapes[0], stage.shape)
        let x = value(stage.views[0].plainBuffer!)
        let y = value(stage.node)
        let weight = weights.values(stage.slots[0])
        let bias = weights.values(stage.slots[1])
        engine.workers.forEach(Engine.lanes) { lane, _ in
            let images = Engine.images(of: lane, of: count)
            guard !images.isEmpty else { return }
            for image in images {
                let row = y + image * output.floats
                for c in 0..<output.floats { row[c] = c < output.channels ? bias[c] : 0 }
            }
            BLAS.multiply(
                rows: images.count, columns: output.channels, inner: input.channels,
                x + images.lowerBound * input.floats, leadingA: input.floats, weight, leadingB: input.channels,
                transposeB: true, beta: 1, into: y + images.lowerBound * output.floats, leadingC: output.floats)
        }
        if let lanes = laneMoments(stage) {
            forEachImage { image, lane, _ in addMoments(lanes, stage, image: image, lane: lane) }
        }
    }

    /// dW = dy^T x, db = sum of dy, dx = dy W.
    func linearBackward(_ stage: Stage) {
        let (input, output) = (stage.inputShapes[0], stage.shape)
        let x = value(stage.views[0].plainBuffer!)
        let weight = weights.values(stage.slots[0])
        let weightCount = output.channels * input.channels
        let size = weightCount + output.channels
        let partials = zeroedPartials(size)
        let gradients = gradientSource(stage)
        let single = Source.Placement(height: 1, width: 1)
        let sink = self.sink(stage)
        let rows = reserveRows(count * output.floats)
        forEachImage { image, lane, scratch in
            let dy = rows + image * output.floats
            gradients.load(image: image, to: dy, single, kernels, scratch)
            let bias = partials + lane * size + weightCount
            for c in 0..<output.channels { bias[c] += dy[c] }
        }
        engine.workers.forEach(Engine.lanes) { lane, worker in
            let images = Engine.images(of: lane, of: count)
            guard !images.isEmpty else { return }
            BLAS.multiply(
                rows: output.channels, columns: input.channels, inner: images.count,
                rows + images.lowerBound * output.floats, leadingA: output.floats, transposeA: true,
                x + images.lowerBound * input.floats, leadingB: input.floats, into: partials + lane * size,
                leadingC: input.channels)
            let dx = engine.scratch[worker].other!.pointer
            for image in images where !sink.isEmpty {
                dx.update(repeating: 0, count: input.floats)
                BLAS.multiply(
                    rows: 1, columns: input.channels, inner: output.channels, rows + image * output.floats,
                    leadingA: output.floats, weight, leadingB: input.channels, into: dx, leadingC: input.channels)
                for block in 0..<input.blocks {
                    sink.store(
                        block: block, image: image, lane: lane, from: dx + block * 16, row: 16, mask: nil, maskRow: 0,
                        kernels)
                }
            }
        }
        sumLanes(partials, size)
        kernels.add(weights.gradient(stage.slots[0]), partials, weightCount)
        kernels.add(weights.gradient(stage.slots[1]), partials + weightCount, output.channels)
    }

    private func reserveRows(_ count: Int) -> UnsafeMutablePointer<Float> {
        engine.reserve(&engine.packed, count)
    }
}

/// Loss and hits of each image of a batch.
package struct BatchLoss: Sendable, Equatable {
    package var losses: [Float]
    package var correct: [UInt8]

    /// The mean loss, summed in image order.
    package var mean: Double { losses.reduce(0) { $0 + Double($1) } / Double(losses.count) }
    package var correctCount: Int { correct.reduce(0) { $0 + Int($1) } }
}

extension Run {
    /// Softmax cross entropy of output `k`, -log p(label) for each image; in a training program also the gradient of the
    /// mean with respect to the logits.
    package func loss(labels: [Int32], output k: Int = 0) -> BatchLoss {
        require(labels.count == count, "\(labels.count) labels for \(count) images")
        let node = program.plan.outputs[k]
        let shape = program.plan.nodes[node].shape
        var loss = BatchLoss(losses: Array(repeating: 0, count: count), correct: Array(repeating: 0, count: count))
        var gradient: UnsafeMutablePointer<Float>?
        if program.isTraining {
            gradient = self.gradient(program.gradientOf[.value(node)]!)
            gradient!.update(repeating: 0, count: count * shape.floats)
        }
        esp_softmax_cross_entropy(
            value(node), Int32(count), Int32(shape.channels), Int32(shape.floats), labels, 1 / Float(count), gradient,
            &loss.losses, &loss.correct)
        return loss
    }
}
