/// A JSON value as it was written: keys keep their order, numbers their text.
package indirect enum JSONTree: Hashable, Sendable {
    case null
    case flag(Bool)
    /// The text of the number, such as `1.0`.
    case number(String)
    case text(String)
    case list([JSONTree])
    case object([Member])

    /// One `"key": value`.
    package struct Member: Hashable, Sendable {
        package let key: String
        package let value: JSONTree

        package init(key: String, value: JSONTree) {
            self.key = key
            self.value = value
        }
    }

    /// The value of a key; nil where this is no object or has no such key.
    package subscript(key: String) -> JSONTree? {
        if case .object(let members) = self { members.first { $0.key == key }?.value } else { nil }
    }

    /// The item at a place; nil where this is no list or a shorter one.
    package subscript(place: Int) -> JSONTree? {
        if case .list(let items) = self, items.indices.contains(place) { items[place] } else { nil }
    }

    /// A whole number written as one: `1`, not `1.0` or `1e0`.
    package var integer: Int? { if case .number(let text) = self { Int(text) } else { nil } }
    package var text: String? { if case .text(let text) = self { text } else { nil } }

    /// How an error names what it found.
    package var found: String {
        switch self {
        case .null: "null"
        case .flag(let value): "\(value)"
        case .number(let text): "the number \(text.prefix(40))"
        case .text(let text): "the text \(text.utf8.quoted(upTo: 60))"
        case .list: "a list"
        case .object: "an object"
        }
    }
}
