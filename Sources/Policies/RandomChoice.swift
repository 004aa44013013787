/// Keeps a share of the survivors drawn at random: what a policy must beat at equal cost.
///
/// A child's place is a draw keyed by (seed, round, choices), so another seed or round draws anew and neither the order
/// of the survivors nor their labels matter. `kept = max(1, ceil(keep * n - 1e-9))`.
///
/// - Cost: O(n log n).
public struct RandomChoice: PruningPolicy {
    public let name = "random"
    public let version = "1"
    private let part: KeptShare

    /// - Throws: ``PolicyError`` (status 3) for a share outside 0 < keep <= 1.
    public init(keep: Double = 0.5) throws { part = try KeptShare(keep, of: name) }

    /// The first `kept` by draw stay.
    public func decide(_ standing: Standing) async throws -> Verdict {
        let order = standing.ranked { _ in nil }
        let kept = part.count(of: order.count)
        let dropped = order.indices.dropFirst(kept).map {
            Verdict.Dropped(
                child: order[$0].child, reason: "drawn at random: place \($0 + 1) of \(order.count), cut after \(kept)")
        }
        return Verdict(keep: order.prefix(kept).map(\.child), dropped: dropped, state: standing.state)
    }
}
