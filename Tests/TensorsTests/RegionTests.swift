import Foundations
import Tensors
import Testing

/// Kernels that read and write part of an image: what the collapsed stem is made of.
@Suite struct RegionTests {
    private let side = 7
    private let kernel = 3

    private func drawn(_ count: Int, lane: Int) -> Buffer {
        let buffer = Buffer(count: count)
        var stream = RandomStream(seed: 5, purpose: .test, lane: lane)
        for i in 0..<count { buffer.pointer[i] = 2 * stream.unit() - 1 }
        return buffer
    }

    private func window(height: Int, width: Int, outRow: Int, outBlock: Int) -> esp_window {
        let row = (side + 2) * 16
        return esp_window(
            kernel: Int32(kernel), stride: 1, dilation: 1, out_h: Int32(height), out_w: Int32(width), row: Int32(row),
            block: Int32(row * (side + 2)), out_row: Int32(outRow), out_block: Int32(outBlock), ahead: esp_ahead())
    }

    /// Every region computed alone equals the same pixels of the whole, plus the bias; weight gradients add up.
    @Test(arguments: Kernels.available) func regionsMakeTheWhole(kernels: Kernels) {
        let table = kernels.table.pointee
        let patch = drawn(2 * (side + 2) * (side + 2) * 16, lane: 0)
        let weights = drawn(3 * 2 * 9 * 256, lane: 1)
        let bias = drawn(48, lane: 2)
        let whole = Buffer(count: 3 * side * side * 16)
        var full = window(height: side, width: side, outRow: 0, outBlock: 0)
        table.convolution(whole.pointer, patch.pointer, &full, weights.pointer, nil, 20, 3)
        let parts = Buffer(count: whole.count)
        let gradient = Buffer(count: weights.count)
        let expected = Buffer(count: weights.count)
        table.convolution_weights(expected.pointer, patch.pointer, &full, whole.pointer, 20, 3)
        var sums = [Double](repeating: 0, count: 16)
        for (y, height) in [(0, 1), (1, side - 2), (side - 1, 1)] {
            for (x, width) in [(0, 1), (1, side - 2), (side - 1, 1)] {
                var part = window(height: height, width: width, outRow: side * 16, outBlock: side * side * 16)
                let corner = (y * side + x) * 16
                let from = patch.pointer + (y * (side + 2) + x) * 16
                table.convolution(parts.pointer + corner, from, &part, weights.pointer, bias.pointer, 20, 3)
                table.convolution_weights(gradient.pointer, from, &part, whole.pointer + corner, 20, 3)
                table.region_sum(whole.pointer + corner, Int32(height), Int32(width), Int32(side * 16), &sums)
            }
        }
        for i in 0..<whole.count {
            let channel = i / (side * side * 16) * 16 + i % 16
            #expect(abs(parts.pointer[i] - whole.pointer[i] - bias.pointer[channel]) < 1e-5)
        }
        for i in 0..<gradient.count { #expect(abs(gradient.pointer[i] - expected.pointer[i]) < 1e-3) }
        for c in 0..<16 {
            let direct = (0..<side * side).reduce(0.0) { $0 + Double(whole.pointer[$1 * 16 + c]) }
            #expect(abs(sums[c] - direct) < 1e-4)
        }
    }

    @Test func neighbourhoodsAreTheTapsAndAOne() {
        let patch = drawn((side + 2) * (side + 2) * 16, lane: 3)
        let channels = 3
        let count = channels * 9 + 1
        let out = Buffer(count: 2 * side * side * 16)
        esp_neighbourhoods(
            out.pointer, patch.pointer, Int32((side + 2) * 16), Int32(channels), 3, Int32(side), Int32(side))
        for y in 0..<side {
            for x in 0..<side {
                for c in 0..<32 {
                    let found = out.pointer[(c / 16 * side * side + y * side + x) * 16 + c % 16]
                    let tap = c / channels
                    let source = ((y + tap / 3) * (side + 2) + x + tap % 3) * 16 + c % channels
                    let wanted = c < count - 1 ? patch.pointer[source] : c == count - 1 ? 1 : 0
                    #expect(found == wanted, "pixel \(y), \(x), channel \(c)")
                }
            }
        }
    }
}
