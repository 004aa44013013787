import Architectures
import Checkpoints
import Datasets
import Foundations
import Policies
import Reports
import Supernets

/// One search: rounds of train -> score -> decide -> regroup -> commit, until the recipe's decisions are made, and a last
/// round that ranks who is left.
///
/// This is the whole program; every other file is one of its steps. Uniform sampling is the same loop with the policy that
/// keeps everyone. All state is in ``RunState`` and the supernet's arenas, and every commit holds both, so a run killed
/// anywhere goes on from its last commit to the same bytes.
package final class ProgressiveSearch {
    package let name: String
    package let recipe: Recipe
    let space: SearchSpace
    let dataset: Dataset
    let supernet: Supernet
    let policy: any PruningPolicy
    let store: CheckpointStore
    let observer: any SearchObserver
    var state: RunState
    var journal: Journal

    /// Runs to the end, or until the observer asks to stop.
    ///
    /// - Returns: the finished run as it is recorded in the store.
    package func run() async throws -> RunRecord {
        try await rememberingDivergence {
            enter(.train)
            try await greet()
            try leaveOutDecisionsWithoutRoom()
            while !isFinal {
                try train()
                let ranking = try rank()
                let answer = try await decide(ranking)
                let regrouping = try regroup(keeping: answer)
                try commit(ranking, answer, regrouping)
                try leaveOutDecisionsWithoutRoom()
            }
            if state.round == state.decisions.count {
                try train()
                try conclude(rank())
            }
        }
        return try RecordedRun(store, name: name).record(storeBytes: store.bytesOnDisk)
    }

    var batches: BatchPlan
    let fingerprint: String
    /// Functions of the state, kept because they are dear: see ``prepare()``.
    var scored: [Child] = []
    var samplers: [Sampler] = []
    var costs: [Child: (params: Int, macs: Int)] = [:]
    /// The newest checkpoint, what this session is busy with, and how often the policy has failed there.
    var durable: Durable
    var point = Point.train
    var failures = 0
    let fullWait: Double
    /// Every image's score of this round's scorings, [scoring][child][image], for policies that need them.
    var pairs: [[[Float]]] = []

    init(
        name: String, parts: Parts, store: CheckpointStore, observer: any SearchObserver, durable: Durable,
        fullWait: Double
    ) throws {
        self.name = name
        recipe = parts.recipe
        space = parts.space
        dataset = parts.dataset
        supernet = parts.supernet
        policy = parts.policy
        self.store = store
        self.observer = observer
        state = parts.state
        fingerprint = parts.fingerprint
        self.durable = durable
        self.fullWait = fullWait
        journal = Journal(step: state.spending.steps)
        batches = BatchPlan(
            count: dataset.count(of: .train), batch: recipe.train.batch, seeds: recipe.seeds,
            augmentation: recipe.data.augmentation)
        let images = dataset.training
        let input = FeatureShape(channels: images.channels, height: images.height, width: images.width)
        // Checks the network of every choice at the size of the images; afterwards no child's graph can fail.
        try recipe.sharing.common.check(against: space.parameters(input: input, classes: dataset.classes))
        try checkRoles()
        prepare()
        try checkRoom()
    }
}
