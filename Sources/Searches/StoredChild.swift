import Architectures
import Checkpoints
import Datasets
import Foundations
import Networks
import Supernets

/// One child with the weights a run left it: those of the newest checkpoint while it lives, else those of the round that
/// dropped it.
package struct StoredChild {
    package let run: RecordedRun
    package let child: Child
    package let label: String
    /// The round whose weights these are; for a living child the round the run is in.
    package let round: Int
    /// Whether the child was dropped in that round.
    package let wasDropped: Bool
    /// The child's arena by kind: weights, momentum, statistics, used.
    private let blobs: [String: [UInt8]]

    /// Reads a child of a run that may be at work: where a checkpoint is swept away while it is read, the newer one is
    /// read instead.
    ///
    /// - Throws: ``SearchError/unknownChild(run:child:)``, ``SearchError/noWeights(run:child:)``.
    package static func read(_ name: String, of run: String, _ store: CheckpointStore) throws -> StoredChild {
        var attempts = 5
        while true {
            let recorded = try RecordedRun(store, name: run)
            do {
                return try StoredChild(recorded, store, child: name)
            } catch let error as StoreError {
                attempts -= 1
                guard attempts > 0, error.kind == .corrupt, try store.head.seq != recorded.head.seq else { throw error }
            }
        }
    }

    private init(_ run: RecordedRun, _ store: CheckpointStore, child name: String) throws {
        self.run = run
        let child = try run.space.child(named: name)
        let label = run.space.label(of: child)
        self.child = child
        self.label = label
        let manifest: Manifest
        let arena: String
        if let group = run.groups.firstIndex(where: { $0.contains(label) }) {
            manifest = run.head
            arena = "arena/\(group)"
            round = min(run.head.round, run.recipe.rounds.count)
            wasDropped = false
        } else {
            guard let left = run.roundDropped(label), let row = run.rounds.first(where: { $0.round == left }),
                let group = run.scores[left]?.first(where: { $0.child == label })?.group,
                let end = try store.manifests().first(where: { $0.isRoundEnd && $0.round == left + 1 })
            else { throw SearchError.unknownChild(run: run.name, child: label) }
            manifest = end
            arena = row.parents.firstIndex(of: group).map { "arena/\($0)" } ?? "left/\(group)"
            round = left
            wasDropped = true
        }
        var blobs: [String: [UInt8]] = [:]
        for kind in ["weights", "momentum", "statistics", "used"] {
            guard let reference = manifest.blob("\(arena)/\(kind)") else {
                throw SearchError.noWeights(run: run.name, child: label)
            }
            blobs[kind] = try store.read(reference)
        }
        self.blobs = blobs
    }

    /// A supernet of this child alone with the stored weights.
    package func supernet(_ dataset: Dataset, execution: Execution) throws -> Supernet {
        let (engine, passes) = try execution.engine()
        let supernet = try Supernet(
            space: run.space, dataset: dataset, sharing: .all([child]), engine: engine, passes: passes,
            batch: run.recipe.train.batch, seed: 0)
        guard supernet.weights.restore(0, from: "child", blob) else {
            throw SearchError.missingBlob(run: run.name, blob: "arena of child \(label)")
        }
        return supernet
    }

    /// The child's own parameters and statistics in PyTorch's shapes, in the order of its layers.
    package func tensors() throws -> [Safetensors.Tensor] {
        guard let images = run.images else { throw SearchError.noWeights(run: run.name, child: label) }
        let input = FeatureShape(channels: images.channels, height: images.height, width: images.width)
        let classes = images.classes
        let layout = ParameterLayout(try run.space.parameters(input: input, classes: classes))
        let weights = SharedWeights(layout: layout, arenas: 1, seed: 0)
        guard weights.restore(0, from: "child", blob) else {
            throw SearchError.missingBlob(run: run.name, blob: "arena of child \(label)")
        }
        let graph = try run.space.graph(of: child, input: input, classes: classes)
        return graph.nodes.flatMap(\.parameters).map { parameter in
            let values = weights.values(WeightSlot(arena: 0, parameter: layout.index(parameter)))
            if parameter.role == .batchesTracked {
                return .init(name: parameter.name, shape: [], integers: [Int64(values[0])])
            }
            return .init(
                name: parameter.name, shape: parameter.shape,
                floats: Array(UnsafeBufferPointer(start: values, count: parameter.count)))
        }
    }

    private func blob(_ name: String) -> [UInt8] { blobs[String(name.dropFirst("child/".count))] ?? [] }
}
