import Architectures
import Tensors

extension Run {
    /// Per-lane running mean and squared deviations of the value a stage writes: [lane][2][channels].
    struct LaneMoments {
        let pointer: UnsafeMutablePointer<Double>
        let channels: Int

        func mean(_ lane: Int) -> UnsafeMutablePointer<Double> { pointer + lane * 2 * channels }
        func squares(_ lane: Int) -> UnsafeMutablePointer<Double> { pointer + (lane * 2 + 1) * channels }
    }

    /// A stage's last weights [c'][...], times the scale of the batch norm folded into them, and its shift [blocks * 16];
    /// valid until the next call.
    func foldedWeights(_ stage: Stage) -> (weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?) {
        let plain = weights.values(stage.slots[stage.slots.count - 1])
        guard let norm = stage.folds else { return (UnsafePointer(plain), nil) }
        let row = norms.rows[norm]!
        var size = stage.inputShapes[0].channels
        if case .convolution(let window) = stage.kind { size *= window.kernel * window.kernel }
        let scaled = engine.reserve(&engine.partials, size * stage.shape.channels)
        for c in 0..<stage.shape.channels {
            for k in c * size..<(c + 1) * size { scaled[k] = plain[k] * row.scale[c] }
        }
        return (UnsafePointer(scaled), UnsafePointer(row.shift))
    }

    /// Room for the moments of a stage, zeroed; nil where nobody asks for them.
    func laneMoments(_ stage: Stage) -> LaneMoments? {
        guard mode == .batch, !stage.norms.isEmpty else { return nil }
        let channels = stage.shape.blocks * 16
        return LaneMoments(pointer: engine.reserveDoubles(Engine.lanes * 2 * channels), channels: channels)
    }

    /// Adds the image just written to its lane's moments, while it is in cache.
    func addMoments(_ lanes: LaneMoments?, _ stage: Stage, image: Int, lane: Int) {
        guard let lanes else { return }
        let pixels = stage.shape.pixels
        let before = Double((image - Engine.images(of: lane, of: count).lowerBound) * pixels)
        let z = UnsafePointer(value(stage.node)) + image * pitch(stage.shape)
        for block in 0..<stage.shape.blocks {
            kernels.moments(
                z + block * pixels * 16, Int32(pixels), before, lanes.mean(lane) + block * 16,
                lanes.squares(lane) + block * 16)
        }
    }

    /// Merges the lanes' moments by a fixed tree and sets the coefficients of the stage's batch norms.
    func setNorms(_ stage: Stage) {
        let channels = stage.shape.blocks * 16
        let lanes = LaneMoments(pointer: engine.doubles, channels: channels)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: Engine.lanes) { counts in
            for lane in 0..<Engine.lanes {
                counts[lane] = Double(Engine.images(of: lane, of: count).count * stage.shape.pixels)
            }
            forEachPair { into, from in
                let total = counts[into] + counts[from]
                guard counts[from] > 0 else { return }
                for c in 0..<channels {
                    let delta = lanes.mean(from)[c] - lanes.mean(into)[c]
                    lanes.mean(into)[c] += delta * counts[from] / total
                    lanes.squares(into)[c] +=
                        lanes.squares(from)[c] + delta * delta * counts[into] * counts[from] / total
                }
                counts[into] = total
            }
        }
        for norm in stage.norms {
            norms.setMoments(
                norm, count: count * stage.shape.pixels, mean: lanes.mean(0), squares: lanes.squares(0))
            let (gain, bias) = affine(norm)
            let moments = norms.moments[norm]!
            norms.setForward(norm, mean: moments.mean, variance: moments.variance, gain: gain, bias: bias)
        }
    }

    /// Calls `body(into, from)` for the pairs of a fixed binary tree over the lanes; lane 0 ends with everything.
    func forEachPair(_ body: (_ into: Int, _ from: Int) -> Void) {
        var step = 1
        while step < Engine.lanes {
            for into in stride(from: 0, to: Engine.lanes, by: 2 * step) where into + step < Engine.lanes {
                body(into, into + step)
            }
            step *= 2
        }
    }

    /// Sums dy and dy * xhat of the stage's batch norms over the batch and sets their backward coefficients. Where the
    /// stores of the gradient have taken the sums already, only the lanes are left to add.
    func reduceNormGradients(_ stage: Stage) {
        let shape = stage.shape
        for norm in stage.norms {
            let row = norms.rows[norm]!
            let channels = row.padded
            if !program.passes.contains(.normSumsOnStore) {
                let dy = UnsafePointer(gradient(program.gradientOf[.norm(norm)]!))
                let z = UnsafePointer(value(stage.node))
                forEachImage { image, lane, _ in
                    for block in 0..<shape.blocks {
                        let offset = image * shape.floats + block * shape.pixels * 16
                        let sums = row.sums + lane * 2 * channels + block * 16
                        kernels.norm_sums(
                            dy + offset, z + offset, Int32(shape.pixels), row.mean + block * 16,
                            row.inverse + block * 16, sums, sums + channels)
                    }
                }
            }
            forEachPair { into, from in
                for c in 0..<2 * channels { row.sums[into * 2 * channels + c] += row.sums[from * 2 * channels + c] }
            }
            let slots = program.plan.nodes[norm].slots
            let gain = affine(norm).gain
            norms.setBackward(
                norm, sum: row.sums, sumX: row.sums + channels, gain: gain,
                gainGradient: gain == nil ? nil : weights.gradient(slots[0]),
                biasGradient: gain == nil ? nil : weights.gradient(slots[1]))
        }
    }
}
