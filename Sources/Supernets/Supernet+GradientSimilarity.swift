import Architectures
import Datasets
import Foundations
import Networks
import Tensors

extension Supernet {
    /// Children of one call of ``gradientSimilarity(_:batches:)``.
    package static let gradientChildren = 512

    /// How far the present weights would be pushed the same way: the cosine between two children's gradients,
    /// <g_a, g_b> / (|g_a| |g_b|), each over the learnt parameters that both use in a common slot.
    ///
    /// A child's gradient is the sum over `batches` of that of the batch's mean loss, in training mode with the batch's
    /// statistics, as ``step(_:batch:optimizer:rate:normMomentum:)`` computes it, but nothing is updated: weights,
    /// momentum, statistics and `used` keep their bytes; only the gradient buffers, which a step clears, are written.
    ///
    /// - Returns: a symmetric matrix in the order of `children`: 1 on the diagonal, 0 where two share no parameter or
    ///   a gradient there is all zeros or not finite. Sums are in double precision, the same whatever the threads.
    ///   `executed`: multiply-adds, forward and backward.
    /// - Throws: ``Diverged`` where a loss is not finite, ``Networks/Engine/SingleValueNorm``, ``SharingError`` where memory
    ///   cannot hold the gradients.
    /// - Cost: a forward and backward pass a child and batch; the products of all pairs; 4 bytes for every learnt value
    ///   of every child.
    package func gradientSimilarity(
        _ children: [Child], batches: [Batch]
    ) throws -> (similarity: [[Double]], executed: Int) {
        require(children.count <= Supernet.gradientChildren, "gradients of \(children.count) children at once")
        require(!batches.isEmpty, "gradients on no images")
        let values = try children.reduce(0) { $0 + (try graph(of: $1)).parameterCount }
        if let shortage = Machine.shortage(of: 4 * values) {
            throw SharingError(
                "the gradients of \(children.count) children \(shortage)",
                hint: "regroup when fewer children are left, or by another measure")
        }
        var executed = 0
        let gradients = try children.map { child in
            let run = try trainer(child).run
            let slots = learntSlots(run)
            for slot in slots {
                weights.gradient(slot).update(repeating: 0, count: layout.parameters[slot.parameter].count)
            }
            for batch in batches {
                let labels = fill(run, batch)
                try run.forward(count: batch.count)
                let loss = run.loss(labels: labels)
                guard loss.mean.isFinite else { throw Diverged(child: child, loss: loss.mean) }
                run.backward()
                executed += batch.count * run.program.cost.multiplyAdds
            }
            return SparseGradient(slots, of: weights)
        }
        var lower = [[Double]](repeating: [], count: children.count)
        lower.withUnsafeMutableBufferPointer { rows in
            nonisolated(unsafe) let rows = rows
            engine.workers.forEach(children.count) { a, _ in
                rows[a] = gradients[...a].map { gradients[a].cosine($0) }
            }
        }
        let similarity = children.indices.map { a in children.indices.map { lower[max(a, $0)][min(a, $0)] } }
        return (similarity, executed)
    }

    /// The learnt slots of a program's plan, each once, in order.
    private func learntSlots(_ run: Run) -> [WeightSlot] {
        Set(run.program.plan.nodes.flatMap(\.slots))
            .filter { layout.parameters[$0.parameter].role.isLearnt }
            .sorted { ($0.arena, $0.parameter) < ($1.arena, $1.parameter) }
    }
}

/// One child's gradient: the values of its own slots.
private struct SparseGradient: Sendable {
    private let slots: [WeightSlot]
    /// The first value of each slot, and the end.
    private let offsets: [Int]
    private let values: [Float]
    /// <g, g> by slot.
    private let squares: [Double]

    /// - Parameter slots: sorted by arena and parameter.
    init(_ slots: [WeightSlot], of weights: SharedWeights) {
        var offsets = [0]
        var values: [Float] = []
        var squares: [Double] = []
        for slot in slots {
            let count = weights.layout.parameters[slot.parameter].count
            let gradient = weights.gradient(slot)
            values += UnsafeBufferPointer(start: gradient, count: count)
            offsets.append(values.count)
            squares.append(dotProduct(gradient, gradient, count: count))
        }
        self.slots = slots
        self.offsets = offsets
        self.values = values
        self.squares = squares
    }

    /// Over the slots that stand in both; the same both ways round.
    func cosine(_ other: SparseGradient) -> Double {
        var (mixed, own, others) = (0.0, 0.0, 0.0)
        var (i, j) = (0, 0)
        while i < slots.count && j < other.slots.count {
            let (a, b) = (slots[i], other.slots[j])
            if a == b {
                mixed += values.withUnsafeBufferPointer { x in
                    other.values.withUnsafeBufferPointer { y in
                        dotProduct(
                            x.baseAddress! + offsets[i], y.baseAddress! + other.offsets[j],
                            count: offsets[i + 1] - offsets[i])
                    }
                }
                own += squares[i]
                others += other.squares[j]
            }
            if (a.arena, a.parameter) <= (b.arena, b.parameter) { i += 1 }
            if (b.arena, b.parameter) <= (a.arena, a.parameter) { j += 1 }
        }
        let cosine = mixed / (own * others).squareRoot()
        return cosine.isFinite ? max(-1, min(1, cosine)) : 0
    }
}
