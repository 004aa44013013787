extension Sequence where Element == UInt8 {
    /// These bytes in double quotes, at most `limit` of them, fit for one line of an error message: whatever is not printable
    /// ASCII is escaped (`\n`, `\u{1B}` as `\x1B`), so that a program's output can do nothing to a terminal. `...` follows
    /// where bytes were left out.
    package func quoted(upTo limit: Int) -> String {
        var text = "\""
        var count = 0
        for byte in self {
            if count == limit { return text + "\"..." }
            count += 1
            switch byte {
            case UInt8(ascii: "\""): text += "\\\""
            case UInt8(ascii: "\\"): text += "\\\\"
            case UInt8(ascii: "\n"): text += "\\n"
            case UInt8(ascii: "\r"): text += "\\r"
            case UInt8(ascii: "\t"): text += "\\t"
            case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "\\x" + hex([byte]).uppercased()
            }
        }
        return text + "\""
    }
}
