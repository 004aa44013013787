import Foundations

extension SpaceDescription {
    static func readBlock(_ node: YAMLNode, slots: [String]) throws -> Block {
        var map = try node.mapping()
        let keys = ["layers", "choice", "cell"].filter { map.optional($0) != nil }
        guard keys.count == 1 else { throw node.error("a block has one of the keys layers, choice, cell") }
        if let cell = map.optional("cell") {
            try map.finish()
            return .cell(try readCell(cell, slots: slots))
        }
        let with = try readBindings(map.optional("with"))
        if let layers = map.optional("layers") {
            let block = Block.layers(try readLayers(layers), name: try map.string("name", default: ""), with: with)
            try map.finish()
            return block
        }
        let slot = try map.name("choice", among: slots)
        let block = Block.choice(
            slot: slots.firstIndex(of: slot) ?? 0, name: try map.string("name", default: slot), with: with, node: node)
        try map.finish()
        return block
    }

    private static func readCell(_ node: YAMLNode, slots: [String]) throws -> Cell {
        var map = try node.mapping()
        let count = try map.optional("repeat").map(Expression.init)
        let nodeCount = try map.int("nodes", in: 2...256)
        let cell = Cell(
            count: try count ?? Expression(YAMLNode(tree: .plain("1"))), name: try map.string("name"),
            with: try readBindings(map.optional("with")),
            preprocess: try map.optional("preprocess").map(readLayers) ?? [], nodeCount: nodeCount,
            edges: try map.list("edges", count: 1...4_096).map { try readEdge($0, slots: slots, nodeCount: nodeCount) },
            output: try map.choice("output"), node: node)
        try map.finish()
        for target in 1..<nodeCount where !cell.edges.contains(where: { $0.to == target }) {
            throw node.error("no edge leads to node \(target)")
        }
        return cell
    }

    private static func readEdge(_ node: YAMLNode, slots: [String], nodeCount: Int) throws -> Edge {
        var map = try node.mapping()
        let from = try map.int("from", in: 0...(nodeCount - 1))
        let to = try map.int("to", in: 1...(nodeCount - 1))
        guard from < to else { throw node.error("an edge leads from an earlier node to a later one, found \(from) to \(to)") }
        let edge: Edge
        let with = try readBindings(map.optional("with"))
        switch (map.optional("slot"), map.optional("layers")) {
        case (let slot?, nil):
            let name = try slot.name(among: slots)
            edge = Edge(
                from: from, to: to, body: .slot(slots.firstIndex(of: name) ?? 0),
                name: try map.string("name", default: name), with: with, node: node)
        case (nil, let layers?):
            edge = Edge(
                from: from, to: to, body: .layers(try readLayers(layers)), name: try map.string("name", default: ""),
                with: with, node: node)
        default: throw node.error("an edge has one of the keys slot, layers")
        }
        try map.finish()
        return edge
    }

    static func readOperators(_ node: YAMLNode) throws -> [Operator] {
        try node.entries().map { key, value in
            guard !key.isEmpty, !key.contains(where: { $0.isWhitespace || ",|~+".contains($0) }) else {
                throw value.error("an operator's name has no spaces and none of , | ~ +")
            }
            var map = try value.mapping()
            let row = Operator(
                key: key, name: try map.string("name", default: key), layers: try readLayers(map.required("layers")),
                addInput: try map.choice("add-input", default: .never))
            try map.finish()
            return row
        }
    }

    private static func readBindings(_ node: YAMLNode?) throws -> Bindings {
        guard let node else { return Bindings() }
        return Bindings(
            pairs: try node.entries().map { name, value in
                guard isName(name), !["in", "classes"].contains(name) else {
                    throw value.error("'\(name.shortened)' cannot be a name here")
                }
                return Bindings.Pair(name: name, value: try Expression(value))
            })
    }
}
