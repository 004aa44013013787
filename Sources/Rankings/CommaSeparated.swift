/// One line of a CSV file: where it stands and its fields without surrounding blanks.
struct CommaSeparatedLine {
    let number: Int
    let fields: [String]
}

/// The lines of a CSV text: fields between commas, CR LF or LF, a byte order mark and empty lines at the end allowed.
///
/// Quotes are refused rather than guessed at: no label or number of ours needs them.
/// - Throws: ``RankingsError`` with path and line for an empty file, an empty line, a quote, a control character, a line
///   whose number of fields is not the header's, and more bytes, lines or fields than ``CommaSeparatedFile`` allows.
func commaSeparated(_ text: String, path: String) throws -> [CommaSeparatedLine] {
    try CommaSeparatedFile.inspect(text, path: path)
    var body = text.unicodeScalars[...]
    if body.first == "\u{FEFF}" { body.removeFirst() }
    var raw = body.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        line.last == "\r" ? line.dropLast() : line
    }
    while let last = raw.last, last.allSatisfy({ $0 == " " || $0 == "\t" }) { raw.removeLast() }
    guard let header = raw.first else {
        throw RankingsError.at(path, 1, "expected a header line, found an empty file")
    }
    let width = header.count { $0 == "," } + 1
    return try raw.enumerated().map { index, line in
        let number = index + 1
        let fields = line.split(separator: ",", omittingEmptySubsequences: false).map { field in
            String(String.UnicodeScalarView(trimmed(field)))
        }
        if fields == [""] { throw RankingsError.at(path, number, "expected \(width) fields, found an empty line") }
        if line.contains("\"") {
            throw RankingsError.at(path, number, "found a quote", hint: "write fields without quotes")
        }
        guard fields.count == width else {
            throw RankingsError.at(path, number, "expected \(width) fields as in the header, found \(fields.count)")
        }
        return CommaSeparatedLine(number: number, fields: fields)
    }
}

private func trimmed(_ field: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
    var field = field
    while let first = field.first, first == " " || first == "\t" { field.removeFirst() }
    while let last = field.last, last == " " || last == "\t" { field.removeLast() }
    return field
}

/// A finite decimal number: digits, sign, point and exponent, nothing else (no `nan`, `inf` or hexadecimal).
func decimalNumber(_ field: String) -> Double? {
    guard field.unicodeScalars.allSatisfy({ "0123456789+-.eE".unicodeScalars.contains($0) }) else { return nil }
    return Double(field).flatMap { $0.isFinite ? $0 : nil }
}

/// Refuses names that stand twice in a header.
func refuseRepeated(_ names: [String], _ what: String, path: String, line: Int) throws {
    var seen = Set<String>()
    let repeated = names.filter { !seen.insert($0).inserted }
    if !repeated.isEmpty { throw RankingsError.at(path, line, "\(what) given twice: \(listed(repeated))") }
}
