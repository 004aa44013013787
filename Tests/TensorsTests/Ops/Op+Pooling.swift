import CKernels
import Tensors

/// The input indices of every window: `visit(output, inputs)`; taps outside the image are left out.
private func forEachWindow(_ at: Case, _ visit: (Int, [Int]) -> Void) {
    for c in 0..<at.cin {
        for y in 0..<at.outH {
            for x in 0..<at.outW {
                var inside: [Int] = []
                for tap in 0..<at.taps {
                    let iy = y * at.stride + tap / at.kernel * at.dilation - at.padding
                    let ix = x * at.stride + tap % at.kernel * at.dilation - at.padding
                    if 0..<at.h ~= iy && 0..<at.w ~= ix { inside.append((c * at.h + iy) * at.w + ix) }
                }
                visit((c * at.outH + y) * at.outW + x, inside)
            }
        }
    }
}

/// dpatch, filled block by block, cut to the image.
private func cutGradient(
    _ kernels: Kernels, _ at: Case, _ fill: (Int, UnsafeMutablePointer<Float>) -> Void
) -> [Float] {
    let dx = Buffer(count: at.blocksIn * at.h * at.w * 16)
    for b in 0..<at.blocksIn {
        let dpatch = Buffer(count: at.patchH * at.patchW * 16)
        fill(b, dpatch.pointer)
        kernels.table.pointee.store(
            dx.pointer + b * at.h * at.w * 16, Int32(at.h), Int32(at.w),
            dpatch.pointer + at.padding * (at.patchW + 1) * 16, Int32(at.patchW * 16), nil, 0, 0, 0, nil)
    }
    return plain(dx, channels: at.cin, pixels: at.h * at.w)
}

extension Op {
    /// Input x [c][h][w]; padding never wins.
    static let maxPool = Op(
        name: "max pool",
        cases: Case.windows(kernels: [2, 3, 5], dilations: [1, 2]).filter { $0.padding <= $0.kernel / 2 },
        sizes: { [$0.cin * $0.h * $0.w] },
        // Distinct values, 1 / count apart: finite differences never change a winner.
        prepare: { _, inputs in
            let order = inputs[0].indices.sorted { inputs[0][$0] < inputs[0][$1] }
            for (rank, i) in order.enumerated() { inputs[0][i] = Double(rank) / Double(order.count) - 0.5 }
        },
        forward: { kernels, at, inputs in
            let patch = at.inputPatch(kernels, inputs[0], fill: -.infinity)
            let pixels = at.outH * at.outW
            let out = Buffer(count: at.blocksIn * pixels * 16)
            var window = at.window
            for b in 0..<at.blocksIn {
                kernels.table.pointee.max_pool(
                    out.pointer + b * pixels * 16, patch.pointer + b * Int(window.block), &window)
            }
            return plain(out, channels: at.cin, pixels: pixels)
        },
        backward: { kernels, at, inputs, dy in
            let patch = at.inputPatch(kernels, inputs[0], fill: -.infinity)
            let pixels = at.outH * at.outW
            let gradient = blocked(dy, channels: at.cin, pixels: pixels)
            let winners = Buffer(count: pixels * 16)
            var window = at.window
            return [
                cutGradient(kernels, at) { b, dpatch in
                    kernels.table.pointee.max_pool_gradient(
                        dpatch, winners.asIndices, patch.pointer + b * Int(window.block), &window,
                        gradient.pointer + b * pixels * 16)
                }
            ]
        },
        reference: { at, inputs in
            var y = [Double](repeating: 0, count: at.cin * at.outH * at.outW)
            forEachWindow(at) { y[$0] = $1.map { inputs[0][$0] }.max()! }
            return y
        },
        referenceGradient: { at, inputs, dy in
            var dx = [Double](repeating: 0, count: inputs[0].count)
            forEachWindow(at) { out, taps in dx[taps.max { inputs[0][$0] < inputs[0][$1] }!] += dy[out] }
            return [dx]
        })

