import CKernels
import Tensors
import Testing

/// The loops behind the peaks do what they are counted for.
@Suite struct PeaksTests {
    @Test func theLoopsCompute() {
        for kernels in Kernels.available {
            let table = kernels.table.pointee
            for count in [64, 640] {
                let x = (0..<count).map { Float($0 % 7) }, y = (0..<count).map { Float($0 % 5) }
                #expect(table.peak_read(x, count) == x.reduce(0, +))
                var out = [Float](repeating: 0, count: count)
                table.peak_triad(&out, x, y, count, 2)
                #expect(out == zip(x, y).map { 2 * $0 + $1 })
            }
            // Chains of s = s / 2 + 1 end at 2 each, so their sum is twice their number.
            var values = [Float](repeating: 1, count: 16)
            let executed = table.peak_multiply_adds(&values, 200)
            #expect(values.allSatisfy { Int64($0) * 16 * 100 == executed })
        }
    }

    @Test func peaksAreNumbers() {
        let peaks = Peaks(kernels: .best(), workers: Workers(threads: 2))
        for value in [peaks.multiplyAdds, peaks.read, peaks.triad] { #expect(value.isFinite && value > 0) }
        #expect(peaks.flops == 2 * peaks.multiplyAdds && peaks.bandwidth == max(peaks.read, peaks.triad))
    }
}
