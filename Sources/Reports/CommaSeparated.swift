/// Rows of values as CSV (RFC 4180 with line feeds): quoted where a comma, a quote or a line end asks for it.
///
/// Numbers keep full precision; what is not known is empty. Control characters are written out as in ``plainText(_:)``.
struct CommaSeparated {
    private var lines: [String]

    init(_ header: [String]) { lines = [Self.line(header)] }

    mutating func add(_ fields: [String]) { lines.append(Self.line(fields)) }

    var text: String { lines.map { $0 + "\n" }.joined() }

    static func number(_ value: Double?) -> String { value.finite.map { "\($0)" } ?? "" }

    private static func line(_ fields: [String]) -> String {
        fields.map { field in
            let text = plainText(field)
            // A spreadsheet takes what begins so for a formula; a number may begin with a minus.
            let isFormula = text.first.map { "=+@-".contains($0) } == true && Double(text) == nil
            guard isFormula || text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
            return "\"" + (isFormula ? "'" : "") + text.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ",")
    }
}
