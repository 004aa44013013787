import Architectures
import Checkpoints
import Datasets
import Foundations
import Networks
import Policies
import Supernets

extension ProgressiveSearch {
    /// What a recipe and a state are made of on this machine. Making it refuses what cannot go on here (other numbers,
    /// other images, too little memory) and changes nothing of a run.
    struct Parts {
        let recipe: Recipe
        let space: SearchSpace
        let dataset: Dataset
        let supernet: Supernet
        let policy: any PruningPolicy
        let fingerprint: String
        /// How the machine differs from the one the run began on, where that is allowed.
        let inexact: [String]
        /// As the checkpoint has it, and with the images described.
        let recordedState: RunState
        let state: RunState
        /// Whether there is no checkpoint to go on from but the first, empty one.
        let isNew: Bool

        /// - Parameter manifest: the checkpoint to go on from; nil for a new run.
        /// - Throws: ``SearchError/fingerprint(differences:)`` (exit 9), ``SearchError/dataChanged(set:recorded:found:)``,
        ///   ``DatasetError``, what the policy and the supernet refuse.
        /// - Cost: opens the data set and allocates all weights.
        init(
            _ recipe: Recipe, space: SearchSpace, state: RunState, manifest: Manifest?, execution: Execution
        ) throws {
            let policy = try recipe.policy.make()
            let (engine, passes) = try execution.engine()
            let fingerprint = try Fingerprint(engine: engine, passes: passes)
            inexact = try Self.compare(fingerprint, with: manifest, execution: execution)
            let dataset = try recipe.data.open(folder: execution.data)
            var described = state
            described.describe(dataset)
            if manifest != nil, let recorded = state.data, let found = described.data, recorded != found {
                throw SearchError.dataChanged(set: recipe.data.set, recorded: recorded, found: found)
            }
            supernet = try Supernet(
                space: space, dataset: dataset, sharing: try state.sharing(recipe, space: space), engine: engine,
                passes: passes, batch: recipe.train.batch, seed: recipe.seeds[.initialisation])
            (self.recipe, self.space, self.dataset, self.policy) = (recipe, space, dataset, policy)
            self.fingerprint = JSON.text(fingerprint)
            (recordedState, self.state, isNew) = (state, described, manifest == nil)
        }

        /// Of a run's newest checkpoint.
        init(_ run: RecordedRun, _ execution: Execution) throws {
            try self.init(run.recipe, space: run.space, state: run.state, manifest: run.head, execution: execution)
        }

        /// Refuses to go on where the numbers could differ, unless that is allowed; returns what differs.
        private static func compare(
            _ fingerprint: Fingerprint, with manifest: Manifest?, execution: Execution
        ) throws -> [String] {
            guard let manifest, !manifest.fingerprint.isEmpty,
                let recorded = JSON.decode(Fingerprint.self, manifest.fingerprint)
            else { return [] }
            let differences = fingerprint.differences(from: recorded)
            guard differences.isEmpty || execution.allowInexact else {
                throw SearchError.fingerprint(differences: differences)
            }
            return differences
        }
    }
}
