import Architectures
import Foundations
import Policies
import Searches
import Testing

/// What a policy is shown, and what becomes of a verdict that cannot stand.
@Suite struct StandingTests {
    private func standings(_ settings: String...) async throws -> (seen: [Standing], scratch: Scratch) {
        let spy = Spy()
        let scratch = try Scratch()
        try await PolicyCatalogue.$current.withValue(spy.catalogue) {
            try await scratch.search(Micro.recipe(settings + ["policy=spy"]))
        }
        return (spy.seen.withLock { $0 }, scratch)
    }

    @Test func survivorsStandInTheOrderOfTheSpace() async throws {
        let seen = try await standings().seen
        #expect(seen.map { $0.survivors.map(\.index) } == [Array(0..<64), Array(stride(from: 0, to: 64, by: 2))])
        #expect(seen.map(\.space.alive) == [64, 32])
        #expect(seen.allSatisfy { $0.space.children == 64 && $0.space.slots.map(\.choices.count) == [4, 4, 4] })
        let space = try SearchSpace.builtIn("deeper-insights")
        for survivor in seen[1].survivors {
            let child = try space.child(label: survivor.child)
            #expect(survivor.choices == child.choices.map(Int.init))
            #expect(survivor.genotype == space.genotype(of: child))
        }
    }

    @Test(arguments: ["loss", "accuracy"])
    func scoresAndMeansAreTheRecordedOnes(_ measure: String) async throws {
        let (seen, scratch) = try await standings("score.measure=\(measure)")
        for (round, standing) in seen.enumerated() {
            let rows = Dictionary(uniqueKeysWithValues: try scratch.store().scored(round).map { ($0.child, $0) })
            #expect(rows.count == standing.survivors.count)
            for survivor in standing.survivors {
                let row = try #require(rows[survivor.child])
                #expect(survivor.scores.map(\.value) == (measure == "loss" ? row.losses.map { -$0 } : row.accuracies))
                #expect(survivor.scores.map(\.loss) == row.losses)
                #expect(survivor.scores.map(\.step) == row.steps)
                #expect(
                    survivor.scores.allSatisfy {
                        $0.n == 4 && $0.kind == measure && $0.bn == "batch" && $0.inclusion == 1
                    })
                #expect(survivor.mean == survivor.scores.map { $0.value! }.reduce(0, +) / 2)
                #expect(survivor.standardError == row.standardError && row.standardError >= 0)
                #expect(survivor.group == row.group && survivor.macs == row.macs)
            }
        }
    }

    @Test func budgetAndGroupsAreThoseOfTheRun() async throws {
        let (seen, scratch) = try await standings()
        let rounds = try scratch.store().decisions()
        for (standing, round) in zip(seen, rounds) {
            #expect(standing.budget.imagesSpent == round.images && standing.budget.macsSpent == Double(round.macs))
            #expect(standing.budget.fraction == round.fraction)
            #expect(abs(standing.budget.macsTotal * round.fraction / Double(round.macs) - 1) < 1e-12)
        }
        #expect(seen.map(\.budget.roundsLeft) == [1, 0])
        #expect(seen[0].survivors.allSatisfy { $0.group == 0 })
        #expect(seen[1].survivors.map(\.group) == Array(repeating: 0, count: 16) + Array(repeating: 1, count: 16))
    }

    @Test func aBudgetInMacsIsTold() async throws {
        let seen = try await standings("train.budget={macs: 3.0e8}").seen
        #expect(seen.allSatisfy { $0.budget.macsTotal == 3e8 })
    }

    @Test func whatAPolicyRemembersComesBack() async throws {
        let spy = Spy { standing in
            var verdict = try Spy.half(standing)
            verdict.state = "seen \(standing.round)"
            return verdict
        }
        try await PolicyCatalogue.$current.withValue(spy.catalogue) {
            _ = try await Scratch().search(Micro.recipe("policy=spy"))
        }
        #expect(spy.seen.withLock { $0.map(\.state) } == [nil, "seen 0"])
    }

    static let bad: [(what: String, answer: @Sendable (Standing) throws -> Verdict)] = [
        ("a missing child", { .init(keep: $0.survivors.dropLast().map(\.child), dropped: []) }),
        ("a child twice", { .init(keep: $0.survivors.map(\.child) + ["111"], dropped: []) }),
        ("nobody kept", { .keeping([], of: $0) }),
        ("nothing at all", { _ in .init(keep: [], dropped: []) }),
        ("a stranger", { .init(keep: $0.survivors.map(\.child) + ["555"], dropped: []) }),
        (
            "no reason",
            { .init(keep: $0.survivors.dropLast().map(\.child), dropped: [.init(child: "444", reason: " ")]) }
        ),
        ("an error", { _ in throw Crash() }),
    ]

    @Test(arguments: bad.indices)
    func aBadVerdictPrunesNothing(_ index: Int) async throws {
        let recipe = try await Micro.withSpy { try Micro.recipe("policy=spy") }
        let sound = Spy()
        let whole = try await PolicyCatalogue.$current.withValue(sound.catalogue) {
            try await Scratch().search(recipe).digest
        }
        let scratch = try Scratch()
        let wrong = Spy(Self.bad[index].answer)
        await PolicyCatalogue.$current.withValue(wrong.catalogue) {
            #expect(await status { try await scratch.search(recipe) } == 8, "\(Self.bad[index].what)")
            #expect(await status { try await scratch.resume() } == 8, "\(Self.bad[index].what)")
        }
        try await PolicyCatalogue.$current.withValue(sound.catalogue) {
            let run = try scratch.recorded()
            #expect(run.head.phase == .awaitDecision && run.head.round == 0)
            #expect(run.groups.flatMap { $0 }.count == 64)
            #expect(try scratch.store().decisions().isEmpty)
            #expect(try await scratch.resume().digest == whole, "after \(Self.bad[index].what)")
        }
    }

    @Test func aVerdictMayRegroup() async throws {
        let spy = Spy { standing in
            var verdict = try Spy.half(standing)
            verdict.regroup = standing.round == 0 ? .init(by: "similarity", count: 3) : .init(by: "none", count: 1)
            return verdict
        }
        let scratch = try Scratch()
        try await PolicyCatalogue.$current.withValue(spy.catalogue) {
            try await scratch.search(Micro.recipe("policy=spy"))
            #expect(try scratch.store().decisions().map(\.groups.count) == [3, 3, 3])
        }
    }

    @Test func anUnknownPolicyIsARecipeError() async throws {
        #expect(await status { try Micro.recipe("policy=spy") } == 3)
    }
}

extension Micro {
    /// A body with the policy `spy` known.
    static func withSpy<T: Sendable>(_ body: () throws -> T) async throws -> T {
        try PolicyCatalogue.$current.withValue(Spy().catalogue) { try body() }
    }
}
