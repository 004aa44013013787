import Foundations

/// Spells a description out as layer calls: one child's, or every choice's at once (`child` nil), which gives the
/// supernet's parameters and checks the shapes of all children without visiting them one by one.
///
/// Cost: linear in the layer calls made.
struct GraphBuilder {
    let space: SpaceDescription
    let child: Child?
    private(set) var nodes: [LayerNode] = []
    private var names: Set<String> = []
    private var cellCount = 0
    /// ``Parameter/depth`` of what is being added.
    private(set) var depth: Int?
    /// Operators applied; bounds the work where none of them has layers.
    private var applied = 0
    /// Of all calls so far; bounded, so that what a search spends can be counted.
    private var multiplyAdds = 0.0

    static let nodeLimit = 100_000
    static let operatorLimit = 1_000_000

    init(_ space: SpaceDescription, child: Child?) {
        self.space = space
        self.child = child
    }

    /// The whole network. Throws ``YAMLError`` at the line whose layer does not fit.
    mutating func build(input: FeatureShape, classes: Int) throws -> LayerGraph {
        var scope = Dictionary(uniqueKeysWithValues: space.parameters.map { ($0.name, $0.value) })
        scope["classes"] = classes
        nodes = [LayerNode(layer: .input, inputs: [], shape: input)]
        var last = 0
        let head = (space.blocks.lastIndex { !$0.isLayers } ?? -1) + 1
        if head > 0 { depth = 0 }
        for (index, block) in space.blocks.enumerated() {
            if index == head { depth = nil }
            switch block {
            case .layers(let layers, let name, let with):
                last = try sequence(layers, on: last, name: name, scope: try with.added(to: scope))
            case .choice(let slot, let name, let with, let node):
                depth = depth.map { $0 + 1 }
                last = try choice(slot, on: last, name: name, scope: try with.added(to: scope), node: node)
            case .cell(let cell):
                let count = try cell.count.value(in: scope, 0...1_000)
                for _ in 0..<count { last = try self.cell(cell, on: last, scope: scope) }
            }
        }
        let shape = FeatureShape(channels: classes, height: 1, width: 1)
        guard last == nodes.count - 1, case .linear = nodes[last].layer, nodes[last].shape == shape else {
            let network = space.root.value(at: "network") ?? space.root
            throw network.error("the network must end with a linear layer of 'classes' outputs")
        }
        return LayerGraph(nodes: nodes)
    }

    func shape(_ node: Int) -> FeatureShape { nodes[node].shape }

    /// Adds a call; parameter names must be new.
    mutating func append(
        _ layer: Layer, on inputs: [Int], shape: FeatureShape, parameters: [Parameter] = [], at node: YAMLNode
    ) throws -> Int {
        guard nodes.count < Self.nodeLimit else { throw node.error("more than \(Self.nodeLimit) layer calls") }
        for parameter in parameters where !names.insert(parameter.name).inserted {
            throw node.error("two parameters are called '\(parameter.name)'")
        }
        let features = Double(shape.height) * Double(shape.width) * Double(shape.channels)
        let weights = parameters.reduce(0.0) { $0 + $1.shape.reduce(1.0) { $0 * Double($1) } }
        guard features <= 0x1p31, weights <= 0x1p31, features * Double(parameters.first?.fanIn ?? 0) <= 0x1p44 else {
            throw node.error("a layer with \(Int(weights)) weights and an output \(shape) is too large")
        }
        multiplyAdds += features * Double(parameters.first?.fanIn ?? 0)
        guard multiplyAdds <= 0x1p44 else {
            throw node.error("the network needs more than 2^44 multiply-adds an image")
        }
        nodes.append(LayerNode(layer: layer, inputs: inputs, shape: shape, parameters: parameters))
        return nodes.count - 1
    }

    /// Layers one after the other; none is the identity.
    mutating func sequence(
        _ layers: [LayerDescription], on input: Int, name: String, scope: [String: Int]
    ) throws -> Int {
        try layers.reduce(input) { try call($1, on: $0, name: join(name, $1.name), scope: scope) }
    }

