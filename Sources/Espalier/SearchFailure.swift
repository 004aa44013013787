import Foundations

/// Why a search, or reading a recipe or a run, failed: what the command line would print.
public struct SearchFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line: what happened, where, and what was expected.
    public let message: String
    /// What can be done about it; empty where there is nothing to add.
    public let hint: String
    /// The status the command line leaves with: 2 usage, 3 recipe or policy file, 4 data set, 5 corrupt store,
    /// 6 version, 7 locked, 8 policy, 9 numerics, 10 diverged, 11 storage; 1 for a fault of Espalier.
    public let exitStatus: Int32
    /// The status as a word, such as `recipe`.
    public let kind: String

    /// The message, and what can be done about it.
    public var description: String { hint.isEmpty ? message : "\(message) (\(hint))" }

    init(_ error: any Error) {
        let complaint = error as? any Complaint
        let code = complaint?.exitCode ?? .internal
        message = complaint?.message ?? "\(error)"
        hint = complaint?.hint ?? ""
        exitStatus = code.rawValue
        kind = code.kind
    }
}
