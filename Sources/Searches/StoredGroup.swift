import Architectures
import Checkpoints
import Networks
import Supernets

/// What one group of a run has learnt, as its newest checkpoint holds it: every parameter and statistic of the group's
/// arena, also of choices no member has any more. Where the run has common parameters, those come from their own arena.
package struct StoredGroup {
    package let run: RecordedRun
    package let group: Int
    /// How many groups the run has now; at least 1.
    package let count: Int
    /// The members' labels; empty where the space is too large to list.
    package let members: [String]
    private let weights: SharedWeights

    /// Reads a group of a run that may be at work, as ``StoredChild/read(_:of:_:)`` does.
    ///
    /// - Throws: ``SearchError/unknownGroup(run:group:count:)``, ``SearchError/noGroupWeights(run:group:)``;
    ///   ``StoreError``.
    /// - Cost: the arena's bytes once, twice with common parameters.
    package static func read(_ group: Int, of run: String, _ store: CheckpointStore) throws -> StoredGroup {
        try RecordedRun.newest(run, store) { try StoredGroup($0, store, group: group) }
    }

    private init(_ run: RecordedRun, _ store: CheckpointStore, group: Int) throws {
        self.run = run
        self.group = group
        let count = max(1, run.groups.count)
        self.count = count
        guard 0..<count ~= group else {
            throw SearchError.unknownGroup(run: run.name, group: group, count: count)
        }
        members = run.groups.isEmpty ? [] : run.groups[group]
        guard let images = run.images else { throw SearchError.noGroupWeights(run: run.name, group: group) }
        let input = FeatureShape(channels: images.channels, height: images.height, width: images.width)
        let layout = ParameterLayout(try run.space.parameters(input: input, classes: images.classes))
        func arena(_ index: Int) throws -> SharedWeights {
            let weights = SharedWeights(layout: layout, arenas: 1, seed: 0)
            let fits = try weights.restore(0, from: "arena/\(index)") { name in
                guard let reference = run.head.blob(name) else {
                    throw SearchError.noGroupWeights(run: run.name, group: group)
                }
                return try store.read(reference)
            }
            guard fits else { throw SearchError.missingBlob(run: run.name, blob: "arena/\(index)") }
            return weights
        }
        weights = try arena(group)
        guard run.recipe.sharing.common != .none else { return }
        weights.take(run.recipe.sharing.common.contains, into: 0, from: try arena(count), arena: 0)
    }

    /// In PyTorch's shapes, in the order of the supernet's parameters.
    package func tensors() -> [Safetensors.Tensor] { weights.tensors(weights.layout.parameters) }

    /// The safetensors metadata.
    package var metadata: [String: String] {
        [
            "group": "\(group)", "groups": "\(count)", "children": members.joined(separator: ","),
            "space": run.space.name, "run": run.name, "round": "\(min(run.head.round, run.state.decisions.count))",
            "bn": "running",
        ]
    }
}

extension SharedWeights {
    /// Parameters of the first arena under their names.
    func tensors(_ parameters: [Parameter]) -> [Safetensors.Tensor] {
        parameters.map { parameter in
            let values = values(WeightSlot(arena: 0, parameter: layout.index(parameter)))
            if parameter.role == .batchesTracked {
                return .init(name: parameter.name, shape: [], integers: [Int64(values[0])])
            }
            return .init(
                name: parameter.name, shape: parameter.shape,
                floats: Array(UnsafeBufferPointer(start: values, count: parameter.count)))
        }
    }
}

extension RecordedRun {
    /// Reads from the newest checkpoint of a run that may be at work: where it is swept away meanwhile, the newer one is
    /// read instead.
    static func newest<T>(_ name: String, _ store: CheckpointStore, _ read: (RecordedRun) throws -> T) throws -> T {
        var attempts = 5
        while true {
            let recorded = try RecordedRun(store, name: name)
            do {
                return try read(recorded)
            } catch let error as StoreError {
                attempts -= 1
                guard attempts > 0, error.kind == .corrupt, try store.head.seq != recorded.head.seq else { throw error }
            }
        }
    }
}