    /// Input x [c][h][w]; the mean of the taps inside the image (PyTorch's count_include_pad=False).
    static let averagePool = Op(
        name: "average pool",
        cases: Case.windows(kernels: [2, 3, 5], dilations: [1]),
        sizes: { [$0.cin * $0.h * $0.w] },
        forward: { kernels, at, inputs in
            let patch = at.inputPatch(kernels, inputs[0])
            let pixels = at.outH * at.outW
            let out = Buffer(count: at.blocksIn * pixels * 16)
            var window = at.window
            for b in 0..<at.blocksIn {
                kernels.table.pointee.average_pool(
                    out.pointer + b * pixels * 16, patch.pointer + b * Int(window.block), &window, Int32(at.padding),
                    Int32(at.h), Int32(at.w))
            }
            return plain(out, channels: at.cin, pixels: pixels)
        },
        backward: { kernels, at, inputs, dy in
            let pixels = at.outH * at.outW
            let gradient = blocked(dy, channels: at.cin, pixels: pixels)
            var window = at.window
            return [
                cutGradient(kernels, at) { b, dpatch in
                    kernels.table.pointee.average_pool_gradient(
                        dpatch, &window, Int32(at.padding), Int32(at.h), Int32(at.w),
                        gradient.pointer + b * pixels * 16)
                }
            ]
        },
        reference: { at, inputs in
            var y = [Double](repeating: 0, count: at.cin * at.outH * at.outW)
            forEachWindow(at) { out, taps in y[out] = taps.reduce(0) { $0 + inputs[0][$1] } / Double(taps.count) }
            return y
        },
        referenceGradient: { at, inputs, dy in
            var dx = [Double](repeating: 0, count: inputs[0].count)
            forEachWindow(at) { out, taps in for i in taps { dx[i] += dy[out] / Double(taps.count) } }
            return [dx]
        })

    /// Input x [c][h][w], output [c].
    static let pixelMean = Op(
        name: "pixel mean",
        cases: Case.sides.flatMap { side in Case.channels.map { Case(cin: $0, h: side, w: max(1, side - 1)) } },
        sizes: { [$0.cin * $0.h * $0.w] },
        forward: { kernels, at, inputs in
            let x = blocked(inputs[0], channels: at.cin, pixels: at.h * at.w)
            var mean = [Float](repeating: .nan, count: at.blocksIn * 16)
            for b in 0..<at.blocksIn {
                mean.withUnsafeMutableBufferPointer {
                    kernels.table.pointee.pixel_mean(
                        $0.baseAddress! + b * 16, x.pointer + b * at.h * at.w * 16, Int32(at.h * at.w))
                }
            }
            return Array(mean.prefix(at.cin))
        },
        backward: { kernels, at, _, dy in
            let dx = Buffer(count: at.blocksIn * at.h * at.w * 16)
            let values = dy.map { $0 / Float(at.h * at.w) } + [Float](repeating: 0, count: at.blocksIn * 16 - at.cin)
            for b in 0..<at.blocksIn {
                values.withUnsafeBufferPointer {
                    kernels.table.pointee.fill(
                        dx.pointer + b * at.h * at.w * 16, Int32(at.h * at.w), $0.baseAddress! + b * 16)
                }
            }
            return [plain(dx, channels: at.cin, pixels: at.h * at.w)]
        },
        reference: { at, inputs in
            let pixels = at.h * at.w
            return (0..<at.cin).map { c in inputs[0][c * pixels..<(c + 1) * pixels].reduce(0, +) / Double(pixels) }
        },
        referenceGradient: { at, _, dy in
            [(0..<at.cin * at.h * at.w).map { dy[$0 / (at.h * at.w)] / Double(at.h * at.w) }]
        })
}

extension Buffer {
    /// The memory as scratch for the winners of a max pool.
    var asIndices: UnsafeMutablePointer<Int32> {
        UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Int32.self)
    }
}
