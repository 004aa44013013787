/// The shape of one image's features: `[h, w, c]`.
package struct FeatureShape: Hashable, Sendable, CustomStringConvertible {
    package var channels: Int
    package var height: Int
    package var width: Int

    package init(channels: Int, height: Int, width: Int) {
        self.channels = channels
        self.height = height
        self.width = width
    }

    package var description: String { "[\(height), \(width), \(channels)]" }
}

/// The window of a convolution or pooling: square kernel, one stride, padding and dilation for both directions.
///
/// Output side = (side + 2 padding - dilation (kernel - 1) - 1) / stride + 1, rounded down.
package struct Window: Hashable, Sendable {
    package var kernel: Int
    package var stride: Int
    package var padding: Int
    package var dilation: Int

    package init(kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1) {
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
    }

    package func outputSide(of side: Int) -> Int { (side + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1 }
}

/// One primitive layer call. What a search space calls an operator is a short sequence of these.
package enum Layer: Hashable, Sendable {
    /// The image itself; node 0 of every graph.
    case input
    /// y[o] = sum over (i, tap) of x[i] w[o][i][tap]; no bias; weight `[out, in, k, k]`.
    case convolution(Window, output: Int)
    /// Every channel with its own kernel; no bias; weight `[c, 1, k, k]`.
    case depthwise(Window)
    /// y = (x - mean) / sqrt(variance + 1e-5), times gain plus bias where affine.
    case batchNorm(affine: Bool)
    case relu
    case maxPool(Window)
    /// The mean over the taps inside the image (PyTorch's count_include_pad = False).
    case averagePool(Window)
    /// The sum of all inputs (at least one).
    case sum
    /// The inputs' channels one after the other.
    case concatenation
    /// All zeros, in the shape of its node; no inputs are read.
    case zero
    /// The mean over height and width: `[1, 1, c]`.
    case globalAveragePool
    /// y = W x + b on `[1, 1, c]`; weight `[out, in]`, bias `[out]`.
    case linear(output: Int)
}

/// What a parameter is for; decides its initial value, whether the optimizer touches it, and what it is called in a file.
package enum ParameterRole: UInt8, Hashable, Sendable, CaseIterable {
    /// Learnt; starts uniform in +-1/sqrt(fanIn), as PyTorch's default for convolutions and linear layers.
    case weight
    /// Learnt; the gain of a batch norm, starts at 1.
    case gain
    /// Learnt; the bias of a batch norm, starts at 0.
    case shift
    /// Learnt; the bias of a linear layer, starts uniform in +-1/sqrt(fanIn).
    case bias
    /// Statistics, updated by training and never by the optimizer: mean starts at 0, variance at 1, batches at 0.
    case runningMean
    case runningVariance
    case batchesTracked

    package var isLearnt: Bool { self == .weight || self == .gain || self == .shift || self == .bias }
}

/// One named tensor of the supernet, in PyTorch's shape and order of elements.
package struct Parameter: Hashable, Sendable {
    /// The full name, for example `net.cells.0.dag.0.0._ops.1.net.0.net.1.weight`.
    package let name: String
    package let shape: [Int]
    package let role: ParameterRole
    /// Inputs that reach one output of the layer (in channels / groups times taps); 0 where it has no meaning.
    package let fanIn: Int
    /// How many cells of the network have begun where the parameter stands: 0 in the stem, k in the k-th cell and the
    /// layers up to the next one, nil in the head, which is what follows the last cell. In a network that is a chain a
    /// choice block counts as a cell. Where nothing is a cell, everything is head.
    package let depth: Int?

    package init(name: String, shape: [Int], role: ParameterRole, fanIn: Int = 0, depth: Int? = nil) {
        self.name = name
        self.shape = shape
        self.role = role
        self.fanIn = fanIn
        self.depth = depth
    }

    package var count: Int { shape.reduce(1, *) }
}

/// One call of a layer in a ``LayerGraph``.
package struct LayerNode: Hashable, Sendable {
    package let layer: Layer
    /// Indices of earlier nodes.
    package let inputs: [Int]
    /// Of this node's output.
    package let shape: FeatureShape
    /// In the layer's own order: weight; or gain, shift (where affine), running mean, running variance, batches
    /// tracked; or weight, bias.
    package let parameters: [Parameter]

    package init(layer: Layer, inputs: [Int], shape: FeatureShape, parameters: [Parameter] = []) {
        self.layer = layer
        self.inputs = inputs
        self.shape = shape
        self.parameters = parameters
    }

    /// Multiply-adds of one image's forward pass: convolutions and linear layers (a linear layer counts its bias).
    package func multiplyAdds(inputShape: FeatureShape) -> Int {
        switch layer {
        case .convolution(let window, let output):
            shape.height * shape.width * output * inputShape.channels * window.kernel * window.kernel
        case .depthwise(let window): shape.height * shape.width * shape.channels * window.kernel * window.kernel
        case .linear(let output): output * (inputShape.channels + 1)
        default: 0
        }
    }
}

/// A child spelt out as layer calls in an order in which inputs come first; node 0 is the image, the last node the logits.
///
/// A pure value: it names parameters, but holds none. `Networks` compiles it, together with a sharing, to a plan.
package struct LayerGraph: Hashable, Sendable {
    package var nodes: [LayerNode]

    package init(nodes: [LayerNode]) { self.nodes = nodes }

    package var output: Int { nodes.count - 1 }

    /// Learnt values of the child alone.
    package var parameterCount: Int {
        nodes.reduce(0) { $0 + $1.parameters.reduce(0) { $0 + ($1.role.isLearnt ? $1.count : 0) } }
    }

    /// Multiply-adds of one image's forward pass.
    package var multiplyAdds: Int {
        nodes.reduce(0) { sum, node in
            sum + (node.inputs.first.map { node.multiplyAdds(inputShape: nodes[$0].shape) } ?? 0)
        }
    }
}
