/// Writes HTML and SVG whose every element is closed and whose every text is escaped.
enum Markup {
    /// `<name a="b">content</name>`; `content` is markup already.
    static func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: String) -> String
    {
        "<\(name)\(list(attributes))>\(content)</\(name)>"
    }

    /// An element that holds nothing, closed in itself.
    static func empty(_ name: String, _ attributes: KeyValuePairs<String, String> = [:]) -> String {
        "<\(name)\(list(attributes))/>"
    }

    private static func list(_ attributes: KeyValuePairs<String, String>) -> String {
        attributes.map { " \($0)=\"\(text($1))\"" }.joined()
    }

    /// For element content and for attributes between double quotes. Controls are written out as in ``plainText(_:)``.
    static func text(_ text: String) -> String {
        let plain = plainText(text)
        guard plain.utf8.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || $0 == 0x22 || $0 == 0x27 }) else {
            return plain
        }
        var result = ""
        for character in plain.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
