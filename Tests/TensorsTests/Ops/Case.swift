/// One shape an op is checked at. Ops read the fields they know: pooling has no `cout`, a linear layer no `kernel`.
struct Case: Codable, CustomStringConvertible, Sendable {
    var n = 1
    var cin = 1
    var cout = 1
    var h = 1
    var w = 1
    var kernel = 1
    var stride = 1
    var dilation = 1
    var padding = 0

    var reach: Int { (kernel - 1) * dilation }
    var outH: Int { (h + 2 * padding - reach - 1) / stride + 1 }
    var outW: Int { (w + 2 * padding - reach - 1) / stride + 1 }
    var taps: Int { kernel * kernel }
    /// The window fits, and the data gradient is a convolution over a patch that holds all of dy.
    var isValid: Bool { min(h, w) + 2 * padding > reach && padding <= reach }

    var description: String {
        "n \(n) cin \(cin) cout \(cout) \(h)x\(w) k\(kernel) s\(stride) d\(dilation) p\(padding)"
    }
}

extension Case {
    static let channels = [1, 3, 16, 17, 48, 64]
    static let sides = [1, 2, 3, 7, 8, 28, 32]

    /// Every side, kernel, stride, dilation and padding; the channels take turns, so that all pairs occur.
    static func windows(kernels: [Int], strides: [Int] = [1, 2], dilations: [Int] = [1, 2]) -> [Case] {
        var found: [Case] = []
        for side in sides {
            for kernel in kernels {
                for stride in strides {
                    for dilation in dilations where kernel > 1 || dilation == 1 {
                        for padding in Set([0, kernel / 2 * dilation]).sorted() {
                            let turn = found.count
                            let one = Case(
                                cin: channels[turn % 6], cout: channels[(turn / 6 + turn) % 6],
                                h: turn % 3 == 1 ? max(1, side - 1) : side, w: side, kernel: kernel, stride: stride,
                                dilation: dilation, padding: padding)
                            if one.isValid { found.append(one) }
                        }
                    }
                }
            }
        }
        return found
    }
}
