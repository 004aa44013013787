import Foundations

/// A policy that is a program of its own, in any language: what `program:` in a policy file says.
///
/// `argv` goes to the system as it stands, never through a shell. Its first item and ``folder`` are absolute once the
/// specification has been read (`located(from:)`), so that a run can be resumed from any folder.
public struct ProgramSpecification: Sendable, Hashable, Codable {
    /// What happens when a request has failed twice.
    public indirect enum OnFailure: Sendable, Hashable, Codable {
        /// The run stops with status 8 and nothing is pruned; it can be resumed once the program is mended.
        case stop
        /// This built-in policy decides instead, and the ledger says so.
        case fallback(PolicySpecification)
    }

    /// The longest a decision may be allowed to take, in seconds: a day.
    public static var longestTimeout: Double { 86_400 }

    /// The program and its arguments.
    public var argv: [String]
    /// The folder it works in: that of the file that names it, or the current one.
    public var folder: String
    /// Seconds a decision may take, above 0.
    public var timeoutSeconds: Double
    /// Added to the few variables a program inherits (PATH, HOME, LANG, LC_*, TZ and TMPDIR).
    public var env: [String: String]
    /// What happens when a request has failed twice.
    public var onFailure: OnFailure
    /// What its standings must hold beyond what they always hold.
    public var needs: Set<PolicyNeed>

    /// A specification from its parts.
    public init(
        argv: [String], folder: String = "", timeoutSeconds: Double = 60, env: [String: String] = [:],
        onFailure: OnFailure = .stop, needs: Set<PolicyNeed> = []
    ) {
        self.argv = argv
        self.folder = folder
        self.timeoutSeconds = timeoutSeconds
        self.env = env
        self.onFailure = onFailure
        self.needs = needs
    }

    /// The program's file name, such as `keep_top_half.py`.
    public var baseName: String { (argv.first ?? "").baseName }
}

extension String {
    /// What follows the last slash.
    var baseName: String { split(separator: "/").last.map(String.init) ?? self }
}
