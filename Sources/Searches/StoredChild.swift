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
    /// The arena of the child's group by kind: weights, momentum, statistics, used.
    private let blobs: [String: [UInt8]]
    /// The common arena, where the run has one.
    private let commonBlobs: [String: [UInt8]]?

    /// Reads a child of a run that may be at work: where a checkpoint is swept away while it is read, the newer one is
    /// read instead.
    ///
    /// - Throws: ``SearchError/unknownChild(run:child:)``, ``SearchError/noWeights(run:child:)``.
    package static func read(_ name: String, of run: String, _ store: CheckpointStore) throws -> StoredChild {
        try RecordedRun.newest(run, store) { try StoredChild($0, store, child: name) }
    }

    private init(_ run: RecordedRun, _ store: CheckpointStore, child name: String) throws {
        self.run = run
        let child = try run.space.child(named: name)
        let label = run.space.label(of: child)
        self.child = child
        self.label = label
        let manifest: Manifest
        let arena: String
        let groups: Int
        if let group = run.group(of: child) {
            manifest = run.head
            arena = "arena/\(group)"
            groups = max(1, run.groups.count)
            round = min(run.head.round, run.state.decisions.count)
            wasDropped = false
        } else {
            guard let left = run.roundWeightsLeft(child), let row = run.rounds.first(where: { $0.round == left }),
                let group = run.scores[left]?.first(where: { $0.child == label })?.group ?? run.openGroup(row),
                let end = try store.manifests().first(where: { $0.isRoundEnd && $0.round == left + 1 })
            else { throw SearchError.unknownChild(run: run.name, child: label) }
            manifest = end
            // What is kept aside comes first: an heir may have begun anew.
            // The one group of a space too large to list is its own heir.
            let heir = row.alive == nil ? row.parents.firstIndex(of: group) : 0
            let isAside = heir == nil || end.blob("left/\(group)/weights") != nil
            arena = isAside ? "left/\(group)" : "arena/\(heir!)"
            groups = max(1, row.groups.count)
            round = left
            wasDropped = true
        }
        func read(_ arena: String) throws -> [String: [UInt8]] {
            var blobs: [String: [UInt8]] = [:]
            for kind in ["weights", "momentum", "statistics", "used"] {
                guard let reference = manifest.blob("\(arena)/\(kind)") else {
                    throw SearchError.noWeights(run: run.name, child: label)
                }
                blobs[kind] = try store.read(reference)
            }
            return blobs
        }
        blobs = try read(arena)
        // Common parameters are never split nor reset, so those of the round's end are those the child was scored with.
        commonBlobs = run.recipe.sharing.common == .none ? nil : try read("arena/\(groups)")
    }

    /// A supernet of this child alone with the stored weights.
    package func supernet(_ dataset: Dataset, execution: Execution) throws -> Supernet {
        let (engine, passes) = try execution.engine()
        let supernet = try Supernet(
            space: run.space, dataset: dataset, sharing: .all([child]), engine: engine, passes: passes,
            batch: run.recipe.train.batch, seed: 0)
        try restore(supernet.weights)
        return supernet
    }

    /// The child's weights out of the two arenas they lie in.
    private func restore(_ weights: SharedWeights) throws {
        func restore(_ weights: SharedWeights, _ blobs: [String: [UInt8]]) throws {
            let fits = weights.restore(0, from: "child") { blobs[String($0.dropFirst("child/".count))] ?? [] }
            guard fits else { throw SearchError.missingBlob(run: run.name, blob: "arena of child \(label)") }
        }
        try restore(weights, blobs)
        guard let commonBlobs else { return }
        let common = SharedWeights(layout: weights.layout, arenas: 1, seed: 0)
        try restore(common, commonBlobs)
        weights.take(run.recipe.sharing.common.contains, into: 0, from: common, arena: 0)
    }

    /// The child's own parameters and statistics in PyTorch's shapes, in the order of its layers.
    package func tensors() throws -> [Safetensors.Tensor] {
        guard let images = run.images else { throw SearchError.noWeights(run: run.name, child: label) }
        let input = FeatureShape(channels: images.channels, height: images.height, width: images.width)
        let classes = images.classes
        let layout = ParameterLayout(try run.space.parameters(input: input, classes: classes))
        let weights = SharedWeights(layout: layout, arenas: 1, seed: 0)
        try restore(weights)
        let graph = try run.space.graph(of: child, input: input, classes: classes)
        return weights.tensors(graph.nodes.flatMap(\.parameters))
    }

    /// The safetensors metadata.
    package var metadata: [String: String] {
        [
            "label": label, "genotype": run.space.genotype(of: child), "space": run.space.name, "run": run.name,
            "round": "\(round)", "bn": "running",
        ]
    }
}
