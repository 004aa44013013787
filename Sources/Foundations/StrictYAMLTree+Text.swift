extension YAMLTree {
    /// The canonical text: block style, two columns a level, keys in their order, quotes only where they are needed,
    /// numbers as they were written. It parses back to an equal tree. Cost: linear in the text.
    package var text: String {
        lines().joined(separator: "\n") + "\n"
    }

    private func lines() -> [String] {
        switch content {
        case .scalar(let text, let quoted): return [quoted ? text.quotedScalar : text.scalar]
        case .list(let items) where items.isEmpty: return ["[]"]
        case .mapping(let entries) where entries.isEmpty: return ["{}"]
        case .list(let items):
            return items.flatMap { item in
                item.lines().enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
            }
        case .mapping(let entries):
            return entries.flatMap { entry -> [String] in
                let key = entry.key.looksTyped ? entry.key.quotedScalar : entry.key.scalar
                let inner = entry.value.lines()
                return entry.value.isInline ? ["\(key): \(inner[0])"] : ["\(key):"] + inner.map { "  " + $0 }
            }
        }
    }

    private var isInline: Bool {
        switch content {
        case .scalar: true
        case .list(let items): items.isEmpty
        case .mapping(let entries): entries.isEmpty
        }
    }
}

extension YAMLNode {
    package var text: String { tree.text }
}

extension String {
    /// As written where a plain scalar can hold it in block style, otherwise in double quotes.
    fileprivate var scalar: String {
        if isEmpty || self == "~" { return "null" }
        return looksTyped || isPlainSafe ? self : quotedScalar
    }

    private var isPlainSafe: Bool {
        guard let first = unicodeScalars.first, first.properties.isAlphabetic || first == "_" || first == "/" else {
            return false
        }
        var before: Unicode.Scalar = " "
        for scalar in unicodeScalars {
            let isWord = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            guard isWord || " _-./+~<>=@^()*$;|,:#%!".unicodeScalars.contains(scalar) else { return false }
            if before == ":" && scalar == " " || before == " " && scalar == "#" { return false }
            before = scalar
        }
        return before != " " && before != ":"
    }

    /// In double quotes, with what YAML cannot show escaped.
    package var quotedScalar: String {
        var out = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case _ where scalar.isPrintable: out.unicodeScalars.append(scalar)
            default:
                let hex = String(scalar.value, radix: 16, uppercase: true)
                let width = hex.count > 4 ? 8 : 4
                out += (width == 8 ? "\\U" : "\\u") + String(repeating: "0", count: width - hex.count) + hex
            }
        }
        return out + "\""
    }
}

extension Unicode.Scalar {
    /// Whether YAML may hold this as it is and a terminal shows it: no control, no mark of direction, nothing invisible.
    fileprivate var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: value != 0xA0
        }
    }
}
