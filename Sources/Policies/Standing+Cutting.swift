import Foundation

/// A share of a number of children.
struct KeptShare: Sendable, Hashable {
    /// In 0 < share <= 1.
    let share: Double

    /// - Throws: ``PolicyError`` (status 3) for a share outside 0 < share <= 1, naming the policy.
    init(_ share: Double, of policy: String) throws {
        guard share > 0, share <= 1 else {
            throw PolicyError("\(policy): keep is \(share), expected above 0 and at most 1", exitCode: .recipe)
        }
        self.share = share
    }

    /// max(1, ceil(share * n - 1e-9)), at most n. The 1e-9 keeps 0.55 * 100 at 55 where binary rounding makes it
    /// 55.000000000000007.
    func count(of n: Int) -> Int { min(n, max(1, roundedUp(share * Double(n)))) }
}

/// The least whole number that is not below x by more than 1e-9.
func roundedUp(_ x: Double) -> Int { Int((x - 1e-9).rounded(.up)) }

extension Standing {
    /// The survivors from largest to smallest value; those without a finite one last; equals in the order of a draw.
    ///
    /// - Cost: O(n log n) and one draw each.
    func ranked(by value: (Survivor) -> Double?) -> [Survivor] {
        let keyed = survivors.map { (survivor: $0, value: value($0).finite ?? -.infinity, draw: draw(for: $0)) }
        return keyed.sorted { a, b in
            if a.value != b.value { return a.value > b.value }
            if a.draw != b.draw { return a.draw < b.draw }
            return a.survivor.choices.lexicographicallyPrecedes(b.survivor.choices)
        }.map(\.survivor)
    }

    /// Keeps the first `kept` of an order and drops the rest, each with its rank; equals across the cut are said to be
    /// drawn.
    ///
    /// - Parameters: `order` as ``ranked(by:)`` gives it for this `value`; `words` says what a child was judged by, as in
    ///   "mean loss 1.4321".
    func cut(
        _ order: [Survivor], after kept: Int, by value: (Survivor) -> Double?, saying words: (Survivor) -> String
    ) -> Verdict {
        let edge = value(order[kept - 1]).finite
        let dropped = order.indices.dropFirst(kept).map { place in
            let survivor = order[place]
            let draw = value(survivor).finite == edge ? ", tied with the last kept and drawn" : ""
            return Verdict.Dropped(
                child: survivor.child,
                reason: "\(words(survivor)), rank \(place + 1) of \(order.count), cut after \(kept)\(draw)")
        }
        return Verdict(keep: order.prefix(kept).map(\.child), dropped: dropped, state: state)
    }
}
