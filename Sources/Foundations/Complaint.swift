/// What went wrong, in the words a user sees: one line that says what, where and what was expected, and a hint what to do.
///
/// Every room has one small error type that conforms. The command line prints `error: message`, then `hint: ...`, and
/// leaves with the status of ``exitCode``.
package protocol Complaint: Error, CustomStringConvertible, Sendable {
    var exitCode: ExitCode { get }
    /// One line: what happened, where (path, line or key), what was expected and what was found.
    var message: String { get }
    /// What the user can do about it; empty where there is nothing to add.
    var hint: String { get }
}

extension Complaint {
    package var hint: String { "" }
    package var description: String { hint.isEmpty ? message : "\(message) (\(hint))" }
}

/// The documented exit statuses.
package enum ExitCode: Int32, Sendable, CaseIterable {
    case ok = 0
    case `internal` = 1
    case usage = 2
    case recipe = 3
    case dataset = 4
    case corrupt = 5
    case version = 6
    case locked = 7
    case policy = 8
    case numerics = 9
    case diverged = 10
    case storage = 11
    case hangup = 129
    case interrupted = 130
    case terminated = 143

    /// The word that stands in `{"error": {"kind": ...}}`.
    package var kind: String {
        switch self {
        case .ok: "ok"
        case .internal: "internal"
        case .usage: "usage"
        case .recipe: "recipe"
        case .dataset: "data set"
        case .corrupt: "corrupt store"
        case .version: "version"
        case .locked: "locked"
        case .policy: "policy"
        case .numerics: "numerics mismatch"
        case .diverged: "diverged"
        case .storage: "storage"
        case .hangup, .interrupted, .terminated: "stopped"
        }
    }
}
