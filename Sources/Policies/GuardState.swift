import Foundation

/// What ``RegretGuard`` remembers from one decision to the next.
struct GuardState: Codable {
    /// The wrapped policy's own state.
    var inner: String?
    /// How often each child on probation is still to be looked at, by ``Survivor/key``.
    var looksLeft: [String: Int] = [:]
    /// One line for each child that came back at this decision.
    var notes: [String] = []

    init(inner: String?) { self.inner = inner }

    /// A state as it comes back; one that is not this policy's (of a search forked with another policy) is a fresh start.
    init(_ text: String?) {
        let read = text.flatMap { try? JSONDecoder().decode(GuardState.self, from: Data($0.utf8)) }
        self = read ?? GuardState(inner: nil)
    }

    /// JSON with its keys in order, so that equal states are equal texts.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: (try? encoder.encode(self)) ?? Data(), as: UTF8.self)
    }
}

extension Survivor {
    /// The choices as text, `3-2-3`: a name that no label can change.
    var key: String { choices.map { "\($0)" }.joined(separator: "-") }
}
