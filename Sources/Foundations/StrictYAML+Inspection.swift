extension StrictYAML {
    /// Refuses what the parser beneath would misread or choke on, before it sees the text.
    ///
    /// A NUL would end the text silently; a chain of thousands of aliases would exhaust the stack; an alias inside a key
    /// would be expanded while keys are compared. Cost: a few passes over the bytes.
    static func inspect(_ bytes: [UInt8], path: String) throws -> String {
        func refuse(_ problem: String, at offset: Int? = nil) -> YAMLError {
            let line = offset.map { end in 1 + bytes[..<end].count { $0 == UInt8(ascii: "\n") } } ?? 0
            return YAMLError(mark: YAMLMark(source: path, line: line), problem: problem)
        }
        guard bytes.count <= byteLimit else { throw refuse("the file is larger than 1 MiB") }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw refuse("the file is UTF-16, expected UTF-8")
        }
        if let odd = bytes.firstIndex(where: { $0 < 32 && $0 != 9 && $0 != 10 && $0 != 13 || $0 == 127 }) {
            throw refuse("a control character (byte \(bytes[odd]))", at: odd)
        }
        guard var text = String(validating: bytes, as: UTF8.self) else { throw refuse("the file is not UTF-8 text") }
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        let aliases = aliasStarts(in: bytes)
        guard aliases.count <= aliasLimit else {
            throw refuse("more than \(aliasLimit) aliases", at: aliases[aliasLimit])
        }
        if let alias = aliases.first, mayHaveCollectionKey(bytes) {
            throw refuse("aliases together with keys that are aliases or collections", at: alias)
        }
        return text
    }

    /// Offsets of `*name` where a value may start; some may stand in comments or quotes.
    private static func aliasStarts(in bytes: [UInt8]) -> [Int] {
        bytes.indices.filter { i in
            bytes[i] == UInt8(ascii: "*") && i + 1 < bytes.count && !bytes[i + 1].isBlank
                && (i == 0 || bytes[i - 1].isBlank || "[{,:".utf8.contains(bytes[i - 1]))
        }
    }

    /// Whether `? `, `*name :`, `]:` or `}:` occurs anywhere.
    private static func mayHaveCollectionKey(_ bytes: [UInt8]) -> Bool {
        var aliasOpen = false
        var lastSolid = UInt8(ascii: "\n")
        for (i, byte) in bytes.enumerated() {
            let startsToken = i == 0 || bytes[i - 1].isBlank || "[{,".utf8.contains(bytes[i - 1])
            if byte == UInt8(ascii: "?"), startsToken, i + 1 == bytes.count || bytes[i + 1].isBlank { return true }
            if byte == UInt8(ascii: ":"), aliasOpen || lastSolid == UInt8(ascii: "]") || lastSolid == UInt8(ascii: "}") {
                return true
            }
            if byte == UInt8(ascii: "*"), startsToken || i > 0 && bytes[i - 1] == UInt8(ascii: ":") {
                aliasOpen = true
            } else if "\n,]}".utf8.contains(byte) {
                aliasOpen = false
            }
            if byte == UInt8(ascii: "\n") || !byte.isBlank { lastSolid = byte }
        }
        return false
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == 32 || self == 9 || self == 10 || self == 13 }
}
