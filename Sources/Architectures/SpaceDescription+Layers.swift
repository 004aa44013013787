import Foundations

extension SpaceDescription {
    /// A list of layers; one without options may be written as its bare name.
    static func readLayers(_ node: YAMLNode) throws -> [LayerDescription] {
        try node.list(count: 0...1_000).map { item in
            if case .scalar = item.tree.content {
                let kind: LayerDescription.Kind = try item.choice()
                guard !kind.hasParameters, !kind.hasWindow else {
                    throw item.error("the layer '\(kind.rawValue)' needs options: {layer: \(kind.rawValue), ...}")
                }
                return LayerDescription(kind: kind, name: "", node: item)
            }
            return try readLayer(item)
        }
    }

    private static func readLayer(_ node: YAMLNode) throws -> LayerDescription {
        var map = try node.mapping()
        var layer = LayerDescription(kind: try map.choice("layer"), name: "", node: node)
        if layer.kind.hasParameters { layer.name = try map.string("name") }
        if layer.kind.hasOutput { layer.output = try Expression(map.required("output")) }
        if layer.kind == .batchNorm { layer.affine = try readFlag(map.required("affine")) }
        if layer.kind.hasWindow {
            layer.kernel = try Expression(map.required("kernel"))
            layer.stride = try map.optional("stride").map(Expression.init)
            layer.padding = try map.optional("padding").map(Expression.init)
            layer.dilation = try map.optional("dilation").map(Expression.init)
        }
        try map.finish()
        return layer
    }

    /// `true`, `false`, or an expression that is 1 or 0.
    private static func readFlag(_ node: YAMLNode) throws -> Expression {
        guard let value = try? node.bool() else { return try Expression(node) }
        return try Expression(YAMLNode(tree: .plain(value ? "1" : "0", mark: node.tree.mark), path: node.path))
    }

    /// Every choice is an operator, every operator is a choice, every slot is used.
    func checkNames(slotsNode: YAMLNode) throws {
        let keys = operators.map(\.key)
        for (slot, node) in zip(slots, try slotsNode.entries()) {
            for (choice, item) in zip(slot.choices, try node.value.list()) where !keys.contains(choice) {
                throw item.error("unknown operator '\(choice.shortened)'\(suggestion(for: choice, among: keys))")
            }
        }
        let chosen = Set(slots.flatMap(\.choices))
        if let idle = keys.first(where: { !chosen.contains($0) }) {
            throw (root.value(at: "operators") ?? root).error("no slot uses the operator '\(idle)'")
        }
        var used: Set<Int> = []
        for block in blocks {
            switch block {
            case .layers: break
            case .choice(let slot, _, _, _): used.insert(slot)
            case .cell(let cell):
                for edge in cell.edges { if case .slot(let slot) = edge.body { used.insert(slot) } }
            }
        }
        if let idle = slots.indices.first(where: { !used.contains($0) }) {
            throw slotsNode.error("the network does not use the slot '\(slots[idle].name)'")
        }
    }

    /// Node strings need slots called `i->j`, grouped by j from 1 and in each group i from 0 to j - 1.
    func checkNodeStrings(_ node: YAMLNode) throws {
        var expected: [String] = []
        var target = 1
        while expected.count < slots.count {
            expected += (0..<target).map { "\($0)->\(target)" }
            target += 1
        }
        guard slots.map(\.name) == expected else {
            throw node.error("node strings need the slots \(expected.joined(separator: ", "))")
        }
    }
}
