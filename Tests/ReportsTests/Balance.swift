/// A small check that markup is well formed: every element closed in its place, every `<` and `&` meant.
enum Balance {
    /// Nil where all is well, else the first fault in words.
    static func problem(of markup: String) -> String? {
        var open: [String] = []
        var rest = markup[...]
        while let next = rest.firstIndex(where: { $0 == "<" || $0 == "&" }) {
            rest = rest[next...]
            if rest.first == "&" {
                guard let entity = rest.prefixMatch(of: /&(amp|lt|gt|quot|#39);/) else {
                    return "bare & at \(rest.prefix(30))"
                }
                rest = rest[entity.range.upperBound...]
                continue
            }
            if let match = rest.prefixMatch(of: /<!DOCTYPE html>/) {
                rest = rest[match.range.upperBound...]
            } else if let match = rest.prefixMatch(of: /<style>[^<]*<\/style>/) {
                rest = rest[match.range.upperBound...]
            } else if let match = rest.prefixMatch(of: /<\/([a-z0-9]+)>/) {
                guard open.last == String(match.1) else { return "</\(match.1)> closes \(open.last ?? "nothing")" }
                open.removeLast()
                rest = rest[match.range.upperBound...]
            } else if let match = rest.prefixMatch(of: /<([a-z0-9]+)((?: [a-zA-Z0-9-]+="[^"<>]*")*)(\/?)>/) {
                if match.3.isEmpty { open.append(String(match.1)) }
                rest = rest[match.range.upperBound...]
            } else {
                return "no tag at \(rest.prefix(40))"
            }
        }
        return open.isEmpty ? nil : "left open: \(open.joined(separator: ", "))"
    }
}
