/// A sentence with emphasis, free of any format: renderers escape and mark it up.
///
///     let text: Prose = "Best child: \(strong: best), of \(count) children."
package struct Prose: Sendable, Hashable {
    package enum Span: Sendable, Hashable {
        case plain(String)
        case strong(String)
        /// A name, a path or a command, letter by letter.
        case code(String)
        /// A place on the same page; formats without one show the text.
        case link(String, to: String)
    }

    package private(set) var spans: [Span]

    package init(_ text: String) { spans = text.isEmpty ? [] : [.plain(text)] }

    /// Without any mark.
    package var text: String {
        spans.map {
            switch $0 {
            case .plain(let text), .strong(let text), .code(let text), .link(let text, _): text
            }
        }.joined()
    }

    package static func + (left: Prose, right: Prose) -> Prose {
        var sum = left
        sum.spans += right.spans
        return sum
    }

    package static func += (left: inout Prose, right: Prose) { left = left + right }
}

extension Prose: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) { self.init(text) }
    package init(stringInterpolation: Interpolation) { spans = stringInterpolation.spans }

    package struct Interpolation: StringInterpolationProtocol {
        var spans: [Span] = []

        package init(literalCapacity: Int, interpolationCount: Int) {}
        package mutating func appendLiteral(_ text: String) { if !text.isEmpty { spans.append(.plain(text)) } }
        package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            appendLiteral(value.description)
        }
        package mutating func appendInterpolation(_ prose: Prose) { spans += prose.spans }
        package mutating func appendInterpolation(strong text: String) { spans.append(.strong(text)) }
        package mutating func appendInterpolation(code text: String) { spans.append(.code(text)) }
        package mutating func appendInterpolation(link text: String, to anchor: String) {
            spans.append(.link(text, to: anchor))
        }
    }
}

extension Prose: CustomStringConvertible {
    package var description: String { text }
}
