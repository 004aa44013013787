import Foundations

/// Drops a child only where it is shown to be worse than at least k others, and says with what confidence.
///
/// What is compared is each child's score as a mean over *snapshots and images*: the supernet's opinion, not that of the weights
/// of one moment. For survivors c and j, p_cj is the one-sided p-value of "c is not worse than j" from the mean paired
/// difference and its standard error (`PairedComponents`), by Student's t with Satterthwaite's degrees of freedom. Then
///
///     p_c = min(1, (|S| - k) p_c(k)),  p_c(k) the k-th smallest over j     at least k of the others are better
///     c is dropped where Holm's procedure over S rejects at the level of the round
///
/// so the chance that a truly top-k child *of the supernet* is ever dropped is at most `alpha` over all rounds. It bounds
/// the error of the supernet's scores alone; whether the supernet ranks as stand-alone training does is another question.
///
/// - **Levels.** Round r has alpha_r = (alpha - spent so far) / (rounds left + 1). A look spends half of what is left of
///   alpha_r, so a second look at the same round has something to spend and all together never exceed alpha; what a round
///   leaves goes to the later ones. Half of a look's level pays for the bound on rho below.
/// - **Snapshots** need not be independent, only at least one sampling cycle apart and four or more: their noise is taken as
///   AR(1), rho at most `rho-at-most`. A few snapshots cannot estimate rho well enough to rely on it (at rho .9 four of
///   them show a sixth of their variance), so the largest rho that the residuals of all children at all looks together do
///   not contradict is used (`SnapshotNoise.largestRho`).
/// - **In doubt.** d = (kept - k) / (tested - k) of the children are neither dropped nor among the last k. The next decision
///   is put off: from the planned gap g (to the recipe's next decision; else the rest of the budget over the decisions left
///   plus one) to g + d / 2 min(g, rest - g), hence never to the end of the budget.
///
/// Everyone is kept, and ``look(at:)`` says why, where the standing holds no pairs, fewer than four snapshots, snapshots
/// closer than a sampling cycle, a sample of a larger space, or no more than k children. Children on probation are left as
/// they are; children without paired scores are kept and not compared.
///
/// - Cost: O(m^2) for m survivors.
public struct ConfidentCut: PruningPolicy {
    public let name = "confident-cut"
    public let version = "1"
    public var needs: Set<PolicyNeed> { [.pairs] }
    /// k, the true leaders that are protected: a whole number, or below 1 a share of the survivors of the first decision.
    public let keep: Double
    /// The chance, over all rounds, that one of them is dropped.
    public let alpha: Double
    /// The largest autocorrelation of neighbouring snapshots that is reckoned with.
    public let rhoAtMost: Double

    /// The fewest snapshots a cut may rest on.
    public static let snapshotsNeeded = 4
    /// The part of a look's level that is spent on the bound on rho.
    static let partForRho = 0.5

    /// - Throws: ``PolicyError`` (status 3) for a `keep` not above 0 or above 1 and not whole, an `alpha` outside
    ///   0 < alpha <= 0.5, a `rhoAtMost` outside 0 < rho <= 0.99.
    public init(keep: Double = 4, alpha: Double = 0.1, rhoAtMost: Double = 0.95) throws {
        func refuse(_ text: String) -> PolicyError { PolicyError("confident-cut: \(text)", exitCode: .recipe) }
        guard keep > 0, keep <= 20_000, keep < 1 || keep == keep.rounded() else {
            throw refuse("keep is \(keep), expected a whole number of children, or a share above 0 and below 1")
        }
        guard alpha > 0, alpha <= 0.5 else { throw refuse("alpha is \(alpha), expected above 0 and at most 0.5") }
        guard rhoAtMost > 0, rhoAtMost <= 0.99 else {
            throw refuse("rho-at-most is \(rhoAtMost), expected above 0 and at most 0.99")
        }
        self.keep = keep
        self.alpha = alpha
        self.rhoAtMost = rhoAtMost
    }

    /// How many leaders are protected where the first decision has `count` survivors.
    public func leaders(of count: Int) -> Int {
        keep >= 1 ? Int(keep) : max(1, Int((keep * Double(count) - 1e-9).rounded(.up)))
    }

    /// The verdict, with what the look found as a note.
    public func answer(_ standing: Standing) async throws -> Decision {
        Decision(
            verdict: try await decide(standing), policy: name, version: version,
            notes: [look(at: standing).statement].filter { !$0.isEmpty })
    }

    /// Those shown to be worse than k others go, with the numbers; `state` remembers what was spent.
    public func decide(_ standing: Standing) async throws -> Verdict {
        let look = look(at: standing)
        let worse = Dictionary(uniqueKeysWithValues: look.tests.filter(\.isWorse).map { ($0.child, $0) })
        var verdict = Verdict(keep: [], dropped: [], state: look.memory.text)
        for survivor in standing.survivors {
            if !survivor.isTraining {
                verdict.dropped.append(
                    .init(child: survivor.child, reason: "on probation: 0 tests made, it stays there"))
                verdict.probation.append(survivor.child)
            } else if let test = worse[survivor.child] {
                verdict.dropped.append(.init(child: survivor.child, reason: look.reason(for: test)))
            } else {
                verdict.keep.append(survivor.child)
            }
        }
        // Nobody trains where all are on probation; someone has to be kept, and nothing speaks against any.
        if verdict.keep.isEmpty { return .keepingAll(of: standing) }
        verdict.nextBudgetFraction = look.nextBudgetFraction(standing.budget)
        return verdict
    }
}

extension Survivor {
    /// Whether the child is trained, not only scored.
    var isTraining: Bool { !probation }
}
