import Foundations

/// What was wrong with a policy's answer (status 8), or with a policy file or name (status 3).
public struct PolicyError: Error, Sendable, Equatable, Complaint {
    package let message: String
    package let hint: String
    package let exitCode: ExitCode

    package init(_ message: String, hint: String = "", exitCode: ExitCode) {
        self.message = message
        self.hint = hint
        self.exitCode = exitCode
    }

    /// A decision that cannot be made (status 8).
    /// - Parameters: `message`, one line that says what, where and what was expected; `hint`, what to do about it.
    public init(_ message: String, hint: String = "") { self.init(message, hint: hint, exitCode: .policy) }

    /// A parameter that cannot be used (status 3), for what no ``PolicyParameter/Range`` can say.
    public static func parameter(_ message: String, hint: String = "") -> PolicyError {
        PolicyError(message, hint: hint, exitCode: .recipe)
    }

    /// The status a program leaves with because of this: 3 for a recipe or policy file, 8 for an answer.
    public var exitStatus: Int32 { exitCode.rawValue }

    /// The message, and what can be done about it.
    public var description: String { hint.isEmpty ? message : "\(message) (\(hint))" }

    /// A name that is not among the candidates, with the nearest of them as the hint.
    static func unknown(
        _ message: String, _ name: String, _ candidates: Set<String>, exitCode: ExitCode = .policy
    ) -> PolicyError {
        let near = nearestName(to: name, among: candidates.sorted())
        let isShort = exitCode == .recipe && 1...12 ~= candidates.count
        let known = !isShort ? "" : "known: \(candidates.sorted().joined(separator: ", "))"
        return PolicyError(message, hint: near.map { "did you mean \($0)?" } ?? known, exitCode: exitCode)
    }
}
