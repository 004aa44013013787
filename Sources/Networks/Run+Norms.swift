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
        var counts = (0..<Engine.lanes).map { Double(Engine.images(of: $0, of: count).count * stage.shape.pixels) }
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
        let total = count * stage.shape.pixels
        let moments = Moments(
            count: total, mean: (0..<stage.shape.channels).map { lanes.mean(0)[$0] },
            variance: (0..<stage.shape.channels).map { lanes.squares(0)[$0] / Double(total) })
        for norm in stage.norms {
            norms.moments[norm] = moments
            let (gain, bias) = affine(norm)
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
