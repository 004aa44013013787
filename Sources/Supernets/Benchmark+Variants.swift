import Foundations
import Networks
import Tensors

/// The same training steps with one thing changed: what each part of the engine is worth on this machine.
extension Benchmark {
    /// A row a variant: a step of every named child. `variant base` is the engine as it was asked for.
    func variants() throws -> [Work] {
        let engine = supernet.engine
        let (kernels, threads) = (engine.kernels, engine.workers.threads)
        var variants: [(name: String, engine: Engine, passes: Passes)] = [("base", engine, supernet.passes)]
        if threads > 1 {
            variants.append(("threads 1", Engine(kernels: kernels, workers: Workers(threads: 1)), supernet.passes))
        }
        // Plain C is for CPUs that have nothing better; here it would take longer than all the others.
        for other in Kernels.available where other.level != kernels.level && other.level != .portable {
            let engine = Engine(kernels: other, workers: engine.workers)
            variants.append(("kernels \(other.level.rawValue)", engine, supernet.passes))
        }
        for row in Passes.table where supernet.passes.subtracting(.scoring).contains(row.pass) {
            variants.append(("without \(row.name)", engine, supernet.passes.subtracting(row.pass)))
        }
        return try variants.map { try variant($0.name, $0.engine, $0.passes) }
    }

    private func variant(_ name: String, _ engine: Engine, _ passes: Passes) throws -> Work {
        let other = try Supernet(
            space: supernet.space, dataset: supernet.dataset, sharing: supernet.sharing, engine: engine, passes: passes,
            batch: supernet.batch, seed: 1)
        let count = Double(children.count)
        let cost = try children.map { child in
            Program(plan: try other.plan(of: [child]), passes: passes, training: true, capacity: 1).cost
        }.reduce(.zero, +)
        return Work(
            .init(
                name: "variant \(name)", images: batch.count * children.count,
                direct: 3 * (try children.reduce(0) { $0 + (try direct($1)) }) / count,
                multiplyAdds: Double(cost.multiplyAdds) / count, bytes: Double(cost.bytes) / count)
        ) { for child in children { try train(child, on: other) } }
    }
}
