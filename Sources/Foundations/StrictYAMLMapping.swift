/// Reads a mapping key by key and then refuses what nobody asked for.
///
/// A key with a `default` may be left out; one that is written must have a value. ``finish()`` knows every key that was
/// asked for, present or not, and names the nearest one to an unknown key.
package struct YAMLMapping: Sendable {
    package let node: YAMLNode
    private let values: [(key: String, mark: YAMLMark, value: YAMLNode)]
    private var known: [String] = []

    init(_ node: YAMLNode) {
        self.node = node
        if case .mapping(let entries) = node.tree.content {
            values = entries.map {
                ($0.key, $0.keyMark, YAMLNode(tree: $0.value, path: join(node.path, $0.key)))
            }
        } else {
            values = []
        }
    }

    /// The value of a key, or nil where it is not written.
    package mutating func optional(_ key: String) -> YAMLNode? {
        if !known.contains(key) { known.append(key) }
        return values.first { $0.key == key }?.value
    }

    /// The value of a key that must be there.
    package mutating func required(_ key: String) throws -> YAMLNode {
        guard let value = optional(key) else { throw node.error("the key '\(key)' is missing") }
        return value
    }

    /// Refuses keys that were never asked for. Call last.
    package func finish() throws {
        for (key, mark, value) in values where !known.contains(key) {
            throw YAMLError(
                mark: mark, path: value.path, problem: "unknown key\(suggestion(for: key, among: known.sorted()))")
        }
    }

    package mutating func string(_ key: String, default value: String? = nil) throws -> String {
        try read(key, value) { try $0.string() }
    }

    package mutating func bool(_ key: String, default value: Bool? = nil) throws -> Bool {
        try read(key, value) { try $0.bool() }
    }

    package mutating func int(
        _ key: String, in range: ClosedRange<Int> = Int.min...Int.max, default value: Int? = nil
    ) throws -> Int {
        try read(key, value) { try $0.int(in: range) }
    }

    package mutating func whole<T: FixedWidthInteger>(
        _ key: String, in range: ClosedRange<T>, default value: T? = nil
    ) throws -> T {
        try read(key, value) { try $0.whole(in: range) }
    }

    package mutating func double(
        _ key: String, in range: ClosedRange<Double> = -.infinity...(.infinity), default value: Double? = nil
    ) throws -> Double {
        try read(key, value) { try $0.double(in: range) }
    }

    package mutating func list(_ key: String, count: ClosedRange<Int> = 0...StrictYAML.nodeLimit) throws -> [YAMLNode] {
        try required(key).list(count: count)
    }

    package mutating func name(_ key: String, among names: [String], default value: String? = nil) throws -> String {
        try read(key, value) { try $0.name(among: names) }
    }

    package mutating func choice<T: RawRepresentable & CaseIterable>(
        _ key: String, of type: T.Type = T.self, default value: T? = nil
    ) throws -> T where T.RawValue == String {
        try read(key, value) { try $0.choice(type) }
    }

    /// The reader of a nested mapping that must be there.
    package mutating func mapping(_ key: String) throws -> YAMLMapping { try required(key).mapping() }

    private mutating func read<T>(_ key: String, _ fallback: T?, _ convert: (YAMLNode) throws -> T) throws -> T {
        if let value = optional(key) { return try convert(value) }
        if let fallback { return fallback }
        return try convert(required(key))
    }
}
