/// Decides, at the end of a round, which children train on.
///
/// A policy is a stranger to the engine: it sees a ``Standing``, a plain value, and answers with a ``Verdict``,
/// another.
/// The same two values cross a pipe as JSON for policies in other languages (`policies/README.md`).
///
///     struct DropTheLast: PruningPolicy {
///         let name = "drop-the-last"
///         let version = "1"
///         func decide(_ standing: Standing) async throws -> Verdict {
///             let worst = standing.survivors.min { ($0.mean ?? -.infinity) < ($1.mean ?? -.infinity) }
///             guard let worst, standing.survivors.count > 1 else { return .keepingAll(of: standing) }
///             let rest = standing.survivors.map(\.child).filter { $0 != worst.child }
///             return Verdict(keep: rest, dropped: [.init(child: worst.child, reason: "lowest mean")])
///         }
///     }
///
/// What is asked of one:
/// - every survivor is named once, in `keep` or in `dropped`, and someone is kept (``Verdict/validate(against:)``);
/// - the same standing gets the same verdict: draw at random only from `standing.seed`, the round and the child's
///   choices, so that neither the order of the survivors nor their labels matter;
/// - a child on probation is judged as all others are: kept, it trains again;
/// - a reason for each child dropped, for the ledger of the run.
///
/// A verdict and its effects are made durable together. A run that is killed before that asks again, so a decision must be
/// a function of its standing. An error thrown here stops the run with status 8 and prunes nothing.
public protocol PruningPolicy: Sendable {
    /// The name reports and the ledger show, such as `keep-fraction`.
    var name: String { get }
    /// Changes whenever the decisions may; recorded beside them.
    var version: String { get }
    /// What every table of a run made with it must say, where its result is not what a search would have found; nil
    /// for an honest policy.
    var stamp: String? { get }
    /// What a standing must hold for this policy beyond what it always holds; nothing unless the policy says so.
    var needs: Set<PolicyNeed> { get }
    /// The verdict on a round.
    ///
    /// - Parameter standing: everything known at this moment; see ``Standing``.
    /// - Returns: a verdict that passes ``Verdict/validate(against:)``.
    func decide(_ standing: Standing) async throws -> Verdict
    /// Called once before a run trains, begun or resumed: a policy that cannot work says so before hours are spent. After
    /// it, ``name`` and ``version`` are final.
    ///
    /// - Returns: lines for the run's log.
    func greet() async throws -> [String]
    /// ``decide(_:)`` with who decided; a policy that hands over to another one says so here.
    func answer(_ standing: Standing) async throws -> Decision
}

extension PruningPolicy {
    /// Nothing to say.
    public var stamp: String? { nil }
    /// Nothing.
    public var needs: Set<PolicyNeed> { [] }
    /// Nothing to check.
    public func greet() async throws -> [String] { [] }
    /// The verdict under this policy's own name.
    public func answer(_ standing: Standing) async throws -> Decision {
        Decision(verdict: try await decide(standing), policy: name, version: version)
    }
}

/// What a policy can ask to find in a standing, because it costs something to gather.
public enum PolicyNeed: String, Sendable, Hashable, Codable, CaseIterable {
    /// `pairs`, from per-image scores of the last scorings.
    case pairs
}
