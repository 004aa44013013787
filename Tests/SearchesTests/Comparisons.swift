import Searches

/// Small comparisons at equal multiply-adds.
enum Comparisons {
    /// The micro recipe with what 1,500 images cost, or `images` of them.
    static func recipe(_ settings: String..., images: Int = 1500) throws -> Recipe {
        let recipe = try Micro.recipe(settings + ["train.budget.images=\(images)"])
        return try Comparison.equalised([("micro", recipe)], data: nil).recipes[0]
    }

    static func twins() throws -> [(String, Recipe)] {
        let recipe = try recipe(images: 4000)
        return [("progressive", recipe), ("uniform", Comparison.uniform(recipe))]
    }

    static func comparison(
        _ arms: [(String, Recipe)], name: String = "trial", seeds: [UInt64] = [1, 2], trunk: Double? = nil
    ) throws -> Comparison {
        try Comparison(
            name: name, arms: arms.map { .init(name: $0.0, recipe: $0.1) }, seeds: seeds, trunk: trunk)
    }

    /// What 1,500 images cost, with numbers that overflow within a few steps.
    static func diverging(images: Int = 1500) throws -> Recipe {
        try recipe("train.optimizer={lr: 1000, weight-decay: 1000}", images: images)
    }

    @discardableResult
    static func run(
        _ comparison: Comparison, _ scratch: Scratch, shard: Shard? = nil,
        _ observer: any SearchObserver = SilentObserver()
    ) async throws -> [String] {
        try await comparison.run(
            in: scratch.root, shard: shard, execution: Execution(threads: 1), observer: observer)
    }

    /// The digests of all runs by name.
    static func digests(_ comparison: Comparison, _ scratch: Scratch) throws -> [String: String] {
        var digests: [String: String] = [:]
        for arm in comparison.running {
            for seed in comparison.seeds {
                let run = comparison.run(arm: arm.name, seed: seed)
                digests[run] = try scratch.recorded(run).digest
            }
        }
        return digests
    }
}
