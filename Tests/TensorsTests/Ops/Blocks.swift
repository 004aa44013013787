import CKernels
import Foundations
import Tensors

/// [c][h][w] to blocks [ceil(c / 16)][h][w][16].
func blocked(_ plain: some Collection<Float>, channels: Int, pixels: Int) -> Buffer {
    require(plain.count == channels * pixels, "\(plain.count) values, expected \(channels) x \(pixels)")
    let buffer = Buffer(count: (channels + 15) / 16 * pixels * 16)
    for (i, value) in plain.enumerated() {
        let (c, p) = (i / pixels, i % pixels)
        buffer.pointer[(c / 16 * pixels + p) * 16 + c % 16] = value
    }
    return buffer
}

/// Blocks to [c][h][w].
func plain(_ blocks: Buffer, channels: Int, pixels: Int) -> [Float] {
    (0..<channels * pixels).map { i in
        let (c, p) = (i / pixels, i % pixels)
        return blocks.pointer[(c / 16 * pixels + p) * 16 + c % 16]
    }
}

/// All blocks of a dense image through `load`, into one patch.
func patch(
    _ kernels: Kernels, _ image: Buffer, blocks: Int, h: Int, w: Int, patchH: Int, patchW: Int, offset: Int,
    stride: Int = 1, fill: Float = 0
) -> Buffer {
    let patch = Buffer(count: blocks * patchH * patchW * 16)
    // Stale numbers must not survive a load.
    for i in 0..<patch.count { patch.pointer[i] = .nan }
    for b in 0..<blocks {
        var term = esp_term(data: image.pointer + b * h * w * 16, scale: nil, shift: nil)
        kernels.table.pointee.load(
            patch.pointer + b * patchH * patchW * 16, Int32(patchH), Int32(patchW), Int32(offset), Int32(stride), fill,
            Int32(h), Int32(w), &term, 1, 0)
    }
    return patch
}

extension Case {
    var blocksIn: Int { (cin + 15) / 16 }
    var blocksOut: Int { (cout + 15) / 16 }
    var patchH: Int { h + 2 * padding }
    var patchW: Int { w + 2 * padding }

    /// The window of the forward pass.
    var window: esp_window {
        esp_window(
            kernel: Int32(kernel), stride: Int32(stride), dilation: Int32(dilation), out_h: Int32(outH),
            out_w: Int32(outW), row: Int32(patchW * 16), block: Int32(patchH * patchW * 16), out_row: 0, out_block: 0,
            ahead: esp_ahead())
    }
    /// The window of the data gradient: stride 1 over dy with zeros between and around.
    var gradientWindow: esp_window {
        esp_window(
            kernel: Int32(kernel), stride: 1, dilation: Int32(dilation), out_h: Int32(h), out_w: Int32(w),
            row: Int32((w + reach) * 16), block: Int32((h + reach) * (w + reach) * 16),
            out_row: 0, out_block: 0, ahead: esp_ahead())
    }

    func inputPatch(_ kernels: Kernels, _ x: [Float], fill: Float = 0) -> Buffer {
        patch(
            kernels, blocked(x, channels: cin, pixels: h * w), blocks: blocksIn, h: h, w: w, patchH: patchH,
            patchW: patchW, offset: padding, fill: fill)
    }
    func gradientPatch(_ kernels: Kernels, _ dy: Buffer, blocks: Int) -> Buffer {
        patch(
            kernels, dy, blocks: blocks, h: outH, w: outW, patchH: h + reach, patchW: w + reach,
            offset: reach - padding, stride: stride)
    }
}
