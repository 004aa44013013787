import Architectures
import Foundations
import Tensors

/// The stage of a ``Collapse``: image [n, h, w, c] -> [n, h, w, c'].
extension Run {
    private func packedSize(_ collapse: Collapse) -> Int { (collapse.output + 15) / 16 * collapse.taps * 256 }

    /// The window of one region: reads the padded image, writes a part of the output.
    private func window(_ collapse: Collapse, _ region: Collapse.Region, _ place: Source.Placement) -> esp_window {
        let shape = collapse.inputShape
        return esp_window(
            kernel: Int32(collapse.kernel), stride: 1, dilation: 1, out_h: Int32(region.height),
            out_w: Int32(region.width), row: Int32(place.width * 16), block: Int32(place.floats),
            out_row: Int32(shape.width * 16), out_block: Int32(shape.pixels * 16), ahead: esp_ahead())
    }

    func collapsedForward(_ stage: Stage, _ collapse: Collapse) -> ImageWork {
        let state = mode == .batch ? measure(stage, collapse) : givenState(collapse)
        collapsedState[stage.node] = state
        let size = packedSize(collapse)
        let blocks = stage.shape.blocks
        let packed = reservePacked(9 * (size + blocks * 16))
        compose(stage, collapse, state, to: packed)
        let source = self.source(stage)
        let place = paddedPatch(Window(kernel: collapse.kernel, padding: collapse.padding), of: collapse.inputShape)
        let lanes = laneMoments(stage)
        let out = value(stage.node)
        let regions = collapse.regions
        return { [self] image, lane, scratch in
            let patch = scratch.patch!.pointer
            source.load(image: image, to: patch, place, kernels, scratch)
            for (r, region) in regions.enumerated() where region.height > 0 && region.width > 0 {
                var window = self.window(collapse, region, place)
                kernels.convolution(
                    out + image * pitch(stage.shape) + (region.y * stage.shape.width + region.x) * 16,
                    patch + (region.y * place.width + region.x) * 16, &window, packed + r * size,
                    packed + 9 * size + r * blocks * 16, Int32(collapse.inputShape.channels), Int32(blocks))
            }
            addMoments(lanes, stage, image: image, lane: lane)
        }
    }

    /// Mean and variance of the middle channels from the neighbourhoods' covariance:
    /// mean = W1 center, variance = W1 covariance W1'.
    private func measure(_ stage: Stage, _ collapse: Collapse) -> CollapsedState {
        let shape = collapse.inputShape
        let count = collapse.neighbourhood
        let blocks = count / 16 + 1
        let size = blocks * blocks * 256
        let partials = zeroedPartials(size)
        let source = self.source(stage)
        let place = paddedPatch(collapse.first, of: shape)
        let dense = Source.Placement(height: shape.height, width: shape.width)
        var window = forwardWindow(Window(kernel: 1), patch: dense, output: shape)
        forEachImage { image, lane, scratch in
            let patch = scratch.patch!.pointer
            let wide = scratch.other!.pointer
            source.load(image: image, to: patch, place, kernels, scratch)
            esp_neighbourhoods(
                wide, patch, Int32(place.width * 16), Int32(shape.channels), Int32(collapse.first.kernel),
                Int32(shape.height), Int32(shape.width))
            kernels.convolution_weights(partials + lane * size, wide, &window, wide, Int32(count + 1), Int32(blocks))
        }
        sumLanes(partials, size)
        // Packed [block of the second][block of the first][first][second].
        func sum(_ k: Int, _ l: Int) -> Double {
            Double(partials[((l / 16) * blocks + k / 16) * 256 + k % 16 * 16 + l % 16])
        }
        // Neighbourhoods lie tap by tap, weights channel by channel.
        let taps = count / shape.channels
        func row(_ k: Int) -> Int { k % taps * shape.channels + k / taps }
        let n = Double(self.count * shape.pixels)
        let center = (0..<count).map { sum(row($0), count) / n }
        var covariance = [Double](repeating: 0, count: count * count)
        for k in 0..<count {
            for l in 0..<count { covariance[k * count + l] = sum(row(k), row(l)) / n - center[k] * center[l] }
        }
        let weight = weights.values(stage.slots[0])
        var mean = [Double](repeating: 0, count: collapse.middle)
        var variance = mean
        for m in 0..<collapse.middle {
            let row = weight + m * count
            for k in 0..<count {
                mean[m] += center[k] * Double(row[k])
                var product = 0.0
                for l in 0..<count { product += covariance[k * count + l] * Double(row[l]) }
                variance[m] += product * Double(row[k])
            }
            variance[m] = max(0, variance[m])
        }
        norms.moments[collapse.norm] = Moments(count: self.count * shape.pixels, mean: mean, variance: variance)
        var state = collapsedCoefficients(collapse, mean, variance)
        state.center = center
        state.covariance = covariance
        return state
    }

