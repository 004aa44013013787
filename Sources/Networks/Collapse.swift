import Architectures

/// Two convolutions with only a batch norm between them, as one: exact algebra, because nothing between is nonlinear.
///
/// With u = conv1(x) and v = a u + b inside the image and 0 outside, conv2(v) is one convolution of x by a kernel of
/// k1 + 2 taps a side and a bias. At the image's edge some taps of conv2 fall on the zeros around v, so there are nine such
/// kernels: top, middle and bottom rows by left, middle and right columns. The statistics of u come from the mean and
/// covariance of the k1 x k1 neighbourhoods of x, so u itself is never computed.
///
/// Taken where x is the image (at most 16 channels, needs no gradient), both convolutions have stride 1 and keep the
/// side, the second is 3x3, the image has at least 3x3 pixels, and the wide kernel costs fewer multiply-adds.
struct Collapse: Hashable {
    let input: Int
    let firstNode: Int
    let norm: Int
    let first: Window
    let inputShape: FeatureShape
    /// Channels between the convolutions, and after them.
    let middle: Int
    let output: Int

    /// The wide kernel's side, and its padding.
    var kernel: Int { first.kernel + 2 }
    var padding: Int { first.padding + 1 }
    var taps: Int { kernel * kernel }
    /// Values in a neighbourhood: c * k1 * k1.
    var neighbourhood: Int { inputShape.channels * first.kernel * first.kernel }

    var savedMultiplyAdds: Int {
        let direct = neighbourhood * middle + 9 * middle * output
        return inputShape.pixels * (direct - inputShape.channels * taps * output)
    }

    /// The pairs of a plan, by the second convolution's node.
    static func find(in plan: Plan) -> [Int: Collapse] {
        var readers = [Int](repeating: 0, count: plan.nodes.count)
        for node in plan.nodes { for input in node.inputs { readers[input] += 1 } }
        for output in plan.outputs { readers[output] += 1 }
        var found: [Int: Collapse] = [:]
        for (index, node) in plan.nodes.enumerated() {
            guard case .convolution(let second, let output) = node.layer,
                second == Window(kernel: 3, padding: 1), readers[node.inputs[0]] == 1,
                case .batchNorm = plan.nodes[node.inputs[0]].layer
            else { continue }
            let norm = node.inputs[0]
            let firstNode = plan.nodes[norm].inputs[0]
            guard case .convolution(let first, let middle) = plan.nodes[firstNode].layer, readers[firstNode] == 1,
                first.stride == 1, first.dilation == 1, first.kernel == 2 * first.padding + 1
            else { continue }
            let input = plan.nodes[firstNode].inputs[0]
            let shape = plan.nodes[input].shape
            let collapse = Collapse(
                input: input, firstNode: firstNode, norm: norm, first: first, inputShape: shape, middle: middle,
                output: output)
            guard plan.nodes[input].layer == .input, shape.channels <= 16, first.kernel <= 15,
                min(shape.height, shape.width) >= 3,
                collapse.savedMultiplyAdds > 0
            else { continue }
            found[index] = collapse
        }
        return found
    }

    /// A part of the image in which the same taps of the second convolution fall inside.
    struct Region {
        let y, x, height, width: Int
        /// Of the second convolution's nine taps.
        let valid: [Bool]
    }

    /// The nine regions, row by row.
    var regions: [Region] {
        let (h, w) = (inputShape.height, inputShape.width)
        let rows = [(0, 1, 1...2), (1, h - 2, 0...2), (h - 1, 1, 0...1)]
        let columns = [(0, 1, 1...2), (1, w - 2, 0...2), (w - 1, 1, 0...1)]
        return rows.flatMap { y, height, down in
            columns.map { x, width, right in
                Region(
                    y: y, x: x, height: height, width: width,
                    valid: (0..<9).map { down.contains($0 / 3) && right.contains($0 % 3) })
            }
        }
    }

    /// Where value `k` of a neighbourhood, seen through tap `t` of the second convolution, lies in the wide kernel: input
    /// channel and tap.
    func place(_ k: Int, through t: Int) -> (channel: Int, tap: Int) {
        let (channel, s) = k.quotientAndRemainder(dividingBy: first.kernel * first.kernel)
        return (channel, (s / first.kernel + t / 3) * kernel + s % first.kernel + t % 3)
    }
}

/// Statistics of the value between the convolutions, and of the neighbourhoods it is made of.
struct CollapsedState {
    /// By middle channel: v = a u + b.
    var a: [Double]
    var b: [Double]
    var mean: [Double]
    var inverse: [Double]
    /// Mean [k] and covariance [k][k] of the neighbourhoods; empty where statistics were given.
    var center: [Double] = []
    var covariance: [Double] = []
}
