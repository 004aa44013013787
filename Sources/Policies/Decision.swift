/// A verdict with who reached it and how: what the ledger of a run remembers.
public struct Decision: Sendable, Hashable, Codable {
    /// What was decided.
    public var verdict: Verdict
    /// The name of the policy that decided: another than the one that was asked where a fallback had to.
    public var policy: String
    /// Its version.
    public var version: String
    /// One line for each thing out of the ordinary, such as a first try that failed.
    public var notes: [String]

    /// A decision from its parts.
    public init(verdict: Verdict, policy: String, version: String, notes: [String] = []) {
        self.verdict = verdict
        self.policy = policy
        self.version = version
        self.notes = notes
    }
}
