/// Reads JSON (RFC 8259) from a stranger and accepts nothing that two readers could take for different values.
///
/// One document in UTF-8 without a byte order mark; nothing after it but blanks; no key twice in an object; numbers by
/// the grammar and finite as Double (`NaN` and `1e999` are refused); no lone surrogates; no nesting deeper than
/// ``depthLimit``.
///
/// - Cost: linear in the text, but for the keys of an object, which are kept in a set.
package struct StrictJSON {
    /// How deep lists and objects may be nested.
    package static let depthLimit = 64

    private let bytes: [UInt8]
    private var place = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Throws: ``StrictJSONError``, one line that says what was expected, what was found and at which byte.
    package static func parse(_ bytes: [UInt8]) throws(StrictJSONError) -> JSONTree {
        try refuseOtherEncodings(bytes)
        var reader = StrictJSON(bytes)
        reader.skipBlanks()
        if reader.place == bytes.count { throw StrictJSONError("is empty, expected one JSON document") }
        let tree = try reader.value(depth: 0)
        reader.skipBlanks()
        guard reader.place == bytes.count else {
            throw reader.error("goes on after its one JSON document with \(bytes[reader.place...].quoted(upTo: 40))")
        }
        return tree
    }

    private static func refuseOtherEncodings(_ bytes: [UInt8]) throws(StrictJSONError) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw StrictJSONError("begins with a byte order mark, expected plain UTF-8")
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || bytes.prefix(4).contains(0) {
            throw StrictJSONError("is not UTF-8 but looks like UTF-16 or UTF-32")
        }
        if String(validating: bytes, as: UTF8.self) == nil {
            throw StrictJSONError("is not valid UTF-8 at byte \(firstInvalidByte(bytes))")
        }
    }

    private static func firstInvalidByte(_ bytes: [UInt8]) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var place = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { place += UTF8.width(scalar) }
        return place
    }

    private func error(_ problem: String) -> StrictJSONError { StrictJSONError("\(problem) at byte \(place)") }

    private func expected(_ what: String) -> StrictJSONError {
        let found = place < bytes.count ? bytes[place...].prefix(1).quoted(upTo: 1) : "the end"
        return error("is not JSON: expected \(what), found \(found)")
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard bytes[place...].starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    private mutating func value(depth: Int) throws(StrictJSONError) -> JSONTree {
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .list(try list(depth: depth + 1))
        case UInt8(ascii: "\""): return .text(try text())
        case let byte? where byte == UInt8(ascii: "-") || 0x30...0x39 ~= byte: return .number(try number())
        default:
            if take("null") { return .null }
            if take("true") { return .flag(true) }
            if take("false") { return .flag(false) }
            for word in ["NaN", "Infinity"] where bytes[place...].starts(with: word.utf8) {
                throw error("is not JSON: \(word) is no number in JSON (write null)")
            }
            throw expected("a value")
        }
    }

    private func checkDepth(_ depth: Int) throws(StrictJSONError) {
        if depth > Self.depthLimit { throw error("is nested deeper than \(Self.depthLimit)") }
    }

    private mutating func object(depth: Int) throws(StrictJSONError) -> [JSONTree.Member] {
        try checkDepth(depth)
        place += 1
        var members: [JSONTree.Member] = []
        var keys = Set<String>()
        skipBlanks()
        if take("}") { return members }
        while true {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw expected("a key in quotes") }
            let start = place
            let key = try text()
            if !keys.insert(key).inserted {
                place = start
                throw error("has the key \(key.utf8.quoted(upTo: 60)) twice in one object")
            }
            skipBlanks()
            guard take(":") else { throw expected("':'") }
            skipBlanks()
            members.append(.init(key: key, value: try value(depth: depth)))
            skipBlanks()
            if take("}") { return members }
            guard take(",") else { throw expected("',' or '}'") }
        }
    }

    private mutating func list(depth: Int) throws(StrictJSONError) -> [JSONTree] {
        try checkDepth(depth)
        place += 1
        var items: [JSONTree] = []
        skipBlanks()
        if take("]") { return items }
        while true {
            skipBlanks()
            items.append(try value(depth: depth))
            skipBlanks()
            if take("]") { return items }
            guard take(",") else { throw expected("',' or ']'") }
        }
    }

    /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
    private mutating func number() throws(StrictJSONError) -> String {
        let start = place
        if take("-Infinity") {
            place = start
            throw error("is not JSON: -Infinity is no number in JSON (write null)")
        }
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        guard Double(text)?.isFinite == true else {
            place = start
            throw error("has the number \(text.prefix(40)), which is not finite,")
        }
        return text
    }

    private mutating func digits() throws(StrictJSONError) {
        let start = place
        while let byte = next, 0x30...0x39 ~= byte { place += 1 }
        if place == start { throw expected("a digit") }
    }

    private mutating func text() throws(StrictJSONError) -> String {
        place += 1
        var out: [UInt8] = []
        while true {
            guard let byte = next else { throw expected("'\"'") }
            if byte < 0x20 { throw error("has the bare control byte \(byte) in a text") }
            place += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: out, as: UTF8.self) }
            if byte == UInt8(ascii: "\\") { out += try escape() } else { out.append(byte) }
        }
    }

    private mutating func escape() throws(StrictJSONError) -> [UInt8] {
        guard let byte = next else { throw expected("an escape") }
        let plain: [UInt8: UInt8] = [
            0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
        ]
        if let meaning = plain[byte] {
            place += 1
            return [meaning]
        }
        guard byte == UInt8(ascii: "u") else { throw expected("an escape") }
        place += 1
        var scalar = try fourDigits()
        if 0xD800...0xDBFF ~= scalar, take("\\u") {
            let low = try fourDigits()
            guard 0xDC00...0xDFFF ~= low else { throw error("has half of a surrogate pair") }
            scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let whole = Unicode.Scalar(scalar) else { throw error("has half of a surrogate pair") }
        return Array(String(whole).utf8)
    }

    private mutating func fourDigits() throws(StrictJSONError) -> UInt32 {
        let digits = bytes[place...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw expected("four hexadecimal digits") }
        place += 4
        return value
    }
}

/// Why a text is not acceptable JSON, as the end of a sentence that names it: `is empty, expected one JSON document`.
package struct StrictJSONError: Error, Hashable, Sendable {
    package let problem: String

    init(_ problem: String) { self.problem = problem }
}
