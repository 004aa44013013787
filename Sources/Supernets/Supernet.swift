import Architectures
import Datasets
import Foundations
import Networks
import Tensors

/// One network whose weights many children share: trains lists of children, hands out plans for scoring.
///
/// It does not know which child is active: every call is given its children.
package final class Supernet {
    package let space: SearchSpace
    package let dataset: Dataset
    package let layout: ParameterLayout
    package let weights: SharedWeights
    package private(set) var sharing: Sharing
    package let engine: Engine
    package let passes: Passes
    package let batch: Int
    private let input: FeatureShape
    private var graphs: [Child: LayerGraph] = [:]
    private var trainers: [Child: Trainer] = [:]
    private let seed: UInt64

    /// Programs of children kept between steps; a space larger than this compiles the rest again each time.
    private static let keptPrograms = 256

    /// - Throws: ``SharingError`` where the arenas do not fit the machine's memory, ``YAMLError`` where a layer does not
    ///   fit the images.
    package init(
        space: SearchSpace, dataset: Dataset, sharing: Sharing, engine: Engine, passes: Passes = .all, batch: Int,
        seed: UInt64
    ) throws {
        self.space = space
        self.dataset = dataset
        self.sharing = sharing
        self.engine = engine
        self.passes = passes
        self.batch = batch
        self.seed = seed
        let images = dataset.training
        input = FeatureShape(channels: images.channels, height: images.height, width: images.width)
        layout = ParameterLayout(try space.parameters(input: input, classes: dataset.classes))
        try SharedWeights.checkMemory(layout, arenas: sharing.arenaCount)
        weights = SharedWeights(layout: layout, arenas: sharing.arenaCount, seed: seed)
    }

    /// Takes over a regrouping: each new group starts from its parent's weights, momentum and statistics, or from what
    /// `reset` leaves of them.
    ///
    /// - Parameter parents: by new arena the old one it inherits, the common arena's own among them.
    /// - Throws: ``SharingError`` where the arenas do not fit the machine's memory; nothing has changed then.
    package func split(_ sharing: Sharing, parents: [Int], reset: Grouping.Reset = .none) throws {
        require(parents.count == sharing.arenaCount, "\(parents.count) parents of \(sharing.arenaCount) arenas")
        require(sharing.common == self.sharing.common, "a split cannot change what is common")
        try SharedWeights.checkMemory(layout, arenas: sharing.arenaCount)
        weights.split(parents: parents, reset: reset, seed: seed)
        self.sharing = sharing
        trainers = [:]
    }

    package func graph(of child: Child) throws -> LayerGraph {
        if let graph = graphs[child] { return graph }
        let graph = try space.graph(of: child, input: input, classes: dataset.classes)
        if graphs.count < 20_000 { graphs[child] = graph }
        return graph
    }

    /// The plan of some children, each distinct layer call once.
    package func plan(of children: [Child]) throws -> Plan {
        var plan = Plan()
        for child in children {
            guard let group = sharing.arena(of: child) else {
                require(false, "child \(space.label(of: child)) is in no group")
                continue
            }
            plan.add(try graph(of: child)) { parameter in
                WeightSlot(
                    arena: sharing.common.contains(parameter) ? sharing.groups.count : group,
                    parameter: self.layout.index(parameter))
            }
        }
        return plan
    }

    /// The training program of one child, and the parameters it trains by arena.
    func trainer(_ child: Child) throws -> Trainer {
        if let trainer = trainers[child] { return trainer }
        let program = try program(plan(of: [child]), training: true, capacity: batch)
        let trainer = Trainer(Run(engine: engine, program: program, weights: weights))
        if trainers.count >= Supernet.keptPrograms { trainers = [:] }
        trainers[child] = trainer
        return trainer
    }

    /// Writes a batch to where a run reads it, lanes in parallel; returns the labels.
    package func fill(_ run: Run, _ batch: Batch) -> [Int32] {
        var labels = [Int32](repeating: 0, count: batch.count)
        let images = run.input
        let floats = dataset.imageFloats
        let began = ContinuousClock.now
        labels.withUnsafeMutableBufferPointer { labels in
            nonisolated(unsafe) let labels = labels.baseAddress!
            engine.workers.forEach(batch.count) { position, _ in
                labels[position] = dataset.fillImage(images + position * floats, batch: batch, position: position)
            }
        }
        run.trace?.input(seconds: (ContinuousClock.now - began).seconds)
        return labels
    }
}
