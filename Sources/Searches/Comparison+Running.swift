import Checkpoints
import Foundations

extension Comparison {
    /// A run to be made.
    struct Task {
        /// Nil stands for the trunk that the arms of the seed go on from.
        let arm: Arm?
        let seed: UInt64
    }

    /// Every run, seed by seed and arm by arm; of a shard every `count`-th one. With trunks a seed's runs stay together,
    /// behind the one they all need.
    func tasks(_ shard: Shard?) -> [Task] {
        let all = seeds.map { seed in
            (trunk == nil ? [] : [Task(arm: nil, seed: seed)]) + running.map { Task(arm: $0, seed: seed) }
        }
        guard let shard else { return all.flatMap { $0 } }
        if trunk != nil {
            return all.enumerated().filter { shard.has($0.offset) }.flatMap(\.element)
        }
        return all.flatMap { $0 }.enumerated().filter { shard.has($0.offset) }.map(\.element)
    }

    /// Runs what is not done yet.
    ///
    /// A run that diverges is left, so that it does not keep the others from being made; with a trunk all arms of its seed
    /// are.
    ///
    /// - Parameter shard: only this part; nil everything.
    /// - Returns: what was said of each run that has diverged.
    /// - Throws: ``SearchError/otherRecipe(run:)`` where a run of that name was made with another recipe;
    ///   ``SearchError/armChanged(comparison:arm:run:differences:)`` where an arm's other seeds were;
    ///   ``SearchError/otherImages(of:than:expected:found:)`` where runs have seen different images, or would;
    ///   ``SearchError/verdictFixed(comparison:what:)`` where verdict seeds have begun with other arms.
    @discardableResult
    package func run(
        in root: String, shard: Shard? = nil, execution: Execution, observer: any SearchObserver
    ) async throws -> [String] {
        let earlier = try ComparisonFile.find(name, in: root)
        let file = try plan().merged(with: earlier, in: root)
        if let earlier { try checkArms(of: earlier, in: root) }
        try checkRuns(file, in: root)
        let all = tasks(shard)
        let left = try all.filter { try !isDone($0, file, in: root) }
        try checkImages(of: left, file, in: root, execution: execution)
        try file.write(in: root)
        var diverged: [String] = []
        var lost: Set<UInt64> = []
        for (place, task) in left.enumerated() where !lost.contains(task.seed) {
            let after = left[(place + 1)...].filter { !lost.contains($0.seed) }
            observer.turned(
                to: RunPlace(
                    number: all.count - left.count + place + 1, total: all.count,
                    end: task.arm == nil ? trunk ?? 1 : 1, after: after.reduce(0) { $0 + budgets(of: $1) }))
            do {
                try await make(task, file, in: root, execution: execution, observer: observer)
            } catch let error as SearchError where error.exitCode == .diverged {
                diverged.append(error.message)
                if task.arm == nil { lost.insert(task.seed) }
                let others = task.arm == nil ? ", and with it the arms of seed \(task.seed)" : ""
                try observer.note("\(error.message); left unfinished\(others)")
            }
        }
        return diverged
    }

    /// What a run spends that nobody has spent before it.
    private func budgets(of task: Task) -> Double { task.arm == nil ? trunk ?? 0 : 1 - (trunk ?? 0) }

    /// Where a run is, or will be.
    func folder(of task: Task, _ file: ComparisonFile, in root: String) throws -> RunFolder {
        guard let arm = task.arm else { return try trunkFolder(task.seed, in: root) }
        return try file.folder(of: arm.name, task.seed, in: root)
    }

    /// An arm's run has ended; a trunk has come to its end, or no arm needs it any more.
    private func isDone(_ task: Task, _ file: ComparisonFile, in root: String) throws -> Bool {
        if task.arm == nil, try running.allSatisfy({ try file.folder(of: $0.name, task.seed, in: root).exists }) {
            return true
        }
        guard let newest = try folder(of: task, file, in: root).newest() else { return false }
        return task.arm == nil ? newest.state.round > 0 : newest.head.phase == .done
    }

    /// Begins a run, or goes on with it, and brings it to its end.
    private func make(
        _ task: Task, _ file: ComparisonFile, in root: String, execution: Execution, observer: any SearchObserver
    ) async throws {
        guard let arm = task.arm else {
            _ = try await readyTrunk(task.seed, in: root, execution: execution, observer: observer)
            return
        }
        let place = try folder(of: task, file, in: root)
        let search: ProgressiveSearch
        if place.exists {
            search = try .resume(name: place.name, in: place.root, execution: execution, observer: observer)
        } else {
            search = try await begin(arm, task.seed, place, execution: execution, observer: observer)
        }
        _ = try await search.run()
    }

    private func begin(
        _ arm: Arm, _ seed: UInt64, _ folder: RunFolder, execution: Execution, observer: any SearchObserver
    ) async throws -> ProgressiveSearch {
        let recipe = recipe(of: arm, seed: seed)
        guard trunk != nil else {
            return try .start(
                name: folder.name, recipe: recipe, in: folder.root, execution: execution, observer: observer)
        }
        let trunk = try await readyTrunk(seed, in: folder.root, execution: execution, observer: observer)
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

    /// The newest checkpoint and its state, without rounds and scores, which take longer to read than all else; nil where
    /// there is no such run.
    func newest() throws -> (head: Manifest, state: RunState)? {
        guard exists else { return nil }
        let store = try CheckpointStore.open(self, for: .reading)
        defer { store.close() }
        let head = try store.newest()
        let constants = try RecordedRun.Constants(name: name, recipe: store.recipe(), identity: store.identity())
        return (head, try constants.state(head, schema: store.recordedSchema))
    }
}
