import CKernels
import Glibc
import Tensors

private func label(_ i: Int, _ at: Case) -> Int { i * 7 % at.cout }

private func softmax(_ row: ArraySlice<Double>) -> [Double] {
    let top = row.max()!
    let e = row.map { exp($0 - top) }
    let sum = e.reduce(0, +)
    return e.map { $0 / sum }
}

extension Op {
    /// Input logits [n][classes]; output the n losses; row i has label 7 i mod classes. Rows lie 3 floats further
    /// apart.
    static let crossEntropy = Op(
        name: "cross entropy",
        cases: [1, 2, 10, 100].flatMap { classes in [1, 3, 5, 64, 256].map { Case(n: $0, cout: classes) } },
        product: ([1000] + Case.channels).flatMap { classes in
            (Case.batches + [2, 7, 16, 33]).map { Case(n: $0, cout: classes) }
        },
        sizes: { [$0.n * $0.cout] },
        prepare: { _, inputs in for i in inputs[0].indices { inputs[0][i] *= 8 } },
        forward: { _, at, inputs in losses(at, inputs[0]).losses },
        backward: { _, at, inputs, dy in
            let gradient = losses(at, inputs[0]).gradient
            return [gradient.indices.map { gradient[$0] / 0.5 * dy[$0 / at.cout] }]
        },
        reference: { at, inputs in
            (0..<at.n).map { -log(softmax(inputs[0][$0 * at.cout..<($0 + 1) * at.cout])[label($0, at)]) }
        },
        referenceGradient: { at, inputs, dy in
            [
                (0..<at.n).flatMap { i in
                    softmax(inputs[0][i * at.cout..<(i + 1) * at.cout]).enumerated().map {
                        ($1 - ($0 == label(i, at) ? 1 : 0)) * dy[i]
                    }
                }
            ]
        })

    /// y = x w': inputs x [n][cin], w [cout][cin]; by BLAS, the same at every level.
    static let linear = Op(
        name: "linear",
        cases: Case.channels.flatMap { cin in
            [1, 10, 100].flatMap { cout in [1 + cin % 5, 3, 256].map { Case(n: $0, cin: cin, cout: cout) } }
        },
        product: (Case.channels + [200, 256]).flatMap { cin in
            (Case.channels + [5, 1000]).flatMap { cout in Case.batches.map { Case(n: $0, cin: cin, cout: cout) } }
        },
        sizes: { [$0.n * $0.cin, $0.cout * $0.cin] },
        forward: { _, at, inputs in
            var y = [Float](repeating: .nan, count: at.n * at.cout)
            BLAS.multiply(
                rows: at.n, columns: at.cout, inner: at.cin, inputs[0], leadingA: at.cin, inputs[1], leadingB: at.cin,
                transposeB: true, into: &y, leadingC: at.cout)
            return y
        },
        backward: { _, at, inputs, dy in
            // Onto ones: beta 0 must forget them and beta 1 add to them. Alpha 2 is halved again.
            var dx = [Float](repeating: 1, count: at.n * at.cin), dw = [Float](repeating: 1, count: at.cout * at.cin)
            BLAS.multiply(
                rows: at.n, columns: at.cin, inner: at.cout, alpha: 2, dy, leadingA: at.cout, inputs[1],
                leadingB: at.cin, beta: 0, into: &dx, leadingC: at.cin)
            BLAS.multiply(
                rows: at.cout, columns: at.cin, inner: at.n, dy, leadingA: at.cout, transposeA: true, inputs[0],
                leadingB: at.cin, beta: 1, into: &dw, leadingC: at.cin)
            return [dx.map { $0 / 2 }, dw.map { $0 - 1 }]
        },
        reference: { at, inputs in
            (0..<at.n * at.cout).map { i in
                let (row, column) = (i / at.cout * at.cin, i % at.cout * at.cin)
                return (0..<at.cin).reduce(0) { $0 + inputs[0][row + $1] * inputs[1][column + $1] }
            }
        },
        referenceGradient: { at, inputs, dy in
            var dx = [Double](repeating: 0, count: inputs[0].count), dw = [Double](repeating: 0, count: inputs[1].count)
            for i in 0..<at.n {
                for o in 0..<at.cout {
                    for c in 0..<at.cin {
                        dx[i * at.cin + c] += dy[i * at.cout + o] * inputs[1][o * at.cin + c]
                        dw[o * at.cin + c] += dy[i * at.cout + o] * inputs[0][i * at.cin + c]
                    }
                }
            }
            return [dx, dw]
        })
}

/// The kernel on rows 3 floats further apart than they are long, with scale 0.5.
private func losses(_ at: Case, _ logits: [Float]) -> (losses: [Float], gradient: [Float]) {
    let stride = at.cout + 3
    var spread = [Float](repeating: .nan, count: at.n * stride), gradient = spread
    for i in logits.indices { spread[i / at.cout * stride + i % at.cout] = logits[i] }
    var losses = [Float](repeating: 0, count: at.n), correct = [UInt8](repeating: 9, count: at.n)
    esp_softmax_cross_entropy(
        spread, Int32(at.n), Int32(at.cout), Int32(stride), (0..<at.n).map { Int32(label($0, at)) }, 0.5, &gradient,
        &losses, &correct)
    return (losses, logits.indices.map { gradient[$0 / at.cout * stride + $0 % at.cout] })
}
