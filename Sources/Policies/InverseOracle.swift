import Rankings

/// Keeps the worst share by a table of true values: the lower bound, and a check that a comparison can tell bad from
/// good. See ``Oracle``.
///
/// - Cost: O(n log n).
public struct InverseOracle: PruningPolicy {
    public let name = "inverse-oracle"
    public let version = "1"
    private let part: KeptShare
    private let truth: TruthFile

    /// - Parameters and errors: as ``Oracle/init(truth:keep:)``.
    public init(truth path: String, keep: Double = 0.5) throws {
        part = try KeptShare(keep, of: name)
        truth = try TruthFile(path: path, of: name)
    }

    /// Names the table.
    public var stamp: String? {
        "Pruned by the truth table \(truth.path), keeping the worst: an inverse oracle, not a search."
    }

    /// The truly worst stay, worst first.
    ///
    /// - Throws: ``PolicyError`` (status 8) naming the survivors that have no truth.
    public func decide(_ standing: Standing) async throws -> Verdict {
        try truth.cut(standing, part, best: false, policy: name)
    }
}
