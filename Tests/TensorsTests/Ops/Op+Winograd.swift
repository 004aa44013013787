import CKernels
import Tensors

extension Case {
    /// A convolution that Winograd's F(4x4, 3x3) can compute.
    var fitsWinograd: Bool { kernel == 3 && stride == 1 && dilation == 1 && padding <= 2 }

    fileprivate func tiled(_ side: Int) -> Int { (side + 3) / 4 * 4 }

    /// Images [n][c][h][w] as patches one after the other, each with `offset` pixels before it and room for whole tiles.
    fileprivate func patches(
        _ kernels: Kernels, _ images: [Float], channels: Int, h: Int, w: Int, side: (h: Int, w: Int), offset: Int
    ) -> Buffer {
        let blocks = (channels + 15) / 16
        let size = blocks * side.h * side.w * 16
        let all = Buffer(count: n * size)
        for image in 0..<n {
            let values = images[image * channels * h * w..<(image + 1) * channels * h * w]
            let one = patch(
                kernels, blocked(values, channels: channels, pixels: h * w), blocks: blocks, h: h, w: w, patchH: side.h,
                patchW: side.w, offset: offset)
            (all.pointer + image * size).update(from: one.pointer, count: size)
        }
        return all
    }

    /// Images of blocks to [n][c][h][w].
    fileprivate func images(_ blocks: Buffer, channels: Int, pixels: Int) -> [Float] {
        let size = (channels + 15) / 16 * pixels * 16
        return (0..<n).flatMap { image in
            let one = Buffer(count: size)
            one.pointer.update(from: blocks.pointer + image * size, count: size)
            return plain(one, channels: channels, pixels: pixels)
        }
    }

    fileprivate func transformed(_ kernels: Kernels, _ weights: [Float], gradient: Bool) -> Buffer {
        let plane = esp_winograd_weights_plane(Int32(blocksIn * blocksOut))
        let u = Buffer(count: 36 * plane)
        let packed = Buffer(count: 9 * 256)
        for o in 0..<blocksOut {
            for i in 0..<blocksIn {
                esp_pack_convolution_block(
                    packed.pointer, weights, Int32(cout), Int32(cin), 9, Int32(o), Int32(i), gradient ? 1 : 0)
                let block = gradient ? i * blocksOut + o : o * blocksIn + i
                kernels.table.pointee.winograd_filter(u.pointer + block * 256, plane, packed.pointer)
            }
        }
        return u
    }

    fileprivate var work: Buffer {
        let planes =
            esp_winograd_tiles_plane(Int32(blocksIn)) + esp_winograd_tiles_plane(Int32(blocksOut))
        let buffer = Buffer(count: 36 * planes)
        for i in 0..<buffer.count { buffer.pointer[i] = .nan }
        return buffer
    }
}

extension Op {
    /// Every side and padding with one and three images, and 256 at each side up to 8; the channels take turns.
    private static var winogradCases: [Case] {
        var found: [Case] = []
        for side in Case.sides {
            for padding in 0...2 {
                for n in [1, 3] {
                    let turn = found.count
                    let one = Case(
                        n: n, cin: Case.channels[turn % 6], cout: Case.channels[(turn / 6 + turn) % 6],
                        h: turn % 3 == 1 ? max(1, side - 1) : side, w: side, kernel: 3, padding: padding)
                    if one.isValid { found.append(one) }
                }
            }
        }
        for (turn, side) in Case.sides.filter({ $0 <= 8 }).enumerated() {
            found.append(
                Case(
                    n: 256, cin: Case.channels[turn], cout: Case.channels[(turn + 3) % 6], h: side, w: side, kernel: 3,
                    padding: 1))
        }
        return found + [
            Case(n: 40, cin: 16, cout: 32, h: 4, w: 4, kernel: 3, padding: 1),
            Case(n: 1, cin: 64, cout: 64, h: 8, w: 8, kernel: 3, padding: 1),
            Case(n: 2, cin: 16, cout: 16, h: 32, w: 32, kernel: 3, padding: 1),
        ]
    }

