/// Keeps the share of the survivors with the most (or fewest) parameters: a baseline that costs nothing and looks at no
/// score. A ranking that does not beat it has learnt the size of a child.
///
///     kept = max(1, ceil(keep * n - 1e-9));  equals by a draw keyed by (seed, round, choices)
///
/// - Cost: O(n log n).
public struct Params: PruningPolicy {
    public let name = "params"
    public let version = "1"
    private let part: KeptShare
    private let size: SizeOrder

    /// - Parameters: `keep` is the share kept; `prefer` says which end.
    /// - Throws: ``PolicyError`` (status 3) for a share outside 0 < keep <= 1.
    public init(keep: Double = 0.5, prefer: SizeOrder = .larger) throws {
        part = try KeptShare(keep, of: name)
        size = prefer
    }

    /// The largest or smallest stay, in that order.
    public func decide(_ standing: Standing) async throws -> Verdict {
        size.cut(standing, part, by: \.params, unit: "parameters")
    }
}

/// Which children a policy of sizes prefers.
public enum SizeOrder: String, Sendable, CaseIterable {
    /// Those with more.
    case larger
    /// Those with less.
    case smaller

    func cut(_ standing: Standing, _ part: KeptShare, by size: (Survivor) -> Int, unit: String) -> Verdict {
        let value = { (survivor: Survivor) in Double(self == .larger ? size(survivor) : -size(survivor)) }
        return standing.cut(
            standing.ranked(by: value), after: part.count(of: standing.survivors.count), by: value,
            saying: { "\(size($0)) \(unit), \(rawValue) preferred" })
    }
}
