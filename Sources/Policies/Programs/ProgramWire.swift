import Foundation
import Foundations

/// What passes between us and a policy program: protocol 1 of `policies/README.md`.
package enum ProgramWire {
    /// The version of the protocol.
    package static let version = 1
    /// How `hello` names us.
    package static let program = "espalier 0.1.0"

    /// The first request of all: `{"op": "hello", "program": ..., "protocol": 1, "requestId": "h-1"}`.
    package static let hello = Request(id: "h-1", bytes: encode(Hello()))

    /// A request as it is written to the program's standard input: one line of JSON, its keys sorted.
    package struct Request: Sendable, Hashable {
        /// What the answer must repeat.
        package let id: String
        package let bytes: [UInt8]
    }

    /// The standing with `op`, `protocol` and `requestId` beside its keys.
    ///
    /// The id is `r`, the round, and the first eight digits of the SHA-256 of the standing's JSON: the same standing makes
    /// the same bytes.
    package static func decide(_ standing: Standing) -> Request {
        let digest = "\(SHA256.digest(of: encode(standing)))"
        let id = "r\(standing.round)-\(digest.prefix(8))"
        return Request(id: id, bytes: encode(Decide(standing: standing, requestId: id)))
    }

    private struct Hello: Encodable {
        var op = "hello"
        var program = ProgramWire.program
        var `protocol` = ProgramWire.version
        var requestId = "h-1"
    }

    private struct Decide: Encodable {
        let standing: Standing
        let requestId: String

        private enum Keys: String, CodingKey { case op, `protocol`, requestId }

        func encode(to encoder: any Encoder) throws {
            try standing.encode(to: encoder)
            var box = encoder.container(keyedBy: Keys.self)
            try box.encode("decide", forKey: .op)
            try box.encode(ProgramWire.version, forKey: .protocol)
            try box.encode(requestId, forKey: .requestId)
        }
    }

    private static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            require(false, "a standing holds a number that is not finite outside its nullable ones")
            return []
        }
        return [UInt8](data) + [UInt8(ascii: "\n")]
    }
}
