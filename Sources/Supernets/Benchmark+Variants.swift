import Foundations
import Networks
import Tensors

/// The same training steps with one thing changed: what each part of the engine is worth on this machine.
extension Benchmark {
    /// A row a variant: a step of every named child. `variant base` is the engine as it was asked for.
    func variants() -> [Work] {
        let engine = supernet.engine
        let (kernels, threads) = (engine.kernels, engine.workers.threads)
        // Engines are made with their works: each has an arena of its own.
        var variants: [(name: String, engine: () -> Engine, passes: Passes)] = [("base", { engine }, supernet.passes)]
        if threads > 1 {
            variants.append(("threads 1", { Engine(kernels: kernels, workers: Workers(threads: 1)) }, supernet.passes))
        }
        // Plain C is for CPUs that have nothing better; here it would take longer than all the others.
        for other in Kernels.available where other.level != kernels.level && other.level != .portable {
            variants.append(
                (
                    "kernels \(other.level.rawValue)", { Engine(kernels: other, workers: engine.workers) },
                    supernet.passes
                ))
        }
        for row in Passes.table where supernet.passes.subtracting(.scoring).contains(row.pass) {
            variants.append(("without \(row.name)", { engine }, supernet.passes.subtracting(row.pass)))
        }
        return variants.map { name, engine, passes in
            Work(names: ["variant \(name)"]) { try variant(name, engine(), passes) }
        }
    }

    private func variant(_ name: String, _ engine: Engine, _ passes: Passes) throws -> Timed {
        let other = try Supernet(
            space: supernet.space, dataset: supernet.dataset, sharing: supernet.sharing, engine: engine, passes: passes,
            batch: supernet.batch, seed: 1)
        let count = Double(children.count)
        let cost = try children.map { child in
            Program(plan: try other.plan(of: [child]), passes: passes, training: true, capacity: 1).cost
        }.reduce(.zero, +)
        return Timed(
            .init(
                name: "variant \(name)", images: batch.count * children.count,
                direct: 3 * (try direct(children)),
                multiplyAdds: Double(cost.multiplyAdds) / count, bytes: Double(cost.bytes) / count)
        ) { for child in children { try train(child, on: other) } }
    }
}
