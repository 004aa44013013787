import CKernels
import Tensors

/// The shapes of ops on whole images: every side, channels in turn, three images.
private let images: [Case] = Case.sides.enumerated().flatMap { i, side in
    [0, 1, 2].map { Case(n: 3, cin: Case.channels[(i + $0 * 2) % 6], h: side + $0 % 2, w: side) }
}

/// One block of one image through `load` into a dense block.
private func combine(
    _ kernels: Kernels, _ out: UnsafeMutablePointer<Float>, pixels: Int, _ terms: [esp_term], relu: Bool
) {
    kernels.table.pointee.load(
        out, 1, Int32(pixels), 0, 1, 0, 1, Int32(pixels), terms, Int32(terms.count), relu ? 1 : 0)
}

private let epsilon = 1e-5

/// [c] to whole blocks.
private func lanes(_ values: [Float], _ channels: Int) -> Buffer { blocked(values, channels: channels, pixels: 1) }

extension Op {
    /// y = relu(x0 * s0 + t0 + x1 * s1 + x2 + t2) by channel: the terms of `load`, with and without scale and shift.
    /// Inputs x0, x1, x2 [c][h][w]; s and t are fixed.
    static let sumReLU = Op(
        name: "sum and relu",
        cases: images.map {
            var one = $0
            one.n = 1
            return one
        },
        sizes: { Array(repeating: $0.cin * $0.h * $0.w, count: 3) },
        prepare: { at, inputs in
            // Keep the sum off the kink of ReLU.
            let y = sums(at, inputs)
            for i in y.indices where abs(y[i]) < 0.01 { inputs[2][i] += 0.05 }
        },
        forward: { sumsByKernel($0, $1, $2) },
        backward: { kernels, at, inputs, dy in
            let pixels = at.h * at.w
            let y = blocked(sumsByKernel(kernels, at, inputs), channels: at.cin, pixels: pixels)
            let gradient = blocked(dy, channels: at.cin, pixels: pixels)
            let (s0, _, s1, _) = factors(at.cin)
            let scales = [lanes(s0, at.cin), lanes(s1, at.cin)]
            let masked = Buffer(count: y.count)
            let dx = [Buffer(count: y.count), Buffer(count: y.count), Buffer(count: y.count)]
            for b in 0..<at.blocksIn {
                let from = b * pixels * 16
                kernels.table.pointee.store(
                    masked.pointer + from, Int32(at.h), Int32(at.w), gradient.pointer + from, Int32(at.w * 16),
                    y.pointer + from, Int32(at.w * 16), 0, 1, nil)
                for i in 0..<2 {
                    combine(
                        kernels, dx[i].pointer + from, pixels: pixels,
                        [esp_term(data: masked.pointer + from, scale: scales[i].pointer + b * 16, shift: nil)],
                        relu: false)
                }
                // The third by way of accumulation: half and half again.
                for _ in 0..<2 {
                    kernels.table.pointee.store(
                        dx[2].pointer + from, Int32(at.h), Int32(at.w), gradient.pointer + from, Int32(at.w * 16),
                        y.pointer + from, Int32(at.w * 16), 1, 0, nil)
                }
                for i in from..<from + pixels * 16 { dx[2].pointer[i] /= 2 }
            }
            return dx.map { plain($0, channels: at.cin, pixels: pixels) }
        },
        reference: { at, inputs in sums(at, inputs).map { max(0, $0) } },
        referenceGradient: { at, inputs, dy in
            let (s0, _, s1, _) = factors(at.cin)
            let masked = zip(sums(at, inputs), dy).map { $0 > 0 ? $1 : 0 }
            let channel = { (i: Int) in i / (at.h * at.w) }
            return [
                masked.indices.map { masked[$0] * Double(s0[channel($0)]) },
                masked.indices.map { masked[$0] * Double(s1[channel($0)]) }, masked,
            ]
        })

