/// Keeps one child in `eta` at each decision and gives every rung between two decisions an equal part of the budget.
///
///     kept(n) = n                                     where n <= least
///               max(least, min(n - 1, ceil(n / eta))) elsewhere
///     nextBudgetFraction = (1 - fraction) / (d + 1)
///
/// with d the decisions that are left until `least` children are, so d + 1 rungs, the final one included. Everyone of
/// a rung trains, so a child gets about `eta` times the images of the rung before. Where `least` is reached nothing
/// more is planned (`nextBudgetFraction` is nil) and everyone is kept.
///
/// Ranks go by ``Survivor/mean`` as in ``KeepFraction``; where nobody has a mean everyone is kept, and the rungs are
/// planned from there.
///
/// - Source: Karnin, Koren and Somekh, "Almost optimal exploration in multi-armed bandits", ICML 2013; Jamieson and
///   Talwalkar, AISTATS 2016 (eta other than 2).
/// - Cost: O(n log n).
public struct SuccessiveHalving: PruningPolicy {
    public let name = "successive-halving"
    public let version = "1"
    /// One child in `eta` is kept; above 1.
    public let eta: Double
    /// Fewer than these are never left.
    public let least: Int

    /// - Throws: ``PolicyError`` (status 3) for an eta that is not above 1 or not finite, and for a least below 1.
    public init(eta: Double = 2, least: Int = 1) throws {
        guard eta > 1, eta.isFinite else {
            throw PolicyError("successive-halving: eta is \(eta), expected above 1", exitCode: .recipe)
        }
        guard least >= 1 else {
            throw PolicyError("successive-halving: least is \(least), expected 1 or more", exitCode: .recipe)
        }
        self.eta = eta
        self.least = least
    }

    /// How many of n are kept.
    public func kept(of n: Int) -> Int {
        n <= least ? n : max(least, min(n - 1, roundedUp(Double(n) / eta)))
    }

    /// Decisions until n children have become `least`.
    public func decisions(from n: Int) -> Int {
        var (left, count) = (n, 0)
        while left > least {
            left = kept(of: left)
            count += 1
        }
        return count
    }

    /// The best `kept(of:)` stay; `keep` and `dropped` both go from best to worst.
    public func decide(_ standing: Standing) async throws -> Verdict {
        let order = standing.bestFirst()
        var verdict =
            standing.isUnscored
            ? .keepingAll(of: standing)
            : standing.cut(order, after: kept(of: order.count), by: \.mean, saying: \.meanInWords)
        let rest = 1 - standing.budget.fraction
        let decisions = decisions(from: verdict.keep.count)
        if decisions > 0, rest > 0 { verdict.nextBudgetFraction = rest / Double(decisions + 1) }
        return verdict
    }
}
