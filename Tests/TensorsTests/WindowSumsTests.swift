import Foundations
import Tensors
import Testing

/// The sums over a patch tap by tap, at every level, against float64.
@Suite struct WindowSumsTests {
    @Test(arguments: [(1, 1), (2, 1), (3, 1), (3, 2), (5, 1), (5, 2), (5, 3)], [1, 3, 8, 9, 32])
    func everyTapHasTheSumOfItsPixels(window: (kernel: Int, dilation: Int), width: Int) {
        let (kernel, dilation) = window
        let height = 5
        let reach = dilation * (kernel - 1)
        let row = width + reach
        var draws = RandomStream(seed: 1, purpose: .test, step: kernel, lane: width)
        let patch = Buffer(count: (height + reach) * row * 16)
        for k in 0..<patch.count { patch.pointer[k] = Float(draws.unitDouble() * 2 - 0.5) }
        var window = esp_window()
        (window.kernel, window.stride, window.dilation) = (Int32(kernel), 1, Int32(dilation))
        (window.out_h, window.out_w) = (Int32(height), Int32(width))
        (window.row, window.block) = (Int32(row * 16), Int32(patch.count))
        for kernels in Kernels.available {
            let sums = Buffer(count: kernel * kernel * 16)
            kernels.table.pointee.window_sums(sums.pointer, patch.pointer, &window)
            for tap in 0..<kernel * kernel {
                for c in 0..<16 {
                    var (exact, size) = (0.0, 0.0)
                    for y in 0..<height {
                        for x in 0..<width {
                            let at = (y + tap / kernel * dilation) * row + x + tap % kernel * dilation
                            exact += Double(patch.pointer[at * 16 + c])
                            size += abs(Double(patch.pointer[at * 16 + c]))
                        }
                    }
                    let found = Double(sums.pointer[tap * 16 + c])
                    #expect(abs(found - exact) <= 1e-6 * size, "\(kernels.level), tap \(tap): \(found), \(exact)")
                }
            }
        }
    }
}
