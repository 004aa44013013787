import Foundations
import FoundationEssentials

/// How often the same point of a run has failed: what the guard against crash loops looks at.
package struct Attempt: Sendable, Equatable {
    /// What was tried, e.g. "policy".
    package let point: String
    /// The checkpoint it was tried from.
    package let seq: Int
    package let count: Int
    package let problem: String
}

extension CheckpointStore {
    private struct Value: Codable {
        var count: Int
        var problem: String
    }

    /// Counts one more failure at a point, durably. - Returns: how many there are now.
    @discardableResult
    package func noteFailure(at point: String, seq: Int, problem: String) throws -> Int {
        requireWriting()
        require(1...400 ~= point.utf8.count, "a point has a name of 1 to 400 bytes, not \(point.utf8.count)")
        let key = Array(point.utf8) + [0] + sequenceKey(seq)
        return try environment.write("record in") { transaction in
            let known = try transaction.reads.get(.attempt, key) != nil
            let count = known ? try transaction.reads.decode(Value.self, .attempt, key).count + 1 : 1
            try transaction.put(.attempt, key, json: Value(count: count, problem: problem))
            return count
        }
    }

    package func attempts() throws -> [Attempt] {
        try environment.read("read") { transaction in
            var keys: [[UInt8]] = []
            try transaction.eachPayload(.attempt) { key, _ in keys.append(key) }
            return try keys.map { key in
                let value = try transaction.decode(Value.self, .attempt, key)
                return Attempt(
                    point: String(decoding: key.dropLast(9), as: UTF8.self),
                    seq: Int(UInt64(bigEndian: key.suffix(8))), count: value.count, problem: value.problem)
            }
        }
    }

    /// Forgets all failures.
    package func clearAttempts() throws {
        requireWriting()
        try environment.write("record in") { transaction in
            var keys: [[UInt8]] = []
            try transaction.reads.each(.attempt) { key, _ in
                keys.append(Array(key))
                return true
            }
            for key in keys { try transaction.remove(.attempt, key) }
        }
    }
}
