import CKernels
import Tensors

/// Calls `visit(output, input, weight)` for every product of a convolution: indices into [n][cout][oh][ow],
/// [n][cin][h][w] and [cout][cin or 1][k][k].
@inline(__always)
func forEachProduct(_ at: Case, depthwise: Bool = false, _ visit: (Int, Int, Int) -> Void) {
    let (oh, ow) = (at.outH, at.outW)
    let outputs = depthwise ? at.cin : at.cout
    for image in 0..<at.n {
        for o in 0..<outputs {
            for i in depthwise ? o..<o + 1 : 0..<at.cin {
                let (to, from) = ((image * outputs + o) * oh, (image * at.cin + i) * at.h)
                for tap in 0..<at.taps {
                    let weight = (depthwise ? o : o * at.cin + i) * at.taps + tap
                    for y in 0..<oh {
                        let iy = y * at.stride + tap / at.kernel * at.dilation - at.padding
                        guard 0..<at.h ~= iy else { continue }
                        for x in 0..<ow {
                            let ix = x * at.stride + tap % at.kernel * at.dilation - at.padding
                            if 0..<at.w ~= ix { visit((to + y) * ow + x, (from + iy) * at.w + ix, weight) }
                        }
                    }
                }
            }
        }
    }
}

private func products(_ at: Case, _ inputs: [[Double]], depthwise: Bool) -> [Double] {
    var y = [Double](repeating: 0, count: at.n * (depthwise ? at.cin : at.cout) * at.outH * at.outW)
    let (x, w) = (inputs[0], inputs[1])
    forEachProduct(at, depthwise: depthwise) { y[$0] += x[$1] * w[$2] }
    return y
}

private func productGradients(_ at: Case, _ inputs: [[Double]], _ dy: [Double], depthwise: Bool) -> [[Double]] {
    let (x, w) = (inputs[0], inputs[1])
    var dx = [Double](repeating: 0, count: x.count)
    var dw = [Double](repeating: 0, count: w.count)
    forEachProduct(at, depthwise: depthwise) {
        dx[$1] += dy[$0] * w[$2]
        dw[$2] += dy[$0] * x[$1]
    }
    return [dx, dw]
}

extension Op {
    /// Inputs x [n][cin][h][w], w [cout][cin][k][k].
    static let convolution = Op(
        name: "convolution",
        cases: Case.windows(kernels: [1, 3, 5]) + [
            Case(cin: 16, cout: 64, h: 9, w: 11, kernel: 3, stride: 3, padding: 1),
            Case(cin: 5, cout: 96, h: 6, w: 13, kernel: 2, stride: 1),
            Case(cin: 35, cout: 80, h: 6, w: 13, kernel: 4, stride: 2, padding: 2),
        ],
        product: Case.product(kernels: [1, 3, 5]),
        sizes: { [$0.n * $0.cin * $0.h * $0.w, $0.cout * $0.cin * $0.taps] },
        forward: { kernels, at, inputs in
            let packed = Buffer(count: at.blocksOut * at.blocksIn * at.taps * 256)
            esp_pack_convolution(packed.pointer, inputs[1], Int32(at.cout), Int32(at.cin), Int32(at.taps))
            return (0..<at.n).flatMap { image in
                let patch = at.inputPatch(kernels, at.part(image, inputs[0]))
                let out = Buffer(count: at.blocksOut * at.outH * at.outW * 16)
                for i in 0..<out.count { out.pointer[i] = .nan }
                var window = at.window
                kernels.table.pointee.convolution(
                    out.pointer, patch.pointer, &window, packed.pointer, nil, Int32(at.cin), Int32(at.blocksOut))
                return plain(out, channels: at.cout, pixels: at.outH * at.outW)
            }
        },
        backward: { kernels, at, inputs, dy in
            let packed = Buffer(count: at.blocksOut * at.blocksIn * at.taps * 256)
            esp_pack_convolution_gradient(packed.pointer, inputs[1], Int32(at.cout), Int32(at.cin), Int32(at.taps))
            // Weight gradients add up over the images.
            let dw = Buffer(count: packed.count)
            let gradients = (0..<at.n).flatMap { image in
                let gradient = blocked(at.part(image, dy), channels: at.cout, pixels: at.outH * at.outW)
                let spread = at.gradientPatch(kernels, gradient, blocks: at.blocksOut)
                let dx = Buffer(count: at.blocksIn * at.h * at.w * 16)
                var window = at.gradientWindow
                kernels.table.pointee.convolution(
                    dx.pointer, spread.pointer, &window, packed.pointer, nil, Int32(at.cout), Int32(at.blocksIn))
                let patch = at.inputPatch(kernels, at.part(image, inputs[0]))
                window = at.window
                kernels.table.pointee.convolution_weights(
                    dw.pointer, patch.pointer, &window, gradient.pointer, Int32(at.cin), Int32(at.blocksOut))
                return plain(dx, channels: at.cin, pixels: at.h * at.w)
            }
            var unpacked = [Float](repeating: 0, count: inputs[1].count)
            esp_unpack_convolution(&unpacked, dw.pointer, Int32(at.cout), Int32(at.cin), Int32(at.taps))
            return [gradients, unpacked]
        },
        reference: { products($0, $1, depthwise: false) },
        referenceGradient: { productGradients($0, $1, $2, depthwise: false) })

