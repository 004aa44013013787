import Architectures
import Datasets
import Foundations
import Networks
import Tensors

/// Scores children after each has been fine-tuned alone, on a copy of its slots, for a few batches at a constant rate.
///
/// Sharing pulls the weights of many children at once; a few steps alone repair a child's own. At rate 0 only the running
/// statistics move, which is a calibration of them. Every child starts from the supernet's weights and statistics with no
/// momentum, sees the same batches, and is thrown away after its score; the supernet is only read.
///
/// - Cost: 3 times a child's MACs for each image of `batches`, to be charged by the caller, besides the scoring; memory for
///   one more arena. Children are scored one by one, since no two share their weights any more.
package struct Probe {
    package let supernet: Supernet
    /// Of each step, >= 0.
    package let rate: Float
    package let optimizer: Optimizer
    package let normMomentum: Float
    /// One step each.
    package let batches: [Batch]

    package init(_ supernet: Supernet, rate: Float, optimizer: Optimizer, normMomentum: Float, batches: [Batch]) {
        require(!batches.isEmpty && rate >= 0, "a probe of \(batches.count) batches at rate \(rate)")
        self.supernet = supernet
        self.rate = rate
        self.optimizer = optimizer
        self.normMomentum = normMomentum
        self.batches = batches
    }

    /// Images a child is fine-tuned on.
    package var images: Int { batches.reduce(0) { $0 + $1.count } }

    /// The score of each child after its probe; executed multiply-adds are those of fine-tuning and scoring.
    ///
    /// - Parameters: of the scoring, as ``Evaluator/score(_:on:statistics:calibration:perImage:progress:)``.
    /// - Throws: ``Diverged`` where a child's loss is not finite while it is fine-tuned.
    package func score(
        _ children: [Child], on scored: [Batch], statistics: NormStatistics, calibration: [Batch] = [],
        perImage: Bool = false, progress: (Double) throws -> Void = { _ in }
    ) throws -> Evaluator.Result {
        var result = Evaluator.Result(scores: [], executedMultiplyAdds: 0, perImage: perImage ? [] : nil)
        guard !children.isEmpty else { return result }
        let copy = try supernet.scratch(for: children)
        for (index, child) in children.enumerated() {
            func done(_ share: Double) throws { try progress((Double(index) + share) / Double(children.count)) }
            try supernet.copySlots(of: child, to: copy)
            for (k, batch) in batches.enumerated() {
                result.executedMultiplyAdds += try copy.step(
                    [child], batch: batch, optimizer: optimizer, rate: rate, normMomentum: normMomentum
                ).executedMultiplyAdds
                try done(Double(k + 1) / Double(batches.count) / 2)
            }
            let found = try Evaluator(copy).score(
                [child], on: scored, statistics: statistics, calibration: calibration, perImage: perImage
            ) { try done((1 + $0) / 2) }
            result.scores += found.scores
            result.executedMultiplyAdds += found.executedMultiplyAdds
            result.perImage? += found.perImage ?? []
        }
        return result
    }
}
