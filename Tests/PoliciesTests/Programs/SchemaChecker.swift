import Foundations

/// Checks JSON by a JSON Schema, as far as the files of `policies/schema` go; a keyword it does not know is a problem.
struct SchemaChecker {
    private let root: JSONTree
    private var found: [String] = []

    init(_ schema: JSONTree) { root = schema }

    /// - Parameter part: a definition under `$defs`, or the whole.
    mutating func problems(_ tree: JSONTree, part: String = "") -> [String] {
        found = []
        check(tree, by: part.isEmpty ? root : root["$defs"]?[part] ?? .null, at: "")
        return found
    }

    private mutating func check(_ tree: JSONTree, by schema: JSONTree, at path: String) {
        guard case .object(let keywords) = schema else { return found.append("\(path): there is no schema") }
        for (keyword, value) in keywords.map({ ($0.key, $0.value) }) {
            switch keyword {
            case "$schema", "$id", "$defs", "title", "description", "$comment": continue
            case "$ref":
                let name = value.text?.split(separator: "/").last.map(String.init) ?? ""
                check(tree, by: root["$defs"]?[name] ?? .null, at: path)
            case "type":
                let types: [JSONTree] = if case .list(let types) = value { types } else { [value] }
                if !types.contains(where: { isOf($0.text ?? "", tree) }) {
                    found.append("\(path) is not of type \(types.compactMap(\.text).joined(separator: " or "))")
                }
            case "const": if tree != value { found.append("\(path) is not its value") }
            case "enum":
                if case .list(let values) = value, !values.contains(tree) {
                    found.append("\(path) is none of its values")
                }
            case "required":
                guard case .object = tree, case .list(let keys) = value else { continue }
                for key in keys.compactMap(\.text) where tree[key] == nil { found.append("\(path).\(key) is missing") }
            case "properties":
                guard case .object(let members) = tree else { continue }
                for member in members {
                    if let inner = value[member.key] { check(member.value, by: inner, at: "\(path).\(member.key)") }
                }
            case "additionalProperties":
                guard case .object(let members) = tree, value == .flag(false) else { continue }
                for member in members where schema["properties"]?[member.key] == nil {
                    found.append("\(path).\(member.key) is not allowed")
                }
            case "items":
                guard case .list(let items) = tree else { continue }
                for (place, item) in items.enumerated() { check(item, by: value, at: "\(path)[\(place)]") }
            case "minItems":
                if case .list(let items) = tree, items.count < value.integer ?? 0 {
                    found.append("\(path) has too few items")
                }
            case "minLength":
                if let text = tree.text, text.count < value.integer ?? 0 { found.append("\(path) is too short") }
            case "maxLength":
                if let text = tree.text, text.count > value.integer ?? 0 { found.append("\(path) is too long") }
            case "minimum": if let x = number(tree), x < number(value)! { found.append("\(path) is too small") }
            case "exclusiveMinimum":
                if let x = number(tree), x <= number(value)! { found.append("\(path) is too small") }
            case "maximum": if let x = number(tree), x > number(value)! { found.append("\(path) is too large") }
            default: found.append("\(path): unknown keyword \(keyword)")
            }
        }
    }

    private func number(_ tree: JSONTree) -> Double? { if case .number(let text) = tree { Double(text) } else { nil } }

    private func isOf(_ type: String, _ tree: JSONTree) -> Bool {
        switch (type, tree) {
        case ("null", .null), ("boolean", .flag), ("number", .number), ("string", .text), ("array", .list),
            ("object", .object):
            true
        case ("integer", .number): tree.integer != nil
        default: false
        }
    }
}
