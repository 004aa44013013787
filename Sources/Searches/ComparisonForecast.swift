import Architectures
import Datasets
import Rankings

/// What a comparison is going to cost and what it can show, before anything of it is run.
package struct ComparisonForecast: Sendable {
    package struct Arm: Sendable {
        package let name: String
        package let purpose: String?
        package let paperOf: String?
        package let macs: Double
        /// Of the charged multiply-adds, what scoring costs.
        package let scoringShare: Double
        /// Children after each decision, as far as that can be said.
        package let survivors: [Int]
        package let runs: Int
        /// Of them finished already.
        package let done: Int
        /// Of what is left to do; of a trunk's forks without what the trunk takes.
        package let seconds: Double
        package let bytes: Double
    }

    package let arms: [Arm]
    /// Seeds that each of these arms has when the runs are made, those of earlier calls too.
    package let pairs: Int
    /// The first arm against each other one, those of earlier calls too.
    package let contrasts: Int
    package let probe: SpeedProbe
    /// Of the common beginnings that are not there yet.
    package let trunkSeconds: Double
    package let trunkBytes: Double
    /// Of picks trained anew, where every run picks another child; 0 where none are.
    package let retrainingSeconds: Double
    package let retrainingBytes: Double

    package var seconds: Double { arms.reduce(trunkSeconds + retrainingSeconds) { $0 + $1.seconds } }
    package var bytes: Double { arms.reduce(trunkBytes + retrainingBytes) { $0 + $1.bytes } }

    /// - Parameter alone: what picks are trained anew by.
    /// - Throws: what keeps this call from going on with an earlier one's comparison; what opening the data set, the runs
    ///   that exist and a search of a few seconds throw.
    package init(
        _ comparison: Comparison, retrainingBy alone: Recipe?, in root: String, probing length: Double,
        execution: Execution, observer: any SearchObserver
    ) async throws {
        let first = comparison.arms[0].recipe
        let file = try ComparisonFile.find(comparison.name, in: root)
        let whole = try comparison.plan().merged(with: file, in: root)
        let seeds = whole.arms.filter { arm in comparison.arms.contains { $0.name == arm.name } }
            .map { Set($0.runs.map(\.seed)) }
        pairs = seeds.dropFirst().reduce(seeds.first ?? []) { $0.intersection($1) }.count
        contrasts = whole.arms.count - 1
        let probe = try await SpeedProbe(
            comparison.recipe(of: comparison.arms[0], seed: comparison.seeds[0]), length: length, execution: execution,
            observer: observer)
        let dataset = try first.data.open(folder: execution.data)
        let trunk = comparison.trunk.map { comparison.trunkRecipe(seed: 0, until: $0) }
        let shared = comparison.trunk ?? 0
        var arms: [Arm] = []
        for arm in comparison.arms {
            // What is worked out on paper costs what its source did.
            let source = arm.paperOf.flatMap { name in comparison.arms.first { $0.name == name } } ?? arm
            let ground = try Foresight.Ground(source.recipe, space: source.recipe.space.resolve(), dataset: dataset)
            let recipe = comparison.recipe(of: source, seed: 0)
            let foresight = Foresight(recipe, ground, trunk: trunk)
            let isPaper = arm.paperOf != nil
            let survivors = Foresight(comparison.recipe(of: arm, seed: 0), ground, trunk: trunk).survivors
            let done = try comparison.seeds.count { seed in
                let run = comparison.run(arm: arm.name, seed: seed)
                let folder = try file?.folder(of: arm.name, seed, in: root) ?? .init(root: root, name: run)
                return try folder.exists && folder.recorded().head.phase == .done
            }
            let left = isPaper ? 0 : comparison.seeds.count - done
            arms.append(
                Arm(
                    name: arm.name, purpose: arm.purpose, paperOf: arm.paperOf, macs: foresight.macs,
                    scoringShare: foresight.macs > 0 ? foresight.scoringMACs / foresight.macs : 0,
                    survivors: survivors, runs: isPaper ? 0 : comparison.seeds.count,
                    done: isPaper ? 0 : done,
                    seconds: Double(left) * (1 - shared) * foresight.macs / probe.macsPerSecond,
                    bytes: Double(left) * probe.bytes(of: recipe, ground)))
        }
        self.arms = arms
        self.probe = probe
        let trunksLeft = try comparison.seeds.count { try !comparison.trunkFolder($0, in: root).exists }
        trunkSeconds = Double(trunksLeft) * shared * (arms.first?.macs ?? 0) / probe.macsPerSecond
        trunkBytes =
            try trunk.map { recipe in
                let ground = try Foresight.Ground(recipe, space: recipe.space.resolve(), dataset: dataset)
                return Double(trunksLeft) * probe.bytes(of: recipe, ground)
            } ?? 0
        (retrainingSeconds, retrainingBytes) =
            try alone.map { recipe -> (Double, Double) in
                let dataset = try recipe.data.open(folder: execution.data)
                let ground = try Foresight.Ground(recipe, space: recipe.space.resolve(), dataset: dataset).alone
                let one = recipe.alone(scored: FinalScore())
                let picks = Double(comparison.arms.count * comparison.seeds.count)
                return (picks * Foresight(one, ground).macs / probe.macsPerSecond, picks * probe.bytes(of: one, ground))
            } ?? (0, 0)
    }
}

extension SpeedProbe {
    /// A run's store at its end: the checkpoints that are kept, every round's and the last, all weights changed between
    /// them. Children that share nothing, and one that is alone, have weights, momentum and statistics of their own.
    fileprivate func bytes(of recipe: Recipe, _ ground: Foresight.Ground) -> Double {
        let isOwn = recipe.sharing.mode == .none || ground.children == 1
        let state = isOwn ? Double(3 * 4 * ground.params) : Double(stateBytes)
        return state * Double(recipe.checkpoint.keep + recipe.rounds.count + 1) + 65_536
    }
}