    private func givenState(_ collapse: Collapse) -> CollapsedState {
        guard let moments = given[collapse.norm] else {
            require(false, "no statistics for batch norm \(collapse.norm)")
            return collapsedCoefficients(collapse, [], [])
        }
        return collapsedCoefficients(collapse, moments.mean, moments.variance)
    }

    private func collapsedCoefficients(
        _ collapse: Collapse, _ mean: [Double], _ variance: [Double]
    ) -> CollapsedState {
        let (gain, shift) = affine(collapse.norm)
        let inverse = variance.map { 1 / ($0 + NormTable.epsilon).squareRoot() }
        let a = mean.indices.map { Double(gain?[$0] ?? 1) * inverse[$0] }
        let b = mean.indices.map { Double(shift?[$0] ?? 0) - mean[$0] * a[$0] }
        return CollapsedState(a: a, b: b, mean: mean, inverse: inverse)
    }

    /// The nine wide kernels, packed, and behind them their nine biases:
    /// W[o][i][tap] = sum over valid t and m of W2[o][m][t] a[m] W1[m][i][tap - t], bias[o] = sum of W2[o][m][t] b[m].
    private func compose(
        _ stage: Stage, _ collapse: Collapse, _ state: CollapsedState, to packed: UnsafeMutablePointer<Float>
    ) {
        let count = collapse.neighbourhood
        let size = packedSize(collapse)
        let blocks = stage.shape.blocks
        packed.update(repeating: 0, count: 9 * (size + blocks * 16))
        let first = weights.values(stage.slots[0])
        let second = weights.values(stage.slots[1])
        let regions = collapse.regions
        engine.workers.forEach(collapse.output) { o, _ in
            for t in 0..<9 {
                var bias = 0.0
                var products = [Double](repeating: 0, count: count)
                for m in 0..<collapse.middle {
                    let w = Double(second[(o * collapse.middle + m) * 9 + t])
                    bias += w * state.b[m]
                    let scaled = w * state.a[m]
                    for k in 0..<count { products[k] += scaled * Double(first[m * count + k]) }
                }
                for (r, region) in regions.enumerated() where region.valid[t] {
                    packed[9 * size + r * blocks * 16 + o] += Float(bias)
                    for k in 0..<count {
                        let (channel, tap) = collapse.place(k, through: t)
                        packed[r * size + ((o / 16) * collapse.taps + tap) * 256 + channel * 16 + o % 16] +=
                            Float(products[k])
                    }
                }
            }
        }
    }

