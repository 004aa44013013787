import Architectures

/// One pass over the images of a batch that reads views and writes one node's buffer.
struct Stage {
    enum Kind: Hashable {
        case input
        case zero
        case copy
        case convolution(Window)
        /// A 3x3 convolution by Winograd's algorithm; see ``Winograd``.
        case winograd(Window)
        case depthwise(Window)
        /// A depthwise convolution and the 1x1 convolution that alone reads it.
        case separable(Window)
        /// Convolution, batch norm, convolution of the image as one convolution; see ``Collapse``.
        case collapsed(Collapse)
        case maxPool(Window)
        case averagePool(Window)
        /// Channels that do not start at a block of 16: copied channel by channel.
        case concatenation
        case globalAveragePool
        /// The mean over the image of a separable (or, with no depthwise weight, a 1x1) convolution; see ``averageEarly``.
        case averaged(Window)
        /// Global average pool of a view without ReLU: the mean of every term; those in the set are means already.
        case averageOfMeans(Set<Int>)
        case linear
    }

    let kind: Kind
    /// The plan node whose value this stage writes.
    let node: Int
    /// What it reads: one view, several for a concatenation, none for input and zero.
    let views: [View]
    /// Shapes of the plan nodes read, one for each view.
    let inputShapes: [FeatureShape]
    let shape: FeatureShape
    /// Convolution: weight. Separable: depthwise weight, pointwise weight. Linear: weight, bias.
    let slots: [WeightSlot]
    /// The batch norms (plan nodes) over the value this stage writes.
    var norms: [Int] = []
    /// The batch norm whose scale and shift are in this stage's weights; see ``foldNorms``.
    var folds: Int?

    /// A strided convolution whose data gradient is taken in phases; see ``Phases``.
    var inPhases = false

    /// Where gradients of each view's segments go: for every view and segment the gradient buffers, each with whether it
    /// is added to (true) or written first (false). Empty where nothing upstream learns.
    var targets: [[[Target]]] = []

    struct Target: Hashable {
        let gradient: Int
        var accumulate: Bool
        /// The batch norms whose gradient is complete with this store, and whose sums are taken in it.
        var reduces: [Int] = []
    }

    var window: Window {
        switch kind {
        case .convolution(let window), .winograd(let window), .depthwise(let window), .separable(let window),
            .maxPool(let window), .averagePool(let window), .averaged(let window):
            window
        case .collapsed(let collapse): Window(kernel: collapse.kernel, padding: collapse.padding)
        default: Window(kernel: 1)
        }
    }

    /// Every leaf the stage reads, segment by segment.
    var leaves: [Leaf] { views.flatMap { $0.segments.flatMap { $0.terms.map(\.leaf) } } }
}
