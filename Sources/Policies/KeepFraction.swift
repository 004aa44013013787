/// Keeps the best share of the survivors by mean score.
///
///     kept = max(1, ceil(keep * n - 1e-9)),  n = number of survivors
///
/// (the 1e-9 keeps 0.55 * 100 at 55 where binary rounding makes it 55.000000000000007). Ranks go by
/// ``Survivor/mean``, larger is better; a child without a finite mean stands below all that have one. Equal means
/// are ordered by a draw keyed by (seed, round, the child's choices): neither the order of the survivors nor their
/// labels can matter. Where nobody has a mean there is nothing to judge by, and everyone is kept.
///
/// - Cost: O(n log n).
public struct KeepFraction: PruningPolicy {
    public let name = "keep-fraction"
    public let version = "1"
    private let part: KeptShare

    /// The share kept, in 0 < keep <= 1.
    public var keep: Double { part.share }

    /// - Throws: ``PolicyError`` (status 3) for a share outside 0 < keep <= 1.
    public init(keep: Double) throws { part = try KeptShare(keep, of: "keep-fraction") }

    /// How many of n are kept.
    public func kept(of n: Int) -> Int { part.count(of: n) }

    /// The best `kept(of:)` stay; `keep` and `dropped` both go from best to worst.
    public func decide(_ standing: Standing) async throws -> Verdict {
        if standing.isUnscored { return .keepingAll(of: standing) }
        let order = standing.bestFirst()
        return standing.cut(order, after: kept(of: order.count), by: \.mean, saying: \.meanInWords)
    }
}
