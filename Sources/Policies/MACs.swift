/// Keeps the share of the survivors with the most (or fewest) multiply-adds of a forward pass: the other baseline that
/// costs nothing; see ``Params``.
///
/// - Cost: O(n log n).
public struct MACs: PruningPolicy {
    public let name = "macs"
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
        size.cut(standing, part, by: \.macs, unit: "multiply-adds")
    }
}