    /// Inputs x [n][cin][h][w], w [cout][cin][3][3].
    static let winograd = Op(
        name: "winograd",
        cases: winogradCases,
        product: Case.product(kernels: [3], strides: [1], dilations: [1]).filter(\.fitsWinograd),
        tolerance: 3e-5,
        sizes: { [$0.n * $0.cin * $0.h * $0.w, $0.cout * $0.cin * 9] },
        forward: { kernels, at, inputs in
            let side = (h: at.tiled(at.outH) + 2, w: at.tiled(at.outW) + 2)
            let patch = at.patches(
                kernels, inputs[0], channels: at.cin, h: at.h, w: at.w, side: side, offset: at.padding)
            let work = at.work
            let u = at.transformed(kernels, inputs[1], gradient: false)
            let out = Buffer(count: at.n * at.blocksOut * at.outH * at.outW * 16)
            for i in 0..<out.count { out.pointer[i] = .nan }
            var shape = esp_winograd(
                images: Int32(at.n), out_h: Int32(at.outH), out_w: Int32(at.outW), cin: Int32(at.cin),
                cout_blocks: Int32(at.blocksOut), row: Int32(side.w * 16), block: Int32(side.h * side.w * 16),
                image: Int32(at.blocksIn * side.h * side.w * 16), dz_row: 0, dz_block: 0, dz_image: 0)
            kernels.table.pointee.winograd(out.pointer, patch.pointer, &shape, u.pointer, work.pointer)
            return at.images(out, channels: at.cout, pixels: at.outH * at.outW)
        },
        backward: { kernels, at, inputs, dy in
            let around = (h: at.tiled(at.h) + 2, w: at.tiled(at.w) + 2)
            let spread = at.patches(
                kernels, dy, channels: at.cout, h: at.outH, w: at.outW, side: around, offset: 2 - at.padding)
            let work = at.work
            let flipped = at.transformed(kernels, inputs[1], gradient: true)
            let dx = Buffer(count: at.n * at.blocksIn * at.h * at.w * 16)
            var back = esp_winograd(
                images: Int32(at.n), out_h: Int32(at.h), out_w: Int32(at.w), cin: Int32(at.cout),
                cout_blocks: Int32(at.blocksIn), row: Int32(around.w * 16), block: Int32(around.h * around.w * 16),
                image: Int32(at.blocksOut * around.h * around.w * 16), dz_row: 0, dz_block: 0, dz_image: 0)
            kernels.table.pointee.winograd(dx.pointer, spread.pointer, &back, flipped.pointer, work.pointer)

            let side = (h: at.tiled(at.outH) + 2, w: at.tiled(at.outW) + 2)
            let patch = at.patches(
                kernels, inputs[0], channels: at.cin, h: at.h, w: at.w, side: side, offset: at.padding)
            let tiles = (h: at.tiled(at.outH), w: at.tiled(at.outW))
            let dz = at.patches(kernels, dy, channels: at.cout, h: at.outH, w: at.outW, side: tiles, offset: 0)
            var shape = esp_winograd(
                images: Int32(at.n), out_h: Int32(at.outH), out_w: Int32(at.outW), cin: Int32(at.cin),
                cout_blocks: Int32(at.blocksOut), row: Int32(side.w * 16), block: Int32(side.h * side.w * 16),
                image: Int32(at.blocksIn * side.h * side.w * 16), dz_row: Int32(tiles.w * 16),
                dz_block: Int32(tiles.h * tiles.w * 16), dz_image: Int32(at.blocksOut * tiles.h * tiles.w * 16))
            let plane = esp_winograd_weights_plane(Int32(at.blocksIn * at.blocksOut))
            let du = Buffer(count: 36 * plane)
            kernels.table.pointee.winograd_weights(du.pointer, patch.pointer, dz.pointer, &shape, work.pointer)
            var dw = [Float](repeating: 0, count: inputs[1].count)
            let packed = Buffer(count: 9 * 256)
            for block in 0..<at.blocksIn * at.blocksOut {
                kernels.table.pointee.winograd_filter_gradient(packed.pointer, du.pointer + block * 256, plane)
                esp_unpack_convolution_block(
                    &dw, packed.pointer, Int32(at.cout), Int32(at.cin), 9, Int32(block / at.blocksIn),
                    Int32(block % at.blocksIn))
            }
            return [at.images(dx, channels: at.cin, pixels: at.h * at.w), dw]
        },
        reference: { Op.convolution.reference($0, $1) },
        referenceGradient: { Op.convolution.referenceGradient($0, $1, $2) })
}
