import Architectures
import Checkpoints
import Datasets
import Foundation
import Foundations
import Networks
import Supernets

/// What ``ProgressiveSearch/importing(_:as:recipe:in:execution:)`` took over.
package struct ImportedWeights: Sendable {
    package let tensors: Int
    /// How many the supernet has.
    package let parameters: Int
}

extension ProgressiveSearch {
    /// Makes a run whose weights and statistics begin with those of a safetensors file, in every group; what the file
    /// does not hold is initialised by the seed. Nothing is trained: the run is gone on with like any other.
    ///
    /// Every tensor must be a parameter of the space under its name, with its shape and type. The file's SHA-256 is part
    /// of the run's digest.
    ///
    /// - Throws: ``StoreError`` (the file: exit 2), ``SearchError/foreignTensor(file:tensor:why:)``. No run is made then.
    package static func importing(
        _ file: String, as name: String, recipe: Recipe, in root: String, execution: Execution
    ) throws -> ImportedWeights {
        let folder = try RunFolder(root: root, name: name)
        var recipe = recipe
        if let data = execution.data ?? recipe.data.folder, recipe.data.set != "synthetic" {
            recipe.data.folder = URL(fileURLWithPath: data).path
        }
        let space = try recipe.space.resolve()
        _ = try recipe.policy.make()
        let tensors = try Safetensors.read(file).tensors
        let dataset = try recipe.data.open(folder: execution.data)
        var state = try RunState(initial: recipe, space: space)
        state.describe(dataset)
        let (engine, passes) = try execution.engine()
        let supernet = try Supernet(
            space: space, dataset: dataset, sharing: try state.sharing(recipe, space: space), engine: engine,
            passes: passes, batch: recipe.train.batch, seed: recipe.seeds[.initialisation])
        guard !tensors.isEmpty else {
            throw SearchError.foreignTensor(file: file, tensor: nil, why: "it holds no tensors")
        }
        for tensor in tensors { try supernet.weights.take(tensor, file: file) }

        var hash = SHA256()
        hash.update(Array(state.digest.utf8))
        for tensor in tensors.sorted(by: { $0.name < $1.name }) {
            hash.update(Array(tensor.name.utf8))
            hash.update(tensor.bytes)
        }
        state.digest = hash.finalize().description
        let weights = supernet.weights.blobs()
        let event = Event.session("import", threads: nil, detail: "\(tensors.count) tensors of \(file)")
        let store = try CheckpointStore.create(
            folder, recipe: Array(recipe.text.utf8),
            identity: JSON.text(
                RunIdentity(space: space.sourceText, origin: .init(file: file, digest: state.digest))),
            first: Commit(
                phase: .train, digest: state.digest, state: JSON.bytes(state),
                blobs: weights.map { Blob($0.name, $0.bytes) }, rows: [.event(json: event.json)]),
            writer: Version.program)
        store.close()
        return ImportedWeights(tensors: tensors.count, parameters: supernet.weights.layout.parameters.count)
    }
}

extension SharedWeights {
    /// Puts a tensor's values into its parameter, in every arena.
    fileprivate func take(_ tensor: Safetensors.Tensor, file: String) throws {
        func foreign(_ why: String) -> SearchError { .foreignTensor(file: file, tensor: tensor.name, why: why) }
        guard let index = layout.parameters.firstIndex(where: { $0.name == tensor.name }) else {
            let near = nearestName(to: tensor.name, among: layout.parameters.map(\.name))
            throw foreign("the space has no such parameter" + (near.map { ", did you mean \($0)?" } ?? ""))
        }
        let parameter = layout.parameters[index]
        let values: [Float]
        if parameter.role == .batchesTracked {
            guard let integers = tensor.integers, tensor.shape.isEmpty || tensor.shape == [1] else {
                throw foreign("expected one I64")
            }
            guard integers.allSatisfy({ 0...1 << 53 ~= $0 }) else { throw foreign("expected a count, 0 or more") }
            values = integers.map(Float.init)
        } else {
            guard let floats = tensor.floats else { throw foreign("expected F32") }
            guard tensor.shape == parameter.shape else {
                throw foreign("shape \(tensor.shape), expected \(parameter.shape)")
            }
            if parameter.role == .runningVariance, let wrong = floats.first(where: { $0 < 0 }) {
                throw foreign("a variance of \(wrong), expected 0 or more")
            }
            values = floats
        }
        for arena in arenas.indices {
            self.values(WeightSlot(arena: arena, parameter: index)).update(from: values, count: values.count)
        }
    }
}
