import Architectures
import Datasets
import Foundations
import Networks
import Tensors

/// What one training step saw, child by child in list order.
package struct StepResult: Sendable {
    package var losses: [Double]
    package var correct: [Int]
    package var images: Int
    /// Multiply-adds really executed, forward and backward.
    package var executedMultiplyAdds: Int
}

/// The loss of a step is not finite.
package struct Diverged: Error, Sendable {
    package let child: Child
    package let loss: Double
}

/// One child's training program.
struct Trainer {
    let run: Run
    /// The arenas it reads, ascending, and which of their parameters.
    let uses: [(arena: Int, parameters: [Int])]

    init(_ run: Run) {
        self.run = run
        let slots = Set(run.program.plan.nodes.flatMap(\.slots))
        uses = Dictionary(grouping: slots, by: \.arena).sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.map(\.parameter).sorted()) }
    }
}

extension Supernet {
    /// One optimizer update on one batch: forward and backward of each child in turn, gradients summed in list order,
    /// running statistics r = (1 - m) r + m * batch updated after each pass. Only arenas that one of the children reads
    /// are updated.
    ///
    /// - Throws: ``Diverged`` where a loss is not finite (weights are then as before the step),
    ///   ``Networks/Engine/SingleValueNorm``.
    package func step(
        _ children: [Child], batch: Batch, optimizer: Optimizer, rate: Float, normMomentum: Float
    ) throws -> StepResult {
        require(!children.isEmpty, "a step with no child")
        var result = StepResult(losses: [], correct: [], images: batch.count, executedMultiplyAdds: 0)
        var sampled: [Int: [Bool]] = [:]
        var passes: [(run: Run, moments: [Int: Moments])] = []
        for child in children {
            let trainer = try trainer(child)
            let run = trainer.run
            for (arena, parameters) in trainer.uses {
                if sampled[arena] == nil {
                    sampled[arena] = Array(repeating: false, count: layout.parameters.count)
                    let gradient = weights.arenas[arena].gradient
                    gradient.pointer.update(repeating: 0, count: gradient.count)
                }
                for parameter in parameters { sampled[arena]![parameter] = true }
            }
            let labels = fill(run, batch)
            try run.forward(count: batch.count)
            let loss = run.loss(labels: labels)
            guard loss.mean.isFinite else { throw Diverged(child: child, loss: loss.mean) }
            run.backward()
            passes.append((run, run.moments))
            result.losses.append(loss.mean)
            result.correct.append(loss.correctCount)
            result.executedMultiplyAdds += batch.count * run.program.cost.multiplyAdds
        }
        for pass in passes { updateStatistics(pass.run, pass.moments, momentum: normMomentum) }
        for (arena, sampled) in sampled.sorted(by: { $0.key < $1.key }) {
            optimizer.update(
                weights.arenas[arena], layout: layout, sampled: sampled, rate: rate,
                kernels: engine.kernels.table.pointee)
        }
        return result
    }

    /// Running statistics of the norms a pass used; the variance is the unbiased one.
    private func updateStatistics(_ run: Run, _ moments: [Int: Moments], momentum: Float) {
        for (node, seen) in moments {
            let slots = run.program.plan.nodes[node].slots.suffix(3)
            let mean = weights.values(slots[slots.startIndex])
            let variance = weights.values(slots[slots.startIndex + 1])
            for c in seen.mean.indices {
                mean[c] = (1 - momentum) * mean[c] + momentum * Float(seen.mean[c])
                variance[c] = (1 - momentum) * variance[c] + momentum * Float(seen.unbiasedVariance(c))
            }
            weights.values(slots[slots.startIndex + 2])[0] += 1
        }
    }
}
