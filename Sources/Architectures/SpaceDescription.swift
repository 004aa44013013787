import Foundations

/// A search space as its file says it, checked for form only; ``GraphBuilder`` gives it shapes.
struct SpaceDescription: Hashable, Sendable {
    var name: String
    var about: String
    var parameters: [(name: String, value: Int)]
    var labels: LabelStyle
    var notation: Notation
    /// The seed of the shuffle that numbers the children; nil for lexicographic order.
    var shuffleSeed: UInt32?
    var slots: [Slot]
    var operators: [Operator]
    var blocks: [Block]
    /// The image size the file is checked with.
    var input: FeatureShape
    var root: YAMLNode

    static func == (a: Self, b: Self) -> Bool { a.root == b.root }
    func hash(into hasher: inout Hasher) { hasher.combine(root) }

    /// How a child is written as one word: its choices counted from `first`, with `separator` between them.
    struct LabelStyle: Hashable, Sendable {
        var first: Int
        var separator: String
    }

    /// How a child is written so that a reader sees its operators.
    enum Notation: String, CaseIterable, Sendable {
        /// `0->1 sep_conv_5x5, 0->2 dil_conv_5x5`
        case edges
        /// `|op~0|+|op~0|op~1|`
        case nodeStrings = "node-strings"
    }

    /// What a slot may hold: layers, one after the other.
    struct Operator: Hashable, Sendable {
        var key: String
        /// Its component of parameter names.
        var name: String
        var layers: [LayerDescription]
        var addInput: AddInput
    }

    /// Whether an operator's input is added to its output.
    enum AddInput: String, CaseIterable, Sendable {
        case never, always
        /// Only where both have the same shape.
        case whereEqual = "where-equal"
    }

    enum Block: Hashable, Sendable {
        case layers([LayerDescription], name: String, with: Bindings)
        case choice(slot: Int, name: String, with: Bindings, node: YAMLNode)
        case cell(Cell)

        var isLayers: Bool { if case .layers = self { true } else { false } }
    }

    struct Cell: Hashable, Sendable {
        var count: Expression
        /// Holds `{cell}`, the number of cells before this one, where it is repeated.
        var name: String
        var with: Bindings
        var preprocess: [LayerDescription]
        /// Node 0 is the (preprocessed) input of the cell.
        var nodeCount: Int
        var edges: [Edge]
        var output: Output
        var node: YAMLNode
    }

    enum Output: String, CaseIterable, Sendable {
        case concatenation, sum, last
    }

    struct Edge: Hashable, Sendable {
        enum Body: Hashable, Sendable {
            case slot(Int)
            case layers([LayerDescription])
        }

        var from: Int
        var to: Int
        var body: Body
        var name: String
        var with: Bindings
        var node: YAMLNode
    }
}

/// Names a block or an edge adds to those in sight, in order.
struct Bindings: Hashable, Sendable {
    var pairs: [Pair] = []

    struct Pair: Hashable, Sendable {
        var name: String
        var value: Expression
    }

    func added(to scope: [String: Int]) throws -> [String: Int] {
        var scope = scope
        for pair in pairs { scope[pair.name] = try pair.value.value(in: scope, 0...Expression.limit) }
        return scope
    }
}

/// A layer as the file says it; its sizes may be expressions.
struct LayerDescription: Hashable, Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case convolution, depthwise
        case batchNorm = "batch-norm"
        case relu
        case maxPool = "max-pool"
        case averagePool = "average-pool"
        case zero
        case globalAveragePool = "global-average-pool"
        case linear

        var hasWindow: Bool { [.convolution, .depthwise, .maxPool, .averagePool].contains(self) }
        var hasOutput: Bool { self == .convolution || self == .linear }
        var hasParameters: Bool { hasOutput || self == .depthwise || self == .batchNorm }
    }

    var kind: Kind
    /// Its component of parameter names; empty for layers without parameters.
    var name: String
    var output: Expression?
    var affine: Expression?
    var kernel: Expression?
    var stride: Expression?
    var padding: Expression?
    var dilation: Expression?
    var node: YAMLNode
}
