import Foundations
import Policies
import Synchronization
import Testing

@Suite struct RegretGuardTests {
    private let half = try! KeepFraction(keep: 0.5)

    /// Eight children, then what becomes of those kept and those on probation.
    private func round(_ standing: Standing, after verdict: Verdict, means: [String: Double]) -> Standing {
        var next = standing.following(verdict)
        for place in next.survivors.indices {
            let mean = means[String(next.survivors[place].child.prefix(2))]
            next.survivors[place].mean = mean
            for score in next.survivors[place].scores.indices { next.survivors[place].scores[score].value = mean }
        }
        return next
    }

    private let first = Standings.of([0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])

    @Test func theNearestToTheCutGoOnProbation() async throws {
        let verdict = try await RegretGuard(wrapping: half, probation: 2).decide(first)
        #expect(verdict.keep == ["c0", "c1", "c2", "c3"])
        #expect(verdict.probation == ["c4", "c5"])
        #expect(verdict.dropped[0].reason == "mean accuracy 0.4000, rank 5 of 8, cut after 4; on probation")
        #expect(verdict.dropped[3].reason == "mean accuracy 0.1000, rank 8 of 8, cut after 4")
    }

    @Test func whoBeatsTheWorstKeptComesBack() async throws {
        let policy = try RegretGuard(wrapping: half, probation: 2)
        let begin = try await policy.decide(first)
        let second = round(
            first, after: begin, means: ["c0": 0.8, "c1": 0.7, "c2": 0.3, "c3": 0.2, "c4": 0.75, "c5": 0.7])
        let verdict = try await policy.decide(second)
        try verdict.validate(against: second)
        #expect(verdict.keep == ["c0", "c1", "c4"])
        #expect(verdict.probation == ["c2", "c3"])
        #expect(
            verdict.dropped.last
                == .init(
                    child: "c5", reason: "probation over: mean accuracy 0.7000, worst kept mean accuracy 0.7000"))
        #expect(
            verdict.state?.contains(
                "c4 back from probation: mean accuracy 0.7500, worst kept mean accuracy 0.7000") == true)
    }

    @Test func probationLastsItsRounds() async throws {
        let policy = try RegretGuard(wrapping: half, probation: 1, rounds: 3)
        var standing = first
        var verdict = try await policy.decide(standing)
        var reasons: [String] = []
        let means = ["c0": 0.8, "c1": 0.7, "c2": 0.6, "c3": 0.5, "c4": 0.0]
        for _ in 0..<3 {
            standing = round(standing, after: verdict, means: means)
            // Who is remembered does not depend on the labels.
            for place in standing.survivors.indices { standing.survivors[place].child += "'" }
            verdict = try await policy.decide(standing)
            try verdict.validate(against: standing)
            reasons.append(verdict.dropped.first { $0.child.hasPrefix("c4") }?.reason ?? "none")
        }
        #expect(
            reasons == [
                "still on probation: mean accuracy 0.0000, worst kept mean accuracy 0.7000, decisions left to come back 2",
                "still on probation: mean accuracy 0.0000, worst kept mean accuracy 0.8000, decisions left to come back 1",
                "probation over: mean accuracy 0.0000, worst kept mean accuracy 0.8000",
            ])
    }

    @Test func whoHasNoScoreDoesNotComeBack() async throws {
        let policy = try RegretGuard(wrapping: KeepAll())
        let standing = Standings.onProbation([1, 2], Standings.of([nil, nil, 0.1]))
        #expect(try await policy.decide(standing).keep == ["c0", "c2"])
    }

    @Test func theInnerPolicySeesNobodyOnProbationAndItsOwnState() async throws {
        let inner = Recorder()
        let policy = try RegretGuard(wrapping: inner, probation: 3)
        let begin = try await policy.decide(first)
        let second = first.following(begin)
        _ = try await policy.decide(second)
        let seen = inner.seen.withLock { $0 }
        #expect(seen.map(\.state) == [nil, "seen 8, quoted \"\\\""])
        #expect(seen.map(\.survivors.count) == [8, 4])
        #expect(seen[1].survivors.allSatisfy { !$0.probation } && second.survivors.count == 7)
        // Its wish for probation is left out, the rest goes through.
        #expect(begin.probation == ["c4", "c5", "c6"])
        #expect(begin.regroup == .init(by: "random", count: 2) && begin.nextBudgetFraction == 0.1)
    }

    @Test func whereNoDecisionFollowsThereIsNoProbation() async throws {
        var last = first
        last.budget.roundsLeft = 0
        #expect(try await RegretGuard(wrapping: half).decide(last).probation.isEmpty)
        #expect(try await RegretGuard(wrapping: SuccessiveHalving()).decide(last).probation.count == 4)
        #expect(try await RegretGuard(wrapping: Recorder(stop: true)).decide(first).probation.isEmpty)
    }

    @Test func aDroppedChoiceStaysWhereSomeoneOnProbationHasIt() async throws {
        var standing = Standings.of([0.1, 0.5, 0.6, 0.8])
        standing.space.slots = ["x", "y"].map { .init(name: $0, choices: ["a", "b"]) }
        for (place, choices) in [[0, 0], [0, 1], [1, 0], [1, 1]].enumerated() {
            standing.survivors[place].choices = choices
        }
        let policy = try RegretGuard(wrapping: DropOperators(), probation: 1)
        let listed = try await policy.decide(standing)
        try listed.validate(against: standing)
        #expect(listed.probation == ["c1"] && listed.dropChoices.isEmpty)
        #expect(Set(listed.dropped.map(\.child)) == ["c0", "c1"])

        standing.space.alive = 1_000
        let sampled = try await policy.decide(standing)
        #expect(sampled.probation.isEmpty && sampled.dropChoices.map(\.choice) == ["a"])

        standing = Standings.onProbation([1], standing)
        standing.space.alive = 1_000
        // The three others: x a .1, x b .7, y a .35, y b .8.
        let later = try await policy.decide(standing)
        try later.validate(against: standing)
        #expect(later.dropped.last == .init(child: "c1", reason: "probation over: a dropped from x"))
    }

    @Test func aForeignStateIsAFreshStart() async throws {
        let inner = Recorder()
        var standing = Standings.onProbation([4], first)
        standing.state = "somebody else's"
        let verdict = try await RegretGuard(wrapping: inner, rounds: 2).decide(standing)
        #expect(inner.seen.withLock { $0.map(\.state) } == [nil])
        #expect(verdict.probation.contains("c4"))
    }

    @Test func aWrongInnerVerdictIsRefused() async throws {
        let policy = try RegretGuard(wrapping: Recorder(forgets: true))
        let error = await #expect(throws: PolicyError.self) { try await policy.decide(first) }
        #expect(error?.message == "survivor \"c7\" is named in neither keep nor dropped")
    }

    @Test func wrapsAnyPolicyByName() async throws {
        let wrapped = try PolicySpecification(
            file: "{use: regret-guard, wrap: {use: regret-guard, wrap: {use: keep-fraction, keep: 0.25}, probation: 1}}"
        )
        let policy = try #require(try PolicyCatalogue.builtIn.make(wrapped) as? RegretGuard)
        #expect(policy.version == "1 around regret-guard 1 around keep-fraction 1")
        #expect(policy.probation == 4 && (policy.inner as? RegretGuard)?.probation == 1)
        let byName = PolicySpecification(use: "regret-guard", parameters: ["wrap": .word("keep-all")])
        #expect(
            try PolicyCatalogue.builtIn.resolve(byName).yaml
                == "{use: regret-guard, probation: 4, rounds: 1, wrap: {use: keep-all}}")
        let wrong = PolicySpecification(use: "regret-guard", parameters: ["wrap": .word("keep-al")])
        let error = #expect(throws: PolicyError.self) { try PolicyCatalogue.builtIn.resolve(wrong) }
        #expect(error?.description == "unknown policy \"keep-al\" (did you mean keep-all?)")
        let number = PolicySpecification(use: "regret-guard", parameters: ["wrap": .number(0.5)])
        let other = #expect(throws: PolicyError.self) { try PolicyCatalogue.builtIn.resolve(number) }
        #expect(
            other?.message == "regret-guard: wrap is 0.5, expected a policy, as in {use: keep-fraction, keep: 0.5}")
    }

    @Test(arguments: [(0, 1, "probation"), (1, 0, "rounds")])
    func refusesNumbers(_ probation: Int, _ rounds: Int, _ name: String) {
        let error = #expect(throws: PolicyError.self) {
            try RegretGuard(wrapping: half, probation: probation, rounds: rounds)
        }
        #expect(error?.message == "regret-guard: \(name) is 0, expected 1 or more")
    }
}

/// Keeps the first half and remembers what it was shown.
private final class Recorder: PruningPolicy {
    let name = "recorder"
    let version = "1"
    let seen = Mutex<[Standing]>([])
    let stop: Bool
    let forgets: Bool

    init(stop: Bool = false, forgets: Bool = false) { (self.stop, self.forgets) = (stop, forgets) }

    func decide(_ standing: Standing) async throws -> Verdict {
        seen.withLock { $0.append(standing) }
        let children = standing.survivors.map(\.child)
        let dropped = children.dropFirst(children.count / 2).dropLast(forgets ? 1 : 0)
        return Verdict(
            keep: Array(children.prefix(children.count / 2)), dropped: dropped.map { .init(child: $0, reason: "low") },
            probation: [children.last!], regroup: .init(by: "random", count: 2), nextBudgetFraction: stop ? nil : 0.1,
            stop: stop, state: "seen \(children.count), quoted \"\\\"")
    }
}
