import Checkpoints
import Networks
import Tensors

/// How and where a run is carried out; nothing of it is part of the recipe.
package struct Execution: Sendable {
    package var threads: Int
    /// A kernel level by name; nil takes the best.
    package var kernels: String?
    /// The passes over plans, as ``Passes/init(named:)`` reads them; nil takes all.
    package var passes: String?
    /// Where the data files are, before what the recipe says.
    package var data: String?
    /// Go on where the numbers of this machine may differ; the run is marked.
    package var allowInexact: Bool
    /// Seconds for which a full disk is waited for.
    package var fullWait: Double
    /// How far a store's file may grow before its map must: address space, not memory.
    package var mapBytes = CheckpointStore.defaultMapBytes

    package init(
        threads: Int, kernels: String? = nil, passes: String? = nil, data: String? = nil, allowInexact: Bool = false,
        fullWait: Double = 60
    ) {
        self.threads = threads
        self.kernels = kernels
        self.passes = passes
        self.data = data
        self.allowInexact = allowInexact
        self.fullWait = fullWait
    }

    /// Throws where the kernels or the passes do not exist.
    func check() throws {
        _ = try Kernels.select(named: kernels)
        _ = try Passes(named: passes)
    }

    /// The engine, and the passes its programs go through. OpenBLAS runs on one thread a caller from now on.
    package func engine() throws -> (engine: Engine, passes: Passes) {
        BLAS.pinToOneThread()
        let passes = try Passes(named: passes)
        return (Engine(kernels: try Kernels.select(named: kernels), workers: Workers(threads: threads)), passes)
    }
}
