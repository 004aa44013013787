import CKernels
import Tensors

extension Case {
    /// A convolution whose data gradient can be taken in phases.
    var isStrided: Bool { stride > 1 && dilation == 1 }
}

extension Op {
    /// Strided convolution with its data gradient in phases. Inputs x [n][cin][h][w], w [cout][cin][k][k].
    static let phases = Op(
        name: "phases",
        cases: Case.windows(kernels: [1, 2, 3, 5], strides: [2, 3], dilations: [1]) + [
            Case(cin: 5, cout: 17, h: 9, w: 11, kernel: 4, stride: 3, padding: 2),
            Case(cin: 48, cout: 16, h: 6, w: 13, kernel: 3, stride: 4, padding: 2),
        ],
        product: Case.product(kernels: [1, 2, 3, 5], strides: [2, 3], dilations: [1]),
        sizes: { Op.convolution.sizes($0) },
        forward: { Op.convolution.forward($0, $1, $2) },
        backward: { kernels, at, inputs, dy in
            let before = (at.kernel - 1) / at.stride
            func side(_ read: Int, _ reached: Int) -> Int {
                before + max(read, (reached - 1 + at.padding) / at.stride + 1)
            }
            let (rows, columns) = (side(at.outH, at.h), side(at.outW, at.w))
            let packed = Buffer(count: at.blocksOut * at.blocksIn * at.taps * 256)
            esp_pack_convolution_phases(packed.pointer, inputs[1], Int32(at.cout), Int32(at.cin), Int32(at.taps))
            let dx = (0..<at.n).flatMap { image in
                let spread = patch(
                    kernels, blocked(at.part(image, dy), channels: at.cout, pixels: at.outH * at.outW),
                    blocks: at.blocksOut, h: at.outH, w: at.outW, patchH: rows, patchW: columns, offset: before)
                let dx = Buffer(count: at.blocksIn * at.h * at.w * 16)
                let work = Buffer(count: dx.count)
                for i in 0..<dx.count { (dx.pointer[i], work.pointer[i]) = (.nan, .nan) }
                var shape = esp_phases(
                    kernel: Int32(at.kernel), stride: Int32(at.stride), padding: Int32(at.padding), h: Int32(at.h),
                    w: Int32(at.w), cin: Int32(at.cout), cout_blocks: Int32(at.blocksIn), before: Int32(before),
                    row: Int32(columns * 16), block: Int32(rows * columns * 16))
                kernels.table.pointee.convolution_phases(
                    dx.pointer, spread.pointer, &shape, packed.pointer, work.pointer)
                return plain(dx, channels: at.cin, pixels: at.h * at.w)
            }
            let dw = Op.convolution.backward(kernels, at, inputs, dy)[1]
            return [dx, dw]
        },
        reference: { Op.convolution.reference($0, $1) },
        referenceGradient: { Op.convolution.referenceGradient($0, $1, $2) })
}