    /// Gradients of both weights and of the norm's gain and shift, from the gradients of the nine wide kernels.
    func collapsedBackward(_ stage: Stage, _ collapse: Collapse) {
        let size = packedSize(collapse)
        let channels = stage.shape.blocks * 16
        let partials = zeroedPartials(9 * size)
        let sums = engine.reserveDoubles(Engine.lanes * 9 * channels)
        let source = self.source(stage)
        let gradients = gradientSource(stage)
        let place = paddedPatch(Window(kernel: collapse.kernel, padding: collapse.padding), of: collapse.inputShape)
        let dense = Source.Placement(height: stage.shape.height, width: stage.shape.width)
        let regions = collapse.regions
        let pixels = stage.shape.pixels
        forEachImage { image, lane, scratch in
            let patch = scratch.patch!.pointer
            let dz = scratch.dense!.pointer
            source.load(image: image, to: patch, place, kernels, scratch)
            gradients.load(image: image, to: dz, dense, kernels, scratch)
            for (r, region) in regions.enumerated() where region.height > 0 && region.width > 0 {
                var window = self.window(collapse, region, place)
                let corner = dz + (region.y * stage.shape.width + region.x) * 16
                kernels.convolution_weights(
                    partials + lane * 9 * size + r * size, patch + (region.y * place.width + region.x) * 16, &window,
                    corner, Int32(collapse.inputShape.channels), Int32(stage.shape.blocks))
                for block in 0..<stage.shape.blocks {
                    kernels.region_sum(
                        corner + block * pixels * 16, Int32(region.height), Int32(region.width),
                        Int32(stage.shape.width * 16), sums + (lane * 9 + r) * channels + block * 16)
                }
            }
        }
        sumLanes(partials, 9 * size)
        forEachPair { into, from in
            for i in 0..<9 * channels { sums[into * 9 * channels + i] += sums[from * 9 * channels + i] }
        }
        decompose(stage, collapse, partials, UnsafePointer(sums))
    }

    /// With G[t] the wide gradient seen through tap t, summed over the regions in which t is valid:
    /// dW2[o][m][t] = a[m] W1[m] . G[t][o] + b[m] g[t][o]; dA[m] = sum of W2[o][m][t] G[t][o]; db[m] = sum of W2 g; then
    /// back through a = gain r, b = shift - mean a to gain, shift and, by mean and variance, to W1.
    private func decompose(
        _ stage: Stage, _ collapse: Collapse, _ wide: UnsafePointer<Float>, _ biases: UnsafePointer<Double>
    ) {
        let count = collapse.neighbourhood
        let output = collapse.output
        let size = packedSize(collapse)
        let channels = stage.shape.blocks * 16
        let state = collapsedState[stage.node]!
        let regions = collapse.regions
        var through = [Double](repeating: 0, count: 9 * output * count)
        var bias = [Double](repeating: 0, count: 9 * output)
        for t in 0..<9 {
            for (r, region) in regions.enumerated() where region.valid[t] {
                for o in 0..<output {
                    bias[t * output + o] += biases[r * channels + o]
                    let row = wide + r * size + (o / 16) * collapse.taps * 256 + o % 16
                    for k in 0..<count {
                        let (channel, tap) = collapse.place(k, through: t)
                        through[(t * output + o) * count + k] += Double(row[tap * 256 + channel * 16])
                    }
                }
            }
        }
        let first = weights.values(stage.slots[0])
        let second = weights.values(stage.slots[1])
        let firstGradient = weights.gradient(stage.slots[0])
        let secondGradient = weights.gradient(stage.slots[1])
        let norm = program.plan.nodes[collapse.norm]
        let gain = affine(collapse.norm).gain
        engine.workers.forEach(collapse.middle) { m, _ in
            let row = first + m * count
            var scaled = [Double](repeating: 0, count: count)
            var shift = 0.0
            for t in 0..<9 {
                for o in 0..<output {
                    let place = (o * collapse.middle + m) * 9 + t
                    let w = Double(second[place])
                    let g = bias[t * output + o]
                    shift += w * g
                    var dot = 0.0
                    let base = (t * output + o) * count
                    for k in 0..<count {
                        dot += Double(row[k]) * through[base + k]
                        scaled[k] += w * through[base + k]
                    }
                    secondGradient[place] += Float(state.a[m] * dot + state.b[m] * g)
                }
            }
            let r = state.inverse[m]
            var scale = -state.mean[m] * shift
            for k in 0..<count { scale += scaled[k] * Double(row[k]) }
            if gain != nil {
                weights.gradient(norm.slots[0])[m] += Float(scale * r)
                weights.gradient(norm.slots[1])[m] += Float(shift)
            }
            let variance = scale * Double(gain?[m] ?? 1) * -0.5 * r * r * r
            let mean = -state.a[m] * shift
            for k in 0..<count {
                var spread = 0.0
                for l in 0..<count { spread += state.covariance[k * count + l] * Double(row[l]) }
                firstGradient[m * count + k] += Float(
                    scaled[k] * state.a[m] + mean * state.center[k] + 2 * variance * spread)
            }
        }
    }
}
