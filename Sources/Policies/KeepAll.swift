/// Keeps everyone: the uniform baseline, which is the progressive search with this policy.
public struct KeepAll: PruningPolicy {
    public let name = "keep-all"
    public let version = "1"

    /// The policy; it has no parameters.
    public init() {}

    /// Everyone stays, in the standing's order.
    public func decide(_ standing: Standing) async throws -> Verdict { .keepingAll(of: standing) }
}
