import Foundation
import Foundations

/// What a program says of itself.
package struct ProgramGreeting: Sendable, Hashable {
    /// The policy's name, as reports show it.
    package let name: String
    /// Its version.
    package let version: String
}

/// Reads a program's answers, strictly. Every error is one line without the program's name, quoting what is wrong.
package enum ProgramAnswer {
    /// The answer to `hello`: `protocol`, `requestId`, `name` and `version`, and nothing else.
    package static func greeting(_ bytes: [UInt8], requestId: String) throws -> ProgramGreeting {
        let tree = try envelope(bytes, requestId: requestId)
        try refuseUnknownKeys(tree, known: ["protocol", "requestId", "name", "version"])
        return ProgramGreeting(name: try word("name", tree), version: try word("version", tree))
    }

    /// The answer to `decide`, not yet validated against its standing.
    package static func verdict(_ bytes: [UInt8], requestId: String) throws -> Verdict {
        let tree = try envelope(bytes, requestId: requestId)
        if let regroup = tree["regroup"], let count = regroup["count"], count.integer == nil {
            throw PolicyError("its answer has \(count.found) at regroup.count, expected a whole number")
        }
        do {
            return try JSONDecoder().decode(Verdict.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw PolicyError("its answer \(problem(error, in: tree))")
        }
    }

    /// Protocol and request id, and JSON as such.
    private static func envelope(_ bytes: [UInt8], requestId: String) throws -> JSONTree {
        let tree: JSONTree
        do {
            tree = try StrictJSON.parse(bytes)
        } catch {
            let quote = bytes.isEmpty ? "" : ": \(bytes.quoted(upTo: 200))"
            throw PolicyError("its answer \(error.problem)\(quote)")
        }
        guard case .object = tree else { throw PolicyError("its answer is \(tree.found), expected an object") }
        guard let spoken = tree["protocol"] else { throw PolicyError("its answer has no key \"protocol\"") }
        guard spoken.integer == ProgramWire.version else {
            throw PolicyError(
                "its answer has \(spoken.found) at protocol, expected \(ProgramWire.version)",
                hint: spoken.integer.map { "it speaks protocol \($0), espalier speaks \(ProgramWire.version)" } ?? "")
        }
        guard let id = tree["requestId"] else { throw PolicyError("its answer has no key \"requestId\"") }
        guard id.text == requestId else {
            throw PolicyError("its answer has \(id.found) at requestId, expected \"\(requestId)\" as in the request")
        }
        return tree
    }

    private static func refuseUnknownKeys(_ tree: JSONTree, known: [String]) throws {
        guard case .object(let members) = tree,
            let unknown = members.map(\.key).first(where: { !known.contains($0) })
        else { return }
        let near = nearestName(to: unknown, among: known).map { "did you mean \($0)?" } ?? ""
        throw PolicyError("its answer has the unknown key \(unknown.utf8.quoted(upTo: 60))", hint: near)
    }

    /// A name or version fit for a report: one line of 1 to 100 characters, none of them a control character.
    private static func word(_ key: String, _ tree: JSONTree) throws -> String {
        guard let value = tree[key] else { throw PolicyError("its answer has no key \"\(key)\"") }
        guard let text = value.text, 1...100 ~= text.count,
            !text.unicodeScalars.contains(where: {
                [.control, .format, .lineSeparator].contains($0.properties.generalCategory)
            })
        else {
            throw PolicyError("its answer has \(value.found) at \(key), expected one line of 1 to 100 characters")
        }
        return text
    }

    private static func problem(_ error: DecodingError, in tree: JSONTree) -> String {
        switch error {
        case .keyNotFound(let key, let context):
            let path = path(context.codingPath)
            return "has no key \"\(key.stringValue)\"\(path.isEmpty ? "" : " in \(path)")"
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            let found = context.codingPath.reduce(Optional(tree)) { node, key in
                key.intValue.map { node?[$0] } ?? node?[key.stringValue]
            }
            return "has \(found?.found ?? "nothing") at \(path(context.codingPath)), expected \(words(type))"
        case .dataCorrupted(let context):
            return "cannot be read at \(path(context.codingPath)): \(context.debugDescription)"
        @unknown default:
            return "cannot be read: \(error)"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce("") { text, key in
            if let place = key.intValue { return "\(text)[\(place)]" }
            return text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)"
        }
    }

    private static func words(_ type: Any.Type) -> String {
        switch type {
        case is String.Type: "text"
        case is Bool.Type: "true or false"
        case is Int.Type: "a whole number"
        case is Double.Type: "a number"
        default: "\(type)".hasPrefix("Array") ? "a list" : "an object"
        }
    }
}
