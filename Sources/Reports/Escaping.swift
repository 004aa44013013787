/// The text with everything that could move a cursor, hide or reorder letters written out as `\u{1b}`.
///
/// Controls, format characters (zero-width, bidirectional), line and paragraph separators, private and unassigned ones.
package func plainText(_ text: String) -> String { escaped(text, keeping: nil) }

/// As ``plainText(_:)``, but lines stay lines: for whole pages whose parts are one line each already.
package func plainLines(_ text: String) -> String { escaped(text, keeping: "\n") }

private func escaped(_ text: String, keeping kept: Unicode.Scalar?) -> String {
    // Nearly everything that is ever printed.
    if text.utf8.allSatisfy({ 0x20...0x7E ~= $0 || kept == "\n" && $0 == 0x0A }) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar.properties.generalCategory {
        case _ where scalar == kept: result.unicodeScalars.append(scalar)
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
            result += "\\u{" + String(scalar.value, radix: 16) + "}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

/// The text as Markdown shows it letter by letter, on one line and inside a table's cell.
///
/// Controls as in ``plainText(_:)``; a backslash before each character that Markdown or HTML would take for its own.
package func markdownText(_ text: String) -> String {
    var result = ""
    for character in plainText(text) {
        if "\\`*_[]<>|#&~$".contains(character) { result.append("\\") }
        result.append(character)
    }
    return result
}
