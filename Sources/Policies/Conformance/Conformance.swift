/// The conformance kit: tries a policy on rounds as a search can bring them, and explains what it finds.
///
///     let report = await Conformance.check(policy)
///     for check in report.checks where !check.ok { print(check.name, check.detail) }
///
/// A policy that passes answers every round validly, gives the same standing the same verdict, and is moved by neither the
/// order nor the labels of the survivors. Whether its decisions are any good is not looked at.
///
/// - Cost: some seventeen decisions, the largest over 2,000 survivors; for a program as many processes.
public struct Conformance: Sendable, Hashable {
    /// One thing that was tried.
    public struct Check: Sendable, Hashable, Codable {
        /// What was tried, such as `ties`.
        public let name: String
        /// Whether all was as it must be.
        public let ok: Bool
        /// What was found; where it was wrong, why, and what is asked for.
        public let detail: String

        /// A check from its parts.
        public init(name: String, ok: Bool, detail: String) {
            self.name = name
            self.ok = ok
            self.detail = detail
        }
    }

    /// The policy's name and version.
    public let policy: String
    /// In the order in which they were made.
    public let checks: [Check]
    /// Whether nothing was wrong.
    public var isPassed: Bool { checks.allSatisfy(\.ok) }

    /// Tries a policy. A policy that cannot greet or decide an ordinary round is not tried further.
    public static func check(_ policy: any PruningPolicy) async -> Conformance {
        var trial = Trial(policy: policy)
        await trial.run()
        return Conformance(policy: "\(policy.name) \(policy.version)", checks: trial.checks)
    }
}

/// One course through all checks.
private struct Trial {
    let policy: any PruningPolicy
    private(set) var checks: [Conformance.Check] = []

    init(policy: any PruningPolicy) { self.policy = policy }

    mutating func run() async {
        let normal = ConformanceStandings.ordinary
        await tell("hello") {
            _ = try await $0.greet()
            return "it is \($0.name) \($0.version)"
        }
        guard checks[0].ok, let first = await decide("an ordinary round", normal) else { return }
        for (name, standing) in ConformanceStandings.rounds { _ = await decide(name, standing) }
        await compare("the same round again", with: first, on: normal, asking: normal, exactly: true)
        await compare("survivors in another order", with: first, on: normal, asking: normal.reversed)
        await compare("other labels", with: first.renamed, on: normal.renamed, asking: normal.renamed)
        let tied = ConformanceStandings.tied
        if let equal = try? await policy.decide(tied) {
            await compare("ties in another order", with: equal, on: tied, asking: tied.reversed)
            await compare("ties under other labels", with: equal.renamed, on: tied.renamed, asking: tied.renamed)
        }
        _ = await decide("the next round with its state", normal.following(first))
        await compare(
            "the next round again", with: try? await policy.decide(normal.following(first)),
            on: normal.following(first), asking: normal.following(first), exactly: true)
    }

    /// Notes what a body finds, or the error it throws.
    private mutating func tell(_ name: String, _ body: (any PruningPolicy) async throws -> String) async {
        do {
            checks.append(.init(name: name, ok: true, detail: try await body(policy)))
        } catch {
            checks.append(.init(name: name, ok: false, detail: "\(error)"))
        }
    }

    /// A valid verdict on a round, or nil where there is none.
    private mutating func decide(_ name: String, _ standing: Standing) async -> Verdict? {
        var verdict: Verdict?
        await tell(name) {
            let found = try await Self.valid($0, standing)
            verdict = found
            return "keeps \(found.keep.count) of \(standing.survivors.count)"
        }
        return verdict
    }

    private static func valid(_ policy: any PruningPolicy, _ standing: Standing) async throws -> Verdict {
        let decision = try await policy.answer(standing)
        try decision.verdict.validate(against: standing)
        // A program's notes are tries that failed and fallbacks; other policies may have something to say.
        if policy is ProgramPolicy || decision.policy != policy.name, let note = decision.notes.first {
            throw PolicyError(note)
        }
        return decision.verdict
    }

    private mutating func compare(
        _ name: String, with expected: Verdict?, on base: Standing, asking standing: Standing, exactly: Bool = false
    ) async {
        await tell(name) {
            guard let expected else { throw PolicyError("the round could not be decided the first time") }
            let found = try await Self.valid($0, standing)
            if let difference = expected.difference(from: found) {
                throw PolicyError("\(difference); \(exactly ? Self.replay : Self.symmetry)")
            }
            if exactly, found != expected {
                throw PolicyError(
                    "the decision is the same, but \(expected.textDifference(from: found)); \(Self.replay)")
            }
            return "decides the same"
        }
    }

    private static let replay =
        "the same request must get the same answer: draw at random only from seed, round and choices, keep nothing "
        + "outside state"
    private static let symmetry =
        "neither order nor labels may matter: break ties by a draw from seed, round and choices"
}

extension Verdict {
    /// What is decided differently in another verdict, in words; nil where nothing is. Order and texts do not count.
    fileprivate func difference(from other: Verdict) -> String? {
        let names = Set(keep).symmetricDifference(other.keep).sorted()
        if let child = names.first {
            return
                "\(child.debugDescription) is \(Set(keep).contains(child) ? "kept once and then dropped" : "dropped once and then kept")"
        }
        if Set(probation) != Set(other.probation) { return "probation differs" }
        let choices = [self, other].map { Set($0.dropChoices.map { [$0.slot, $0.choice] }) }
        if choices[0] != choices[1] { return "dropChoices differs" }
        if regroup != other.regroup { return "regroup differs" }
        if nextBudgetFraction != other.nextBudgetFraction { return "nextBudgetFraction differs" }
        return stop == other.stop ? nil : "stop differs"
    }

    /// Where two verdicts of the same decision differ.
    fileprivate func textDifference(from other: Verdict) -> String {
        if state != other.state { return "state differs" }
        return keep == other.keep ? "dropped differs in order or reasons" : "keep is in another order"
    }

    fileprivate var renamed: Verdict {
        var copy = self
        copy.keep = keep.map(\.renamed)
        copy.probation = probation.map(\.renamed)
        for place in copy.dropped.indices { copy.dropped[place].child = dropped[place].child.renamed }
        return copy
    }
}

extension Standing {
    fileprivate var reversed: Standing {
        var copy = self
        copy.survivors.reverse()
        return copy
    }

    fileprivate var renamed: Standing {
        var copy = self
        for place in copy.survivors.indices { copy.survivors[place].child = survivors[place].child.renamed }
        return copy
    }

    /// The next round of those a verdict keeps.
    fileprivate func following(_ verdict: Verdict) -> Standing {
        var copy = self
        let kept = Set(verdict.keep)
        copy.round += 1
        copy.survivors.removeAll { !kept.contains($0.child) }
        copy.space.alive = copy.survivors.count
        copy.budget.roundsLeft -= 1
        copy.state = verdict.state
        return copy
    }
}

extension String {
    /// Another label, whose order among all others is another too.
    fileprivate var renamed: String { "x" + String(reversed()) }
}
