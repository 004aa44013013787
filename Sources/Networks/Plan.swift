import Architectures
import Foundations

/// Where a parameter's values live: which arena of shared weights, and which parameter of the supernet's layout.
package struct WeightSlot: Hashable, Sendable {
    package let arena: Int
    package let parameter: Int

    package init(arena: Int, parameter: Int) {
        self.arena = arena
        self.parameter = parameter
    }
}

/// One layer call with its weights bound to slots.
package struct PlanNode: Hashable, Sendable {
    package let layer: Layer
    package let inputs: [Int]
    package let slots: [WeightSlot]
    package let shape: FeatureShape
}

/// Layer calls of one or many children as one DAG in which no call stands twice.
///
/// Two calls are the same node when layer, inputs and slots are equal, so children that begin alike share their
/// beginning: training compiles one child, scoring compiles many and runs each distinct node once. Node 0 is the image.
package struct Plan: Sendable {
    package private(set) var nodes: [PlanNode] = []
    /// The logits of each added child, in the order they were added.
    package private(set) var outputs: [Int] = []
    private var known: [PlanNode: Int] = [:]

    package init() {}

    /// Adds a child; calls whose result does not reach the logits are left out.
    ///
    /// - Parameter slot: where each of the child's parameters lives.
    /// - Cost: proportional to the graph's size.
    package mutating func add(_ graph: LayerGraph, slot: (Parameter) -> WeightSlot) {
        let live = graph.liveNodes
        var place = [Int](repeating: -1, count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() where live[index] {
            // What a zero was given, and the zeros of a sum, may not be in the plan.
            let inputs = node.inputs.map { place[$0] }.filter { $0 >= 0 }
            place[index] = insert(
                node, inputs: node.layer == .zero ? [] : inputs, slots: node.parameters.map(slot))
        }
        outputs.append(place[graph.output])
    }

    private mutating func insert(_ node: LayerNode, inputs: [Int], slots: [WeightSlot]) -> Int {
        var inputs = inputs
        if case .sum = node.layer {
            // Adding zeros changes nothing, and the sum of one value is that value.
            let values = inputs.filter { nodes[$0].layer != .zero }
            if values.isEmpty { return inputs[0] }
            if values.count == 1 { return values[0] }
            inputs = values
        }
        let planned = PlanNode(layer: node.layer, inputs: inputs, slots: slots, shape: node.shape)
        if let index = known[planned] { return index }
        nodes.append(planned)
        known[planned] = nodes.count - 1
        return nodes.count - 1
    }

    func multiplyAdds(of index: Int) -> Int {
        let node = nodes[index]
        guard let input = node.inputs.first else { return 0 }
        return LayerNode(layer: node.layer, inputs: [], shape: node.shape).multiplyAdds(inputShape: nodes[input].shape)
    }

    /// Multiply-adds of one image's forward pass through every node once.
    package var multiplyAdds: Int {
        nodes.indices.reduce(0) { $0 + multiplyAdds(of: $1) }
    }
}

extension LayerGraph {
    /// Which nodes the output depends on; the image always counts. A zero reads no inputs, and a sum reads no zeros
    /// unless it is nothing else.
    var liveNodes: [Bool] {
        var zero = [Bool](repeating: false, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            zero[index] = node.layer == .zero || node.layer == .sum && node.inputs.allSatisfy { zero[$0] }
        }
        var live = [Bool](repeating: false, count: nodes.count)
        live[0] = true
        live[output] = true
        for (index, node) in nodes.enumerated().reversed() where live[index] && node.layer != .zero {
            let dropsZeros = node.layer == .sum && !zero[index]
            for input in node.inputs where !(dropsZeros && zero[input]) { live[input] = true }
        }
        return live
    }
}
