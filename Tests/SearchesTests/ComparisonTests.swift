import Foundations
import Searches
import Testing

/// Arms over the same seeds.
@Suite struct ComparisonTests {
    private func comparison(_ arms: [(String, Recipe)], seeds: [UInt64] = [1, 2]) throws -> Comparison {
        try Comparison(name: "trial", arms: arms.map { .init(name: $0.0, recipe: $0.1) }, seeds: seeds)
    }

    private func run(_ comparison: Comparison, _ scratch: Scratch, _ observer: any SearchObserver = SilentObserver())
        async throws
    {
        try await comparison.run(in: scratch.root, execution: Execution(threads: 1), observer: observer)
    }

    private func twins() throws -> [(String, Recipe)] {
        let recipe = try Micro.recipe("train.budget.images=4000")
        return [("progressive", recipe), ("uniform", Comparison.uniform(recipe))]
    }

    @Test func everyPairIsARunOfItsOwn() async throws {
        let scratch = try Scratch()
        let comparison = try comparison(twins())
        try await run(comparison, scratch)
        for arm in ["progressive", "uniform"] {
            for seed: UInt64 in [1, 2] {
                let recorded = try scratch.recorded("trial.\(arm).s\(seed)")
                #expect(recorded.head.phase == .done && recorded.recipe.seeds == Seeds(seed))
                #expect(recorded.groups.flatMap { $0 }.count == (arm == "uniform" ? 64 : 16))
                #expect(4000..<4008 ~= recorded.spending.images)
            }
        }
        let file = try #require(try ComparisonFile.find("trial", in: scratch.root))
        #expect(file.arms.map(\.name) == ["progressive", "uniform"])
        #expect(file.arms.flatMap { $0.runs.map(\.run) }.allSatisfy { $0.hasPrefix("trial.") })
    }

    @Test func aComparisonCutShortGoesOn() async throws {
        let (whole, cut) = (try Scratch(), try Scratch())
        let comparison = try comparison(twins())
        try await run(comparison, whole)
        var crashes = 0
        while await failure({
            try await run(comparison, cut, Watcher(crashes % 2 == 0 ? .crashAtCall(170) : .stopAtCall(120)))
        }) != nil {
            crashes += 1
        }
        #expect(crashes >= 4)
        for arm in ["progressive", "uniform"] {
            for seed in [1, 2] {
                let name = "trial.\(arm).s\(seed)"
                #expect(try whole.recorded(name).digest == cut.recorded(name).digest)
            }
        }
        let watcher = Watcher()
        try await run(comparison, cut, watcher)
        #expect(watcher.calls == 0, "a finished comparison does nothing")
    }

    @Test func aPlaceboGivesEqualRuns() async throws {
        let scratch = try Scratch()
        let recipe = try Micro.recipe()
        try await run(comparison([("a", recipe), ("b", recipe)]), scratch)
        for seed in [1, 2] {
            let (a, b) = (try scratch.recorded("trial.a.s\(seed)"), try scratch.recorded("trial.b.s\(seed)"))
            #expect(a.digest == b.digest && a.best == b.best && a.best != nil)
        }
        #expect(try scratch.recorded("trial.a.s1").digest != scratch.recorded("trial.a.s2").digest)
    }

    @Test func unequalArmsAreRefused() throws {
        let recipe = try Micro.recipe()
        for other in [
            try Micro.recipe("train.budget.images=1501"), try Micro.recipe("train.budget={steps: 1500}"),
            try Micro.recipe("score.on=test"),
        ] {
            let error = #expect(throws: SearchError.self) { try comparison([("a", recipe), ("b", other)]) }
            #expect(error?.exitCode == .recipe)
        }
    }

    @Test func aNameTwiceIsRefused() throws {
        let recipe = try Micro.recipe()
        #expect(throws: SearchError.self) { try comparison([("a", recipe), ("a", Comparison.uniform(recipe))]) }
    }

    /// Refused before anything is run or written, also where only the last seed collides.
    @Test func aRunOfAnotherRecipeIsRefused() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe("seed=2"), as: "trial.b.s2")
        let other = try Micro.recipe("train.optimizer.lr=0.01")
        let watcher = Watcher()
        let comparison = try comparison([("a", other), ("b", other)])
        #expect(await status { try await run(comparison, scratch, watcher) } == 3)
        #expect(watcher.calls == 0)
        #expect(try ComparisonFile.find("trial", in: scratch.root) == nil)
    }

    @Test func aRunOfTheSameRecipeIsTaken() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe("seed=1", "checkpoint.every-batches=3"), as: "trial.a.s1")
        let digest = try scratch.recorded("trial.a.s1").digest
        try await run(comparison([("a", Micro.recipe())], seeds: [1]), scratch)
        #expect(try scratch.recorded("trial.a.s1").digest == digest)
    }
}
