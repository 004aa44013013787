import CKernels
import Tensors
import Testing

/// Functions that are exact: a wrong bit is a failure.
@Suite struct ElementTests {
    @Test func additionAndUpdateAreExactElementByElement() {
        for kernels in Kernels.available {
            for count in [0, 1, 15, 16, 17, 100] {
                let g = (0..<count).map { Float($0 % 13) / 7 - 0.8 }
                var w = (0..<count).map { Float($0) / 31 - 1 }, m = (0..<count).map { 1 / Float($0 + 3) }
                var (wantW, wantM) = (w, m)
                let (rate, momentum, decay): (Float, Float, Float) = (0.025, 0.9, 3e-4)
                for step in 0..<3 {
                    for i in 0..<count {
                        let decayed = decay * wantW[i]
                        let sum = step == 1 ? decayed : g[i] + decayed
                        let kept = momentum * wantM[i]
                        wantM[i] = kept + sum
                        let moved = rate * wantM[i]
                        wantW[i] -= moved
                    }
                    if step == 1 {
                        kernels.table.pointee.sgd(&w, &m, nil, count, rate, momentum, decay)
                    } else {
                        kernels.table.pointee.sgd(&w, &m, g, count, rate, momentum, decay)
                    }
                }
                #expect(w == wantW && m == wantM, "sgd of \(count) at \(kernels.level)")
                kernels.table.pointee.add(&w, g, count)
                #expect(w == zip(wantW, g).map { $0 + $1 }, "add of \(count) at \(kernels.level)")
            }
        }
    }

    /// Ties: the first tap in row-major order takes the gradient. NaN: stays.
    @Test func maxPoolTiesAndNaN() {
        for kernels in Kernels.available {
            let patch = Buffer(count: 9 * 16), dpatch = Buffer(count: 9 * 16), out = Buffer(count: 16)
            let winners = Buffer(count: 16)
            for p in 0..<9 { for c in 0..<16 { patch.pointer[p * 16 + c] = p == 4 || p == 7 ? 2 : -1 } }
            patch.pointer[3 * 16 + 5] = .nan
            var window = esp_window(
                kernel: 3, stride: 1, dilation: 1, out_h: 1, out_w: 1, row: 48, block: 144, out_row: 0, out_block: 0,
                ahead: esp_ahead())
            kernels.table.pointee.max_pool(out.pointer, patch.pointer, &window)
            kernels.table.pointee.max_pool_gradient(
                dpatch.pointer, winners.asIndices, patch.pointer, &window, [Float](repeating: 3, count: 16))
            for c in 0..<16 {
                #expect(c == 5 ? out.pointer[c].isNaN : out.pointer[c] == 2)
                for p in 0..<9 { #expect(dpatch.pointer[p * 16 + c] == (p == (c == 5 ? 3 : 4) ? 3 : 0)) }
            }
        }
    }

    /// Fetching ahead changes no value, whatever the portion and however the streams are cut.
    @Test func fetchingAheadChangesNothing() {
        let patch = Buffer(count: 18 * 18 * 16), w = Buffer(count: 9 * 16)
        for i in 0..<patch.count { patch.pointer[i] = Float(i % 251) - 125 }
        for i in 0..<w.count { w.pointer[i] = Float(i % 7) - 3 }
        let next = UnsafeRawPointer(patch.pointer).assumingMemoryBound(to: CChar.self)
        let streams = [3, 1, 40].map { esp_stream(data: next, stride: 64, lines: $0) }
        for kernels in Kernels.available {
            for ahead in [(0, 1), (0, 4), (1, 4), (3, 4)] {
                func run(_ ahead: esp_ahead) -> [Float] {
                    let out = Buffer(count: 16 * 16 * 16), dw = Buffer(count: 9 * 16)
                    var window = esp_window(
                        kernel: 3, stride: 1, dilation: 1, out_h: 16, out_w: 16, row: 18 * 16, block: 0, out_row: 0,
                        out_block: 0, ahead: ahead)
                    kernels.table.pointee.depthwise(out.pointer, patch.pointer, &window, w.pointer)
                    kernels.table.pointee.depthwise_weights(dw.pointer, patch.pointer, &window, out.pointer)
                    return Array(out.floats) + Array(dw.floats)
                }
                streams.withUnsafeBufferPointer { streams in
                    let some = esp_ahead(
                        streams: streams.baseAddress, count: 3, part: Int32(ahead.0), parts: Int32(ahead.1), lines: 44,
                        image: 2)
                    #expect(run(some) == run(esp_ahead()))
                }
            }
        }
    }

    /// NaN passes ReLU, more than four terms add up, and the mask of `store` keeps what is positive.
    @Test func loadKeepsNaNAndAddsManyTerms() {
        for kernels in Kernels.available {
            let x = Buffer(count: 16)
            for c in 0..<16 { x.pointer[c] = Float(c) - 8 }
            x.pointer[2] = .nan
            var patch = [Float](repeating: 7, count: 9 * 16)
            let scale = [Float](repeating: 2, count: 16), shift = [Float](repeating: 0.5, count: 16)
            scale.withUnsafeBufferPointer { scale in
                shift.withUnsafeBufferPointer { shift in
                    let term = esp_term(data: x.pointer, scale: scale.baseAddress, shift: shift.baseAddress)
                    kernels.table.pointee.load(&patch, 3, 3, 1, 1, -5, 1, 1, Array(repeating: term, count: 6), 6, 1)
                }
            }
            for c in 0..<16 {
                let want = max(0, 6 * (2 * (Float(c) - 8) + 0.5))
                #expect(c == 2 ? patch[64 + c].isNaN : patch[64 + c] == want)
                #expect(patch[c] == -5 && patch[128 + c] == -5)
            }
        }
    }

    /// A mean of 1000 with deviations of 1e-2: what E[x^2] - mean^2 would lose.
    @Test func momentsDoNotCancel() {
        for kernels in Kernels.available {
            var mean = [Double](repeating: 0, count: 16), m2 = mean, values: [Double] = []
            for image in 0..<4 {
                let z = Buffer(count: 100 * 16)
                for p in 0..<100 {
                    let value = 1000 + Float((p * 37 + image * 11) % 101) / 5000
                    values.append(Double(value))
                    for c in 0..<16 { z.pointer[p * 16 + c] = value }
                }
                kernels.table.pointee.moments(z.pointer, 100, Double(image * 100), &mean, &m2)
            }
            let exact = values.reduce(0, +) / 400
            let squares = values.reduce(0) { $0 + ($1 - exact) * ($1 - exact) }
            #expect(abs(mean[3] - exact) <= 1e-9 * exact)
            #expect(abs(m2[3] - squares) <= 1e-4 * squares)
        }
    }
}