    /// The chosen operator of a slot, or all of them side by side; the result is then the first one's.
    mutating func choice(
        _ slot: Int, on input: Int, name: String, scope: [String: Int], node: YAMLNode
    ) throws -> Int {
        let choices = space.slots[slot].choices
        if let child { return try apply(choices[Int(child.choices[slot])], on: input, name: name, scope: scope) }
        let results = try choices.map { try apply($0, on: input, name: name, scope: scope) }
        for (choice, result) in zip(choices, results) where shape(result) != shape(results[0]) {
            throw node.error(
                "the choices of slot '\(space.slots[slot].name)' differ in shape: \(choices[0]) gives "
                    + "\(shape(results[0])), \(choice) gives \(shape(result))")
        }
        return results[0]
    }

    private mutating func apply(_ key: String, on input: Int, name: String, scope: [String: Int]) throws -> Int {
        guard let row = space.operators.first(where: { $0.key == key }) else { return input }
        applied += 1
        guard applied <= Self.operatorLimit else {
            throw space.root.error("the network applies more than \(Self.operatorLimit) operators")
        }
        let output = try sequence(row.layers, on: input, name: join(name, row.name), scope: scope)
        let isEqual = shape(output) == shape(input)
        guard row.addInput == .always || row.addInput == .whereEqual && isEqual else { return output }
        let node = row.layers.first?.node ?? space.root
        guard isEqual else {
            throw node.error("\(key) adds its input \(shape(input)) to an output of another shape, \(shape(output))")
        }
        return try append(.sum, on: [input, output], shape: shape(input), at: node)
    }

    private mutating func cell(
        _ cell: SpaceDescription.Cell, on input: Int, scope: [String: Int]
    ) throws -> Int {
        let name = cell.name.replacing("{cell}", with: "\(cellCount)")
        cellCount += 1
        depth = depth.map { $0 + 1 }
        let scope = try cell.with.added(to: scope)
        var results = [try sequence(cell.preprocess, on: input, name: name, scope: scope)]
        for target in 1..<cell.nodeCount {
            var inputs: [Int] = []
            for edge in cell.edges where edge.to == target {
                let inner = join(name, edge.name)
                let scope = try edge.with.added(to: scope)
                switch edge.body {
                case .slot(let slot):
                    inputs.append(try choice(slot, on: results[edge.from], name: inner, scope: scope, node: edge.node))
                case .layers(let layers):
                    inputs.append(try sequence(layers, on: results[edge.from], name: inner, scope: scope))
                }
            }
            results.append(try sum(inputs, at: cell.node, what: "node \(target) of \(name)"))
        }
        let inner = Array(results.dropFirst())
        switch cell.output {
        case .last: return results[cell.nodeCount - 1]
        case .sum: return try sum(inner, at: cell.node, what: "the output of \(name)")
        case .concatenation: return try concatenation(inner, at: cell.node, what: "the output of \(name)")
        }
    }

    /// The sum of nodes of one shape; a single node is its own sum.
    private mutating func sum(_ inputs: [Int], at node: YAMLNode, what: String) throws -> Int {
        if inputs.count == 1 { return inputs[0] }
        if let odd = inputs.first(where: { shape($0) != shape(inputs[0]) }) {
            throw node.error("\(what) sums shapes that differ, \(shape(inputs[0])) and \(shape(odd))")
        }
        return try append(.sum, on: inputs, shape: shape(inputs[0]), at: node)
    }

    private mutating func concatenation(_ inputs: [Int], at node: YAMLNode, what: String) throws -> Int {
        if inputs.count == 1 { return inputs[0] }
        var shape = self.shape(inputs[0])
        for other in inputs.dropFirst().map({ self.shape($0) }) {
            guard other.height == shape.height && other.width == shape.width else {
                throw node.error("\(what) joins sizes that differ, \(shape) and \(other)")
            }
            shape.channels += other.channels
        }
        return try append(.concatenation, on: inputs, shape: shape, at: node)
    }

    private func join(_ a: String, _ b: String) -> String { a.isEmpty ? b : b.isEmpty ? a : "\(a).\(b)" }
}
