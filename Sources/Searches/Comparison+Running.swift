import Checkpoints
import Foundations

extension Comparison {
    /// A run to be made.
    struct Task {
        let arm: Arm
        let seed: UInt64
    }

    /// Every run, seed by seed and arm by arm; of a shard every `count`-th one. With trunks a seed's runs stay together,
    /// since they need the same one.
    func tasks(_ shard: Shard?) -> [Task] {
        let all = seeds.map { seed in running.map { Task(arm: $0, seed: seed) } }
        guard let shard else { return all.flatMap { $0 } }
        if trunk != nil {
            return all.enumerated().filter { shard.has($0.offset) }.flatMap(\.element)
        }
        return all.flatMap { $0 }.enumerated().filter { shard.has($0.offset) }.map(\.element)
    }

    /// Runs what is not done yet.
    ///
    /// - Parameter shard: only this part; nil everything.
    /// - Throws: ``SearchError/otherRecipe(run:)`` where a run of that name was made with another recipe;
    ///   ``SearchError/armChanged(comparison:arm:run:differences:)`` where an arm's other seeds were;
    ///   ``SearchError/verdictFixed(comparison:what:)`` where verdict seeds have begun with other arms.
    package func run(
        in root: String, shard: Shard? = nil, execution: Execution, observer: any SearchObserver
    ) async throws {
        let earlier = try ComparisonFile.find(name, in: root)
        let file = try plan().merged(with: earlier, in: root)
        if let earlier { try checkArms(of: earlier, in: root) }
        try checkRuns(file, in: root)
        try file.write(in: root)
        for task in tasks(shard) {
            let folder = try file.folder(of: task.arm.name, task.seed, in: root)
            let search: ProgressiveSearch
            if !folder.exists {
                search = try await begin(task, folder, execution: execution, observer: observer)
            } else if try folder.recorded().head.phase != .done {
                search = try .resume(name: folder.name, in: folder.root, execution: execution, observer: observer)
            } else {
                continue
            }
            _ = try await search.run()
        }
    }

    private func begin(
        _ task: Task, _ folder: RunFolder, execution: Execution, observer: any SearchObserver
    ) async throws -> ProgressiveSearch {
        let recipe = recipe(of: task.arm, seed: task.seed)
        guard trunk != nil else {
            return try .start(
                name: folder.name, recipe: recipe, in: folder.root, execution: execution, observer: observer)
        }
        let trunk = try await readyTrunk(task.seed, in: folder.root, execution: execution, observer: observer)
        return try .fork(
            ForkPoint("\(trunk)@1"), as: folder.name, recipe: { _ in recipe }, in: folder.root,
            execution: execution, observer: observer)
    }

    /// An arm is one recipe whatever the call and the seed: a mean over two would be nobody's. Runs are looked into
    /// where the recorded digest is another, which a version that spells recipes differently makes too.
    private func checkArms(of earlier: ComparisonFile, in root: String) throws {
        for was in earlier.arms {
            guard let arm = arms.first(where: { $0.name == was.name }) else { continue }
            guard (was.paper?.of) == arm.paperOf else {
                throw SearchError.armChanged(
                    comparison: name, arm: arm.name, run: was.runs.first?.run ?? arm.name, differences: [])
            }
            guard was.paper == nil, try was.recipe != digest(of: arm) else { continue }
            let space = try arm.recipe.space.resolve()
            for member in was.runs {
                let folder = try member.folder(in: root)
                guard folder.exists else { continue }
                let run = try folder.recorded()
                let now = recipe(of: arm, seed: member.seed)
                guard run.recipe.identity(space: run.space) != now.identity(space: space) else { continue }
                let differences = try now.differences(from: run.recipe)
                throw SearchError.armChanged(
                    comparison: name, arm: arm.name, run: folder.name, differences: differences)
            }
        }
    }

    /// Every name is usable, and runs that exist already are of this comparison: known before anything is run.
    private func checkRuns(_ file: ComparisonFile, in root: String) throws {
        for arm in running {
            let space = try arm.recipe.space.resolve()
            for seed in seeds {
                let folder = try file.folder(of: arm.name, seed, in: root)
                guard folder.exists else { continue }
                let run = try folder.recorded()
                guard run.recipe.identity(space: run.space) == recipe(of: arm, seed: seed).identity(space: space) else {
                    throw SearchError.otherRecipe(run: folder.name)
                }
            }
        }
    }
}

extension RunFolder {
    func recorded() throws -> RecordedRun {
        let store = try CheckpointStore.open(self, for: .reading)
        defer { store.close() }
        return try RecordedRun(store, name: name)
    }
}
