import Foundations

extension SpaceDescription {
    static let schema = "espalier.space/1"

    /// Reads the file's form. Throws ``YAMLError``.
    init(_ root: YAMLNode) throws {
        var map = try root.mapping()
        _ = try map.name("schema", among: [Self.schema])
        let nameNode = try map.required("name")
        name = try nameNode.string()
        guard isName(name) else { throw nameNode.error("'\(name.shortened)' is no name; letters, digits, '_' and '-'") }
        about = try map.string("about", default: "")
        parameters = try map.optional("parameters").map(Self.readParameters) ?? []
        input = try map.optional("input").map(Self.readInput) ?? FeatureShape(channels: 3, height: 32, width: 32)
        slots = try Self.readSlots(map.required("slots"))
        operators = try Self.readOperators(map.required("operators"))
        labels = try Self.readLabels(map.optional("labels"), slots: slots)
        let notationNode = map.optional("notation")
        notation = try notationNode?.choice() ?? .edges
        shuffleSeed = try Self.readOrder(map.optional("order"), slots: slots)
        let names = slots.map(\.name)
        blocks = try map.list("network", count: 1...1_000).map { try Self.readBlock($0, slots: names) }
        self.root = root
        try map.finish()
        try checkNames(slotsNode: root.value(at: "slots") ?? root)
        if notation == .nodeStrings, let notationNode { try checkNodeStrings(notationNode) }
    }

    private static func readParameters(_ node: YAMLNode) throws -> [(name: String, value: Int)] {
        try node.entries().map { name, value in
            guard isName(name) else { throw value.error("'\(name.shortened)' is no name; letters, digits, '_' and '-'") }
            guard !["in", "classes"].contains(name) else { throw value.error("the name '\(name)' has a fixed meaning") }
            return (name, try value.int(in: 0...65_536))
        }
    }

    private static func readInput(_ node: YAMLNode) throws -> FeatureShape {
        var map = try node.mapping()
        let shape = FeatureShape(
            channels: try map.int("channels", in: 1...4_096), height: try map.int("height", in: 1...4_096),
            width: try map.int("width", in: 1...4_096))
        try map.finish()
        return shape
    }

    private static func readSlots(_ node: YAMLNode) throws -> [Slot] {
        let slots = try node.entries().map { name, value in
            guard !name.isEmpty, !name.contains(where: { $0.isWhitespace || $0 == "," }) else {
                throw value.error("a slot's name has no spaces and no commas")
            }
            let items = try value.list()
            guard 1...255 ~= items.count else {
                throw value.error("a slot has 1 to 255 choices, found \(items.count)")
            }
            var choices: [String] = []
            for item in items {
                let choice = try item.string()
                guard !choices.contains(choice) else { throw item.error("the choice '\(choice)' is given twice") }
                choices.append(choice)
            }
            return Slot(name: name, choices: choices)
        }
        guard !slots.isEmpty else { throw node.error("a space has at least one slot") }
        return slots
    }

    private static func readLabels(_ node: YAMLNode?, slots: [Slot]) throws -> LabelStyle {
        let most = slots.map(\.choices.count).max() ?? 1
        guard let node else { return LabelStyle(first: 0, separator: most <= 10 ? "" : "-") }
        var map = try node.mapping()
        let first = try map.int("first", in: 0...1, default: 0)
        let separators = ["", "-", "_", "."]
        let fits = first + most - 1 <= 9
        let separator = try map.name("separator", among: separators, default: fits ? "" : "-")
        guard separator != "" || fits else { throw node.error("a slot has \(most) choices, so labels need a separator") }
        try map.finish()
        return LabelStyle(first: first, separator: separator)
    }

    private static func readOrder(_ node: YAMLNode?, slots: [Slot]) throws -> UInt32? {
        guard let node else { return nil }
        var map = try node.mapping()
        _ = try map.name("shuffle", among: ["mersenne-twister"])
        let seed = try map.whole("seed", in: 0...UInt32.max)
        try map.finish()
        guard slots.count <= 20, slots.reduce(1.0, { $0 * Double($1.choices.count) }) <= 1_000_000 else {
            throw node.error("only a space of at most 1,000,000 children can be shuffled")
        }
        return seed
    }
}
