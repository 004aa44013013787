import Rankings

/// Keeps the best share by a table of true values: the upper bound of what any pruning can reach, not a search.
///
///     kept = max(1, ceil(keep * n - 1e-9));  equals by a draw keyed by (seed, round, choices)
///
/// Labels find a child's row, so they matter here. Every table of such a run carries ``stamp``.
///
/// - Cost: O(n log n).
public struct Oracle: PruningPolicy {
    public let name = "oracle"
    public let version = "1"
    private let part: KeptShare
    private let truth: TruthFile

    /// - Parameters: `truth` is the path of a truth table (CSV with `label` and `gt_mean`); `keep` the share kept.
    /// - Throws: ``PolicyError``, status 2 where the file cannot be read, 3 where it is not a truth table or for a share
    ///   outside 0 < keep <= 1.
    public init(truth path: String, keep: Double = 0.5) throws {
        part = try KeptShare(keep, of: name)
        truth = try TruthFile(path: path, of: name)
    }

    /// Names the table.
    public var stamp: String? { "Pruned by the truth table \(truth.path): an oracle, not a search." }

    /// The truly best stay, best first.
    ///
    /// - Throws: ``PolicyError`` (status 8) naming the survivors that have no truth.
    public func decide(_ standing: Standing) async throws -> Verdict {
        try truth.cut(standing, part, best: true, policy: name)
    }
}
