import Foundations

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
    /// The share kept, in 0 < keep <= 1.
    public let keep: Double

    /// - Throws: ``PolicyError`` (status 3) for a share outside 0 < keep <= 1.
    public init(keep: Double) throws {
        guard keep > 0, keep <= 1 else {
            throw PolicyError("keep-fraction: keep is \(keep), expected above 0 and at most 1", exitCode: .recipe)
        }
        self.keep = keep
    }

    /// How many of n are kept.
    public func kept(of n: Int) -> Int { min(n, max(1, Int((keep * Double(n) - 1e-9).rounded(.up)))) }

    /// The best `kept(of:)` stay; `keep` and `dropped` both go from best to worst.
    public func decide(_ standing: Standing) async throws -> Verdict {
        guard standing.survivors.contains(where: { $0.mean.finite != nil }) else { return .keepingAll(of: standing) }
        let order = standing.bestFirst()
        let cut = kept(of: order.count)
        let edge = order[cut - 1].mean.finite
        let dropped = order.indices.dropFirst(cut).map { place in
            let survivor = order[place]
            let draw = survivor.mean.finite == edge ? ", tied with the last kept and drawn" : ""
            return Verdict.Dropped(
                child: survivor.child,
                reason: "\(survivor.meanInWords), rank \(place + 1) of \(order.count), cut after \(cut)\(draw)")
        }
        return Verdict(keep: order.prefix(cut).map(\.child), dropped: dropped, state: standing.state)
    }
}
