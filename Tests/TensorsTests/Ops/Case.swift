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
    /// One image, a few, and a real batch: that on small images only where nobody waits for a soak.
    static let batches = [1, 3, 256]

    /// Every side, kernel, stride, dilation and padding; channels and 1 or 3 images take turns, so that all pairs occur.
    /// Behind them 256 images at each side up to 8.
    static func windows(kernels: [Int], strides: [Int] = [1, 2], dilations: [Int] = [1, 2]) -> [Case] {
        var found: [Case] = []
        for side in sides {
            for window in each(kernels, strides, dilations) {
                let turn = found.count
                found += window.at(
                    side, turn: turn, channels[turn % 6], channels[(turn / 6 + turn) % 6], [1, 3, 1][turn % 3])
            }
        }
        for (turn, side) in sides.filter({ $0 <= 8 }).enumerated() {
            let fitting = each(kernels, strides, dilations).filter { !$0.at(side, turn: turn, 1, 1, 1).isEmpty }
            found += fitting[turn % fitting.count].at(
                side, turn: turn, channels[turn % 6], channels[(turn + 3) % 6], 256)
        }
        return found
    }

    /// The whole product of channels, sides, windows and 1 or 3 images, output channels in turn; behind it every number of
    /// channels at every side with 256 images, windows in turn.
    static func product(kernels: [Int], strides: [Int] = [1, 2], dilations: [Int] = [1, 2]) -> [Case] {
        var found: [Case] = []
        let windows = each(kernels, strides, dilations)
        for side in sides {
            for cin in channels {
                for window in windows {
                    for n in [1, 3] {
                        let turn = found.count
                        found += window.at(side, turn: turn, cin, channels[turn % 6], n)
                    }
                }
                let fitting = windows.filter { !$0.at(side, turn: 0, 1, 1, 1).isEmpty }
                let turn = found.count
                found += fitting[turn % fitting.count].at(side, turn: turn, cin, channels[turn / 6 % 6], 256)
            }
        }
        return found
    }

    private static func each(_ kernels: [Int], _ strides: [Int], _ dilations: [Int]) -> [Case] {
        kernels.flatMap { kernel in
            strides.flatMap { stride in
                dilations.filter { kernel > 1 || $0 == 1 }.flatMap { dilation in
                    Set([0, kernel / 2 * dilation]).sorted().map {
                        Case(kernel: kernel, stride: stride, dilation: dilation, padding: $0)
                    }
                }
            }
        }
    }

    /// This window on images that are not always square; none where it does not fit.
    private func at(_ side: Int, turn: Int, _ cin: Int, _ cout: Int, _ n: Int) -> [Case] {
        var one = self
        (one.n, one.cin, one.cout) = (n, cin, cout)
        (one.h, one.w) = (turn % 3 == 1 ? max(1, side - 1) : side, side)
        return one.isValid ? [one] : []
    }

    /// Images without a window: every side, channels and batches in turn, and 256 images at each side up to 8.
    static let images: [Case] = {
        var found: [Case] = []
        for (i, side) in sides.enumerated() {
            for k in 0..<3 {
                found.append(Case(n: [1, 3][(i + k) % 2], cin: channels[(i + k * 2) % 6], h: side + k % 2, w: side))
            }
            if side <= 8 { found.append(Case(n: 256, cin: channels[i + 1], h: side, w: side)) }
        }
        return found
    }()

    /// The whole product of batches, channels and sides.
    static let everyImage: [Case] = batches.flatMap { n in
        channels.flatMap { c in sides.map { Case(n: n, cin: c, h: $0, w: $0) } }
    }
}
