import Architectures
import Foundations
import Networks
import Tensors

extension Supernet {
    /// A supernet of the same layout with one arena for all of `children`, to try things on; its weights mean nothing
    /// until slots are copied in.
    func scratch(for children: [Child]) throws -> Supernet {
        try Supernet(
            space: space, dataset: dataset, sharing: .all(children), engine: engine, passes: passes, batch: batch,
            seed: 0)
    }

    /// Copies the values a child reaches, weights and statistics, into another supernet of the layout, and starts that
    /// one's optimizer anew.
    func copySlots(of child: Child, to other: Supernet) throws {
        // The same calls in the same order, each bound to the slots of its own supernet.
        let sources = try plan(of: [child]).nodes.flatMap(\.slots)
        let targets = try other.plan(of: [child]).nodes.flatMap(\.slots)
        require(sources.map(\.parameter) == targets.map(\.parameter), "two supernets with different layouts")
        for (source, target) in zip(sources, targets) {
            other.weights.values(target).update(
                from: weights.values(source), count: layout.parameters[source.parameter].count)
        }
        for arena in other.weights.arenas {
            arena.momentum.pointer.update(repeating: 0, count: arena.momentum.count)
            arena.used = Array(repeating: false, count: layout.parameters.count)
        }
    }
}
