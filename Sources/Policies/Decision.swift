/// A verdict, and who gave it.
public struct Decision: Sendable, Hashable {
    /// What was decided.
    public var verdict: Verdict
    /// The name and version of the policy that decided: a fallback's, where one stood in.
    public var policy: String
    public var version: String
    /// What a reader of the ledger should know.
    public var notes: [String]

    /// A decision from its parts.
    public init(verdict: Verdict, policy: String, version: String, notes: [String] = []) {
        self.verdict = verdict
        self.policy = policy
        self.version = version
        self.notes = notes
    }
}
