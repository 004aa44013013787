import Foundations
import Searches
import Testing

/// Arms over the same seeds.
@Suite struct ComparisonTests {
    private func comparison(_ arms: [(String, Recipe)], seeds: [UInt64] = [1, 2]) throws -> Comparison {
        try Comparisons.comparison(arms, seeds: seeds)
    }

    private func run(_ comparison: Comparison, _ scratch: Scratch, _ observer: any SearchObserver = SilentObserver())
        async throws
    {
        try await comparison.run(in: scratch.root, execution: Execution(threads: 1), observer: observer)
    }

    private func twins() throws -> [(String, Recipe)] { try Comparisons.twins() }

    @Test func everyPairIsARunOfItsOwn() async throws {
        let scratch = try Scratch()
        let comparison = try comparison(twins())
        try await run(comparison, scratch)
        for arm in ["progressive", "uniform"] {
            for seed: UInt64 in [1, 2] {
                let recorded = try scratch.recorded("trial.\(arm).s\(seed)")
                #expect(recorded.head.phase == .done && recorded.recipe.seeds == Seeds(seed))
                #expect(recorded.groups.flatMap { $0 }.count == (arm == "uniform" ? 64 : 16))
                // At most a training step more than the budget.
                let budget = Int(recorded.recipe.train.budget.amount)
                #expect(budget...(budget + budget / 250) ~= recorded.spending.macs)
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
        let recipe = try Comparisons.recipe()
        try await run(comparison([("a", recipe), ("b", recipe)]), scratch)
        for seed in [1, 2] {
            let (a, b) = (try scratch.recorded("trial.a.s\(seed)"), try scratch.recorded("trial.b.s\(seed)"))
            #expect(a.digest == b.digest && a.best == b.best && a.best != nil)
        }
        #expect(try scratch.recorded("trial.a.s1").digest != scratch.recorded("trial.a.s2").digest)
    }

    @Test func unequalArmsAreRefused() throws {
        let recipe = try Micro.recipe("train.budget={macs: 1000000}")
        func refusal(_ other: Recipe) throws -> String? {
            let error = #expect(throws: SearchError.self) { try comparison([("a", recipe), ("b", other)]) }
            #expect(error?.exitCode == .recipe)
            return error?.message
        }
        #expect(
            try refusal(Micro.recipe("train.budget={macs: 1005100}"))
                == "the arms spend unequal budgets: a 1000000 macs, b 1005100 macs")
        // Equal images are no equal cost: a scored one costs a third.
        #expect(try refusal(Micro.recipe())?.hasPrefix("b: the budget is 1500 images, expected macs") == true)
        #expect(
            try refusal(Micro.recipe("train.budget={macs: 1000000}", "score.on=test"))
                == "the arms score on different roles: a on rank, b on test")
        // Groups with budgets of their own spend it once each.
        let groups = "sharing={mode: groups, by: similarity, count: 2, independent: true}"
        #expect(
            try refusal(Micro.recipe("train.budget={macs: 1000000}", groups))
                == "the arms spend unequal budgets: a 1000000 macs, b 2000000 macs")
        let macs = "train.budget={macs: 1000000}"
        #expect(
            try refusal(Micro.recipe(macs, "data.hold-out.pick=0"))
                == "the arms make the final choice on different roles: a on pick, b on rank")
        #expect(
            try refusal(Micro.recipe(macs, "data.synthetic.noise=20"))
                == "b sees other images than a: data.synthetic.noise: 20, not 40")
        #expect(
            try refusal(Micro.recipe(macs, "data.resize=16"))
                == "b sees other images than a: data.resize: 16, not none")
        #expect(
            try refusal(Micro.recipe(macs, "data={set: idx, hold-out: {rank: 4, pick: 4}}"))
                == "b sees other images than a: data.set: idx, not synthetic")
        _ = try comparison([("a", recipe), ("b", Micro.recipe("train.budget={macs: 1004900}"))])
        // How many images are held out, and what is done to those that train, may be what is compared.
        _ = try comparison([("a", recipe), ("b", Micro.recipe(macs, "data.hold-out={rank: 8, pick: 2}"))])
        _ = try comparison([("a", recipe), ("b", Micro.recipe(macs, "data.augment=[]"))])
        _ = try comparison([("a", recipe), ("b", Micro.recipe("train.budget={macs: 500000}", groups))])
    }

    @Test func equalImagesBecomeEqualMultiplyAdds() throws {
        let recipe = try Micro.recipe("train.budget.images=4000")
        let equal = try Comparison.equalised([("a", recipe), ("b", Comparison.uniform(recipe))], data: nil)
        #expect(equal.from == Budget(.images, 4000))
        #expect(equal.recipes.allSatisfy { $0.train.budget == Budget(.macs, equal.macs) })
        let again = try Comparison.equalised([("a", equal.recipes[0])], data: nil)
        #expect(again.from == nil && again.macs == equal.macs)
        let error = #expect(throws: SearchError.self) {
            try Comparison.equalised([("a", recipe), ("b", equal.recipes[0])], data: nil)
        }
        #expect(error?.message.hasPrefix("the arms spend unequal budgets: a 4000 images, b ") == true)
    }

    @Test func aNameTwiceIsRefused() throws {
        let recipe = try Comparisons.recipe()
        #expect(throws: SearchError.self) { try comparison([("a", recipe), ("a", Comparison.uniform(recipe))]) }
    }

    /// Refused before anything is run or written, also where only the last seed collides.
    @Test func aRunOfAnotherRecipeIsRefused() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe("seed=2"), as: "trial.b.s2")
        let other = try Comparisons.recipe("train.optimizer.lr=0.01")
        let watcher = Watcher()
        let comparison = try comparison([("a", other), ("b", other)])
        #expect(await status { try await run(comparison, scratch, watcher) } == 3)
        #expect(watcher.calls == 0)
        #expect(try ComparisonFile.find("trial", in: scratch.root) == nil)
    }

    /// Whatever the seeds of a call: an arm of two recipes would be nobody's mean.
    @Test func anArmIsOneRecipe() async throws {
        let scratch = try Scratch()
        let (recipe, other) = (try Comparisons.recipe(), try Comparisons.recipe("train.optimizer.lr=0.01"))
        try await run(comparison([("a", recipe)], seeds: [1]), scratch)
        let watcher = Watcher()
        let mixed = try comparison([("a", other)], seeds: [2])
        let error = await failure { try await run(mixed, scratch, watcher) } as? SearchError
        #expect(
            error?.message
                == "trial: arm a has runs of another recipe, such as trial.a.s1: train.optimizer.lr: 0.01, not 0.05")
        #expect(error?.exitCode == .recipe && watcher.calls == 0)
        #expect(try ComparisonFile.find("trial", in: scratch.root)?.arms[0].runs.map(\.seed) == [1])
        // Under another name it is welcome, and so are more seeds of the same recipe.
        try await run(comparison([("a", recipe), ("b", other)], seeds: [2]), scratch)
        let file = try #require(try ComparisonFile.find("trial", in: scratch.root))
        #expect(file.arms.map { $0.runs.map(\.seed) } == [[1, 2], [2]])
    }

    @Test func aRunOfTheSameRecipeIsTaken() async throws {
        let scratch = try Scratch()
        try await scratch.search(Comparisons.recipe("seed=1", "checkpoint.every-batches=3"), as: "trial.a.s1")
        let digest = try scratch.recorded("trial.a.s1").digest
        try await run(comparison([("a", Comparisons.recipe())], seeds: [1]), scratch)
        #expect(try scratch.recorded("trial.a.s1").digest == digest)
    }
}