    /// Inputs x [n][c][h][w], w [c][1][k][k].
    static let depthwise = Op(
        name: "depthwise",
        cases: Case.windows(kernels: [1, 3, 5, 7]) + [
            Case(cin: 20, h: 16, w: 13, kernel: 3, stride: 3, dilation: 3, padding: 3),
            Case(cin: 16, h: 16, w: 13, kernel: 4, padding: 1),
        ],
        product: Case.product(kernels: [1, 3, 5, 7]),
        sizes: { [$0.n * $0.cin * $0.h * $0.w, $0.cin * $0.taps] },
        forward: { kernels, at, inputs in
            let packed = Buffer(count: at.blocksIn * at.taps * 16)
            esp_pack_depthwise(packed.pointer, inputs[1], Int32(at.cin), Int32(at.taps), 0)
            let pixels = at.outH * at.outW
            return (0..<at.n).flatMap { image in
                let patch = at.inputPatch(kernels, at.part(image, inputs[0]))
                let out = Buffer(count: at.blocksIn * pixels * 16)
                var window = at.window
                for b in 0..<at.blocksIn {
                    kernels.table.pointee.depthwise(
                        out.pointer + b * pixels * 16, patch.pointer + b * Int(window.block), &window,
                        packed.pointer + b * at.taps * 16)
                }
                return plain(out, channels: at.cin, pixels: pixels)
            }
        },
        backward: { kernels, at, inputs, dy in
            let pixels = at.outH * at.outW
            let packed = Buffer(count: at.blocksIn * at.taps * 16)
            esp_pack_depthwise(packed.pointer, inputs[1], Int32(at.cin), Int32(at.taps), 1)
            let dw = Buffer(count: packed.count)
            let gradients = (0..<at.n).flatMap { image in
                let gradient = blocked(at.part(image, dy), channels: at.cin, pixels: pixels)
                let spread = at.gradientPatch(kernels, gradient, blocks: at.blocksIn)
                let patch = at.inputPatch(kernels, at.part(image, inputs[0]))
                let dx = Buffer(count: at.blocksIn * at.h * at.w * 16)
                var (window, back) = (at.window, at.gradientWindow)
                for b in 0..<at.blocksIn {
                    kernels.table.pointee.depthwise(
                        dx.pointer + b * at.h * at.w * 16, spread.pointer + b * Int(back.block), &back,
                        packed.pointer + b * at.taps * 16)
                    kernels.table.pointee.depthwise_weights(
                        dw.pointer + b * at.taps * 16, patch.pointer + b * Int(window.block), &window,
                        gradient.pointer + b * pixels * 16)
                }
                return plain(dx, channels: at.cin, pixels: at.h * at.w)
            }
            var unpacked = [Float](repeating: 0, count: inputs[1].count)
            esp_unpack_depthwise(&unpacked, dw.pointer, Int32(at.cin), Int32(at.taps))
            return [gradients, unpacked]
        },
        reference: { products($0, $1, depthwise: true) },
        referenceGradient: { productGradients($0, $1, $2, depthwise: true) })
}