    /// Batch norm in training. Inputs x [n][c][h][w], gamma [c], beta [c].
    static let batchNorm = Op(
        name: "batch norm",
        cases: images.filter { $0.h * $0.w > 1 },
        sizes: { [$0.n * $0.cin * $0.h * $0.w, $0.cin, $0.cin] },
        forward: { kernels, at, inputs in
            let norm = Norm(kernels, at, inputs)
            return norm.perImage { image, b, out in
                let from = b * at.h * at.w * 16
                combine(
                    kernels, out + from, pixels: at.h * at.w,
                    [
                        esp_term(
                            data: norm.x[image].pointer + from, scale: norm.scale.pointer + b * 16,
                            shift: norm.shift.pointer + b * 16)
                    ], relu: false)
            }
        },
        backward: { kernels, at, inputs, dy in Norm(kernels, at, inputs).gradients(inputs[1], dy) },
        reference: { at, inputs in
            let (hat, _) = normalised(at, inputs[0])
            return hat.indices.map { inputs[1][at.channel($0)] * hat[$0] + inputs[2][at.channel($0)] }
        },
        referenceGradient: { at, inputs, dy in
            let (hat, inverse) = normalised(at, inputs[0])
            var sum = [Double](repeating: 0, count: at.cin), product = sum
            for i in dy.indices {
                sum[at.channel(i)] += dy[i]
                product[at.channel(i)] += dy[i] * hat[i]
            }
            let count = Double(at.n * at.h * at.w)
            let dx = dy.indices.map { i in
                let c = at.channel(i)
                return inputs[1][c] * inverse[c] * (dy[i] - sum[c] / count - hat[i] * product[c] / count)
            }
            return [dx, product, sum]
        })
}

/// Fixed scales and shifts by channel.
private func factors(_ channels: Int) -> (s0: [Float], t0: [Float], s1: [Float], t2: [Float]) {
    let c = (0..<channels).map(Float.init)
    return (c.map { 0.5 + $0 / 64 }, c.map { $0 / 128 - 0.25 }, c.map { 1 - $0 / 32 }, c.map { 0.25 - $0 / 256 })
}

private func sumsByKernel(_ kernels: Kernels, _ at: Case, _ inputs: [[Float]]) -> [Float] {
    let (s0, t0, s1, t2) = factors(at.cin)
    let x = inputs.map { blocked($0, channels: at.cin, pixels: at.h * at.w) }
    let scale0 = lanes(s0, at.cin), shift0 = lanes(t0, at.cin)
    let scale1 = lanes(s1, at.cin), shift2 = lanes(t2, at.cin)
    let out = Buffer(count: x[0].count)
    for b in 0..<at.blocksIn {
        let from = b * at.h * at.w * 16
        combine(
            kernels, out.pointer + from, pixels: at.h * at.w,
            [
                esp_term(
                    data: x[0].pointer + from, scale: scale0.pointer + b * 16, shift: shift0.pointer + b * 16),
                esp_term(data: x[1].pointer + from, scale: scale1.pointer + b * 16, shift: nil),
                esp_term(data: x[2].pointer + from, scale: nil, shift: shift2.pointer + b * 16),
            ], relu: true)
    }
    return plain(out, channels: at.cin, pixels: at.h * at.w)
}

private func sums(_ at: Case, _ inputs: [[Double]]) -> [Double] {
    let (s0, t0, s1, t2) = factors(at.cin)
    return inputs[0].indices.map { i in
        let c = i / (at.h * at.w)
        let first = inputs[0][i] * Double(s0[c]) + Double(t0[c])
        return first + inputs[1][i] * Double(s1[c]) + inputs[2][i] + Double(t2[c])
    }
}

extension Case {
    /// The channel of index i of [n][c][h][w].
    func channel(_ i: Int) -> Int { i / (h * w) % cin }
}

private func normalised(_ at: Case, _ x: [Double]) -> (hat: [Double], inverse: [Double]) {
    let count = Double(at.n * at.h * at.w)
    var mean = [Double](repeating: 0, count: at.cin), variance = mean
    for i in x.indices { mean[at.channel(i)] += x[i] / count }
    for i in x.indices {
        let off = x[i] - mean[at.channel(i)]
        variance[at.channel(i)] += off * off / count
    }
    let inverse = variance.map { 1 / ($0 + epsilon).squareRoot() }
    return (x.indices.map { (x[$0] - mean[at.channel($0)]) * inverse[at.channel($0)] }, inverse)
}

/// Batch norm by the kernels: moments image after image, then one multiply-add a value.
struct Norm {
    let kernels: Kernels
    let at: Case
    let x: [Buffer]
    var mean: [Double]
    var m2: [Double]
    let inverse: [Float]
    let scale: Buffer, shift: Buffer

