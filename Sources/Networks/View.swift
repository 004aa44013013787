import Architectures

/// A value as it is computed on load: channel segments one after the other, each a sum of buffers, some of them batch
/// normalised, and a ReLU over the whole where `relu`.
struct View: Hashable {
    var segments: [Segment]
    var relu = false

    /// Part of the channels: the sum of `terms`. All but the last segment hold a multiple of 16 channels.
    struct Segment: Hashable {
        var channels: Int
        var terms: [Term]
    }

    /// One buffer, read through batch norm `norm` (a plan node) or as it is.
    struct Term: Hashable {
        var buffer: Int
        var norm: Int?

        /// The name of the gradient that flows to this term.
        var leaf: Leaf { norm.map { .norm($0) } ?? .value(buffer) }
    }

    /// The view of a value that lies in memory.
    init(buffer: Int, channels: Int) {
        segments = [Segment(channels: channels, terms: [Term(buffer: buffer, norm: nil)])]
    }

    init(segments: [Segment]) { self.segments = segments }

    /// The buffer this view equals, where it is nothing but that.
    var plainBuffer: Int? {
        guard !relu, segments.count == 1, segments[0].terms.count == 1, segments[0].terms[0].norm == nil else {
            return nil
        }
        return segments[0].terms[0].buffer
    }
}

/// What a gradient belongs to: the values in a node's buffer, or the output of a batch norm that is never written.
enum Leaf: Hashable, Comparable {
    case value(Int)
    case norm(Int)
}

/// Decides for every plan node whether it is written to memory or computed on load, and gives its view.
struct Viewer {
    /// A sum of more terms than this is written: every reader would add them again.
    static let mostTerms = 4

    let plan: Plan
    let passes: Passes
    /// Depthwise nodes that live only inside a separable stage.
    private(set) var insideSeparable: Set<Int> = []
    /// By the second convolution's node.
    private(set) var collapsed: [Int: Collapse] = [:]
    private var insideCollapsed: Set<Int> = []
    private(set) var views: [View?]
    /// Nodes whose buffer is written by reading the view `copied[node]`.
    private(set) var copied: [Int: View] = [:]

    init(plan: Plan, passes: Passes) {
        self.plan = plan
        self.passes = passes
        views = Array(repeating: nil, count: plan.nodes.count)
        if passes.contains(.separable) { findSeparable() }
        if passes.contains(.collapse) {
            collapsed = Collapse.find(in: plan)
            insideCollapsed = Set(collapsed.values.flatMap { [$0.firstNode, $0.norm] })
        }
        for index in plan.nodes.indices where !isInside(index) { views[index] = view(of: index) }
    }

    /// Whether a node's value is never written, nor ever read outside its stage.
    func isInside(_ index: Int) -> Bool { insideSeparable.contains(index) || insideCollapsed.contains(index) }

    private mutating func findSeparable() {
        var readers = [Int](repeating: 0, count: plan.nodes.count)
        for node in plan.nodes { for input in node.inputs { readers[input] += 1 } }
        for output in plan.outputs { readers[output] += 1 }
        for node in plan.nodes {
            guard case .convolution(let window, _) = node.layer, window == Window(kernel: 1),
                case .depthwise = plan.nodes[node.inputs[0]].layer, readers[node.inputs[0]] == 1
            else { continue }
            insideSeparable.insert(node.inputs[0])
        }
    }

    private mutating func view(of index: Int) -> View {
        let node = plan.nodes[index]
        switch node.layer {
        case .batchNorm:
            let buffer = written(node.inputs[0])
            let view = View(segments: [
                .init(channels: node.shape.channels, terms: [.init(buffer: buffer, norm: index)])
            ])
            return passes.contains(.normOnLoad) ? view : copy(view, to: index)
        case .relu:
            var view = views[node.inputs[0]]!
            view.relu = true
            return passes.contains(.reluOnLoad) ? view : copy(view, to: index)
        case .sum:
            let parts = node.inputs.map { addable($0) }
            let segments = parts[0].segments.indices.map { segment in
                View.Segment(
                    channels: parts[0].segments[segment].channels,
                    terms: parts.flatMap { $0.segments[segment].terms })
            }
            let view = View(segments: segments)
            let small = segments.allSatisfy { $0.terms.count <= Viewer.mostTerms }
            return passes.contains(.sumOnLoad) && small ? view : copy(view, to: index)
        case .concatenation:
            let aligned = node.inputs.dropLast().allSatisfy { plan.nodes[$0].shape.channels % 16 == 0 }
            guard aligned else {
                for input in node.inputs { _ = written(input) }
                return View(buffer: index, channels: node.shape.channels)
            }
            let view = View(segments: node.inputs.flatMap { unrectified($0).segments })
            return passes.contains(.concatenationOnLoad) ? view : copy(view, to: index)
        case .linear:
            _ = written(node.inputs[0])
            return View(buffer: index, channels: node.shape.channels)
        default:
            return View(buffer: index, channels: node.shape.channels)
        }
    }

    /// Writes `view` to the buffer of `index`.
    private mutating func copy(_ view: View, to index: Int) -> View {
        copied[index] = view
        return View(buffer: index, channels: plan.nodes[index].shape.channels)
    }

    /// The buffer that holds a node's value, writing it where it was only a view.
    private mutating func written(_ index: Int) -> Int {
        let view = views[index]!
        if let buffer = view.plainBuffer { return buffer }
        views[index] = copy(view, to: index)
        return index
    }

    /// A view without a ReLU.
    private mutating func unrectified(_ index: Int) -> View {
        if views[index]!.relu { _ = written(index) }
        return views[index]!
    }

    /// A view that can be a term of a sum: no ReLU, one segment.
    private mutating func addable(_ index: Int) -> View {
        if views[index]!.relu || views[index]!.segments.count > 1 { _ = written(index) }
        return views[index]!
    }
}
