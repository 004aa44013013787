/// Wraps another policy and gives the children it drops by a hair a second chance: they stop training but go on being
/// scored, and one that turns out better than the worst of the kept comes back.
///
/// A decision goes so:
/// 1. The inner policy decides on the children that train; it never sees one on probation, and its own wish for probation
///    is left out. Its verdict is validated against what it saw.
/// 2. A child on probation whose mean is above the worst mean among the inner policy's kept comes back. One without a mean
///    does not; above a kept child without one every scored child stands.
/// 3. The others stay on probation until they have been looked at `rounds` times.
/// 4. Of those the inner policy drops now, the `probation` with the best means go on probation, equals by a draw; nobody
///    does where no further decision is due, as nothing could bring them back.
///
/// A child that has a choice of `dropChoices` can never come back. Where all children are listed, a dropped choice that a
/// child on probation has is therefore left out of `dropChoices` (the children that have it are named one by one anyway);
/// in a larger space such a child gets no probation, or loses it.
///
/// The state is JSON: the inner policy's own state, how often each child on probation is still to be looked at (keyed by
/// its choices), and a note for each child that came back at this decision.
///
/// - Cost: the inner policy's, and O(n log n).
public struct RegretGuard: PruningPolicy {
    public let name = "regret-guard"
    /// The wrapped policy.
    public let inner: any PruningPolicy
    /// How many of the newly dropped go on probation.
    public let probation: Int
    /// How many decisions a child on probation is looked at.
    public let rounds: Int

    /// - Throws: ``PolicyError`` (status 3) for numbers below 1.
    public init(wrapping inner: any PruningPolicy, probation: Int = 4, rounds: Int = 1) throws {
        for (name, value) in [("probation", probation), ("rounds", rounds)] where value < 1 {
            throw PolicyError("regret-guard: \(name) is \(value), expected 1 or more", exitCode: .recipe)
        }
        self.inner = inner
        self.probation = probation
        self.rounds = rounds
    }

    /// Changes with the wrapped policy's.
    public var version: String { "1 around \(inner.name) \(inner.version)" }
    /// The wrapped policy's.
    public var stamp: String? { inner.stamp }
    /// The wrapped policy's.
    public var needs: Set<PolicyNeed> { inner.needs }

    /// The inner policy's verdict, with the children that come back and those on probation.
    ///
    /// - Throws: what the inner policy throws, and ``PolicyError`` where its verdict cannot stand.
    public func decide(_ standing: Standing) async throws -> Verdict { try await answer(standing).verdict }

    /// The wrapped policy's handshake.
    public func greet() async throws -> [String] { try await inner.greet() }

    /// As ``decide(_:)``; what the wrapped policy notes stands beside it.
    public func answer(_ standing: Standing) async throws -> Decision {
        let before = GuardState(standing.state)
        var shown = standing
        shown.state = before.inner
        shown.survivors = standing.training
        // A sample may happen to hold nobody that trains; then all are.
        if shown.survivors.isEmpty {
            shown.survivors = standing.survivors
            for place in shown.survivors.indices { shown.survivors[place].probation = false }
        }
        let decision = try await inner.answer(shown)
        let verdict = decision.verdict
        try verdict.validate(against: shown)
        let judged = Set(shown.survivors.map(\.child))
        let waiting = standing.bestFirst().filter { !judged.contains($0.child) }
        var notes = decision.notes
        if decision.policy != inner.name { notes.append("\(decision.policy) \(decision.version) decided inside") }
        return Decision(
            verdict: guarded(verdict, of: shown, waiting: waiting, before), policy: name, version: version, notes: notes
        )
    }

    private func guarded(
        _ inner: Verdict, of shown: Standing, waiting: [Survivor], _ before: GuardState
    ) -> Verdict {
        var verdict = inner
        var after = GuardState(inner: inner.state)
        verdict.probation = []
        let order = shown.bestFirst()
        let kept = Set(inner.keep)
        let worst = order.last { kept.contains($0.child) }
        // Where no decision follows, or only a sample is known, nobody waits.
        let isLast = inner.stop || inner.nextBudgetFraction == nil && shown.budget.roundsLeft <= 0 || !shown.isListed
        var guarded: [Survivor] = []

        for survivor in waiting {
            let looks = (before.looksLeft[survivor.key] ?? rounds) - 1
            let against = "\(survivor.meanInWords), worst kept \(worst?.meanInWords ?? "none")"
            if let choice = doom(of: survivor, by: inner, in: shown) {
                verdict.dropped.append(.init(child: survivor.child, reason: "probation over: \(choice)"))
            } else if let mean = survivor.mean.finite, mean > worst?.mean.finite ?? -.infinity {
                verdict.keep.append(survivor.child)
                after.notes.append("\(survivor.child) back from probation: \(against)")
                guarded.append(survivor)
            } else if looks > 0, !isLast {
                let reason = "still on probation: \(against), decisions left to come back \(looks)"
                verdict.dropped.append(.init(child: survivor.child, reason: reason))
                verdict.probation.append(survivor.child)
                after.looksLeft[survivor.key] = looks
                guarded.append(survivor)
            } else {
                verdict.dropped.append(.init(child: survivor.child, reason: "probation over: \(against)"))
            }
        }

        let new = order.filter { !kept.contains($0.child) && doom(of: $0, by: inner, in: shown) == nil }
            .prefix(isLast ? 0 : probation)
        for survivor in new {
            verdict.probation.append(survivor.child)
            after.looksLeft[survivor.key] = rounds
        }
        let names = Set(new.map(\.child))
        for place in verdict.dropped.indices where names.contains(verdict.dropped[place].child) {
            verdict.dropped[place].reason += "; on probation"
        }
        guarded += new
        verdict.dropChoices.removeAll { item in guarded.contains { shown.has($0, item.choice, in: item.slot) } }
        verdict.state = after.text
        return verdict
    }

    /// Why a child can never come back; nil where it can.
    private func doom(of survivor: Survivor, by verdict: Verdict, in standing: Standing) -> String? {
        if standing.isListed { return nil }
        return verdict.dropChoices.first { standing.has(survivor, $0.choice, in: $0.slot) }
            .map { "\($0.choice) dropped from \($0.slot)" }
    }
}
