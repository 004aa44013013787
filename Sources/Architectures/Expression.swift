import Foundations

/// A product of whole numbers and names, such as `16`, `channels` or `3*channels`, with the place where it was written.
///
/// Names in sight: the space's parameters, what a block or edge gives in `with`, `classes`, and `in`, the channels that
/// enter the layer.
struct Expression: Hashable, Sendable {
    enum Factor: Hashable, Sendable {
        case number(Int)
        case name(String)
    }

    let factors: [Factor]
    let node: YAMLNode

    static let limit = 1 << 20

    init(_ node: YAMLNode) throws {
        let text = try node.string()
        factors = try text.split(separator: "*", omittingEmptySubsequences: false).map { part in
            let word = part.drop(while: { $0 == " " }).reversed().drop(while: { $0 == " " }).reversed()
            let token = String(word)
            if let number = Int(token), String(number) == token, 0...Self.limit ~= number { return .number(number) }
            guard isName(token) else {
                throw node.error("expected a product such as 16, channels or 3*channels, found '\(text.shortened)'")
            }
            return .name(token)
        }
        self.node = node
    }

    /// The value, within `range`.
    func value(in scope: [String: Int], _ range: ClosedRange<Int>) throws -> Int {
        var product = 1
        for factor in factors {
            let next: Int
            switch factor {
            case .number(let number): next = number
            case .name(let name):
                guard let value = scope[name] else {
                    throw node.error("unknown name '\(name)'\(suggestion(for: name, among: scope.keys.sorted()))")
                }
                next = value
            }
            let (result, overflow) = product.multipliedReportingOverflow(by: next)
            product = overflow ? .max : result
        }
        guard range.contains(product) else {
            throw node.error("the value is \(product), expected \(range.lowerBound) to \(range.upperBound)")
        }
        return product
    }
}

/// Letters, digits, `_` and `-`, a letter first.
func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, UInt8(ascii: "A") <= first & 0xDF, first & 0xDF <= UInt8(ascii: "Z") else {
        return false
    }
    return text.utf8.count <= 64
        && text.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_" || $0 == "-")
        }
}