    init(_ kernels: Kernels, _ at: Case, _ inputs: [[Float]]) {
        let pixels = at.h * at.w
        let x = Norm.images(at, inputs[0])
        var mean = [Double](repeating: 0, count: at.blocksIn * 16), m2 = mean
        for (i, image) in x.enumerated() {
            for b in 0..<at.blocksIn {
                mean.withUnsafeMutableBufferPointer { mean in
                    m2.withUnsafeMutableBufferPointer { m2 in
                        kernels.table.pointee.moments(
                            image.pointer + b * pixels * 16, Int32(pixels), Double(i * pixels),
                            mean.baseAddress! + b * 16, m2.baseAddress! + b * 16)
                    }
                }
            }
        }
        let count = Double(at.n * pixels)
        inverse = m2.map { Float(1 / ($0 / count + epsilon).squareRoot()) }
        let scales = (0..<at.cin).map { [inverse] in inputs[1][$0] * inverse[$0] }
        scale = lanes(scales, at.cin)
        shift = lanes((0..<at.cin).map { inputs[2][$0] - Float(mean[$0]) * scales[$0] }, at.cin)
        (self.kernels, self.at, self.x, self.mean, self.m2) = (kernels, at, x, mean, m2)
    }

    static func images(_ at: Case, _ values: [Float]) -> [Buffer] {
        let size = at.cin * at.h * at.w
        return (0..<at.n).map { blocked(values[$0 * size..<($0 + 1) * size], channels: at.cin, pixels: at.h * at.w) }
    }

    func perImage(_ body: (_ image: Int, _ block: Int, _ out: UnsafeMutablePointer<Float>) -> Void) -> [Float] {
        (0..<at.n).flatMap { image in
            let out = Buffer(count: x[image].count)
            for b in 0..<at.blocksIn { body(image, b, out.pointer) }
            return plain(out, channels: at.cin, pixels: at.h * at.w)
        }
    }

    /// In a pass of their own, or in the store of the gradient.
    private func addSums(of dy: UnsafePointer<Float>, _ sums: esp_norm_sums, storing: Bool) {
        if storing {
            let copy = Buffer(count: at.h * at.w * 16)
            withUnsafePointer(to: sums) {
                kernels.table.pointee.store(
                    copy.pointer, Int32(at.h), Int32(at.w), dy, Int32(at.w * 16), nil, 0, 0, 0, $0)
            }
        } else {
            kernels.table.pointee.norm_sums(
                dy, sums.z, Int32(at.h * at.w), sums.mean, sums.inverse, sums.sum, sums.sum_x)
        }
    }

    /// dx = a * dy + b * x + c by channel, from the two sums.
    func gradients(_ gamma: [Float], _ dy: [Float]) -> [[Float]] {
        let pixels = at.h * at.w, count = Double(at.n * pixels)
        let gradient = Norm.images(at, dy)
        let means = mean.map(Float.init)
        var sum = [Double](repeating: 0, count: mean.count), product = sum
        for image in 0..<at.n {
            for b in 0..<at.blocksIn {
                sum.withUnsafeMutableBufferPointer { sum in
                    product.withUnsafeMutableBufferPointer { product in
                        means.withUnsafeBufferPointer { means in
                            inverse.withUnsafeBufferPointer { inverse in
                                let dy = gradient[image].pointer + b * pixels * 16
                                let sums = esp_norm_sums(
                                    z: x[image].pointer + b * pixels * 16, mean: means.baseAddress! + b * 16,
                                    inverse: inverse.baseAddress! + b * 16, sum: sum.baseAddress! + b * 16,
                                    sum_x: product.baseAddress! + b * 16)
                                addSums(of: dy, sums, storing: image % 2 == 0)
                            }
                        }
                    }
                }
            }
        }
        let r = inverse.map(Double.init)
        let a = (0..<at.cin).map { Double(gamma[$0]) * r[$0] }
        let b = (0..<at.cin).map { -a[$0] * r[$0] * product[$0] / count }
        let c = (0..<at.cin).map { -a[$0] * sum[$0] / count - b[$0] * mean[$0] }
        let (first, second) = (lanes(a.map(Float.init), at.cin), lanes(b.map(Float.init), at.cin))
        let shift = lanes(c.map(Float.init), at.cin)
        let dx = perImage { image, block, out in
            let from = block * pixels * 16
            combine(
                kernels, out + from, pixels: pixels,
                [
                    esp_term(data: gradient[image].pointer + from, scale: first.pointer + block * 16, shift: nil),
                    esp_term(
                        data: x[image].pointer + from, scale: second.pointer + block * 16,
                        shift: shift.pointer + block * 16),
                ], relu: false)
        }
        return [dx, product.prefix(at.cin).map(Float.init), sum.prefix(at.cin).map(Float.init)]
    }
}
