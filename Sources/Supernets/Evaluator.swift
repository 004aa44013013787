import Architectures
import Datasets
import Foundations
import Networks
import Tensors

/// Which batch-norm statistics a child is scored with.
package enum NormStatistics: String, Sendable, CaseIterable, Codable {
    /// Those of each scored batch.
    case batch
    /// The shared running ones.
    case running
    /// The child's own, gathered on training images for this scoring and then thrown away.
    case calibrated
}

/// Hits and loss of one child on one role's images.
package struct Score: Sendable, Hashable {
    package var images: Int
    package var correct: Int
    /// The mean cross entropy over the images, summed in image order.
    package var loss: Double
    /// The standard deviation of the images' cross entropies (divided by n).
    package var lossDeviation: Double

    package var accuracy: Double { Double(correct) / Double(images) }
}

/// What one child made of every image, in the order of the batches: for statistics paired by image.
package struct ImageScores: Sendable, Hashable {
    /// Cross entropies.
    package var losses: [Float] = []
    /// 1 for a hit.
    package var correct: [UInt8] = []
}

/// Scores children with shared weights; the weights are only read.
package struct Evaluator {
    /// Children scored in one merged plan. More share more, and need more memory; the scores are the same.
    private static let mergedChildren = 64

    package let supernet: Supernet

    package init(_ supernet: Supernet) { self.supernet = supernet }

    /// What a scoring found and executed.
    package struct Result: Sendable {
        package var scores: [Score]
        package var executedMultiplyAdds: Int
        /// By child; nil where not asked for.
        package var perImage: [ImageScores]?
    }

    /// The score of each child on all images of `batches`.
    ///
    /// - Parameters:
    ///   - statistics: where `calibrated`, the mean over `calibration` batches of each batch's mean and unbiased
    ///     variance, in training mode, the same batches for every child.
    ///   - perImage: keep the value of every image too, 5 bytes an image and child.
    ///   - progress: called after each batch with the fraction done.
    /// - Cost: every distinct layer call of the children once a batch.
    package func score(
        _ children: [Child], on batches: [Batch], statistics: NormStatistics, calibration: [Batch] = [],
        perImage: Bool = false, progress: (Double) throws -> Void = { _ in }
    ) throws -> Result {
        require(!batches.isEmpty, "scoring on no images")
        let values = perImage ? children.count * batches.reduce(0) { $0 + $1.count } : 0
        if let shortage = Machine.shortage(of: 5 * values) {
            throw SharingError(
                "the scores of \(children.count) children on every image \(shortage)",
                hint: "a smaller data.hold-out, or a policy that does not compare image by image")
        }
        // Neighbours share most, and the chunking must not depend on the order asked for.
        let order = children.indices.sorted { children[$0] < children[$1] }
        var result = Result(
            scores: Array(repeating: Score(images: 0, correct: 0, loss: 0, lossDeviation: 0), count: children.count),
            executedMultiplyAdds: 0,
            perImage: perImage ? Array(repeating: ImageScores(), count: children.count) : nil)
        let passes = calibration.count + batches.count
        for start in stride(from: 0, to: order.count, by: Evaluator.mergedChildren) {
            let chunk = Array(order[start..<min(start + Evaluator.mergedChildren, order.count)])
            let plan = try supernet.plan(of: chunk.map { children[$0] })
            func done(_ pass: Int) throws {
                let share = Double(chunk.count) / Double(order.count)
                try progress(Double(start) / Double(order.count) + share * Double(pass) / Double(passes))
            }
            var given = statistics == .running ? running(plan) : [:]
            if statistics == .calibrated {
                let run = try batchRun(plan, batches: calibration, measuring: true)
                given = try calibrate(run, on: calibration) { try done($0) }
                result.executedMultiplyAdds +=
                    calibration.reduce(0) { $0 + $1.count } * run.program.executedMultiplyAdds
            }
            let (program, losses) = try scorer(plan, batches: batches, given: statistics == .batch ? nil : given)
            for (k, batch) in batches.enumerated() {
                for (loss, index) in zip(try losses(batch), chunk) {
                    result.scores[index].images += batch.count
                    result.scores[index].correct += loss.correctCount
                    result.scores[index].loss += loss.losses.reduce(0) { $0 + Double($1) }
                    result.scores[index].lossDeviation += loss.losses.reduce(0) { $0 + Double($1) * Double($1) }
                    result.perImage?[index].losses += loss.losses
                    result.perImage?[index].correct += loss.correct
                }
                result.executedMultiplyAdds += batch.count * program.executedMultiplyAdds
                try done(calibration.count + k + 1)
            }
        }
        for index in result.scores.indices {
            let n = Double(result.scores[index].images)
            let mean = result.scores[index].loss / n
            result.scores[index].loss = mean
            result.scores[index].lossDeviation = max(0, result.scores[index].lossDeviation / n - mean * mean)
                .squareRoot()
        }
        return result
    }

    /// A run over whole batches, as batch statistics need it.
    private func batchRun(_ plan: Plan, batches: [Batch], measuring: Bool = false) throws -> Run {
        let program = try supernet.program(
            plan, training: false, measuring: measuring, capacity: batches.map(\.count).max() ?? 0)
        return Run(engine: supernet.engine, program: program, weights: supernet.weights)
    }

    /// Losses and hits of a batch by child: with the given statistics image by image, without any batch by batch.
    private func scorer(
        _ plan: Plan, batches: [Batch], given: [Int: Moments]?
    ) throws -> (Program, (Batch) throws -> [BatchLoss]) {
        guard let given else {
            let run = try batchRun(plan, batches: batches)
            return (
                run.program,
                { batch in
                    let labels = supernet.fill(run, batch)
                    try run.forward(count: batch.count)
                    return plan.outputs.indices.map { run.loss(labels: labels, output: $0) }
                }
            )
        }
        let engine = supernet.engine
        let program = try supernet.program(
            plan, training: false, statistics: .given, capacity: 1, copies: engine.workers.threads)
        let scoring = Scoring(engine: engine, program: program, weights: supernet.weights, given: given)
        let dataset = supernet.dataset
        return (
            program,
            { batch in
                scoring.score(count: batch.count) { dataset.fillImage($1, batch: batch, position: $0) }
            }
        )
    }

    /// The mean of the per-batch means and of the per-batch unbiased variances, by plan node.
    private func calibrate(
        _ run: Run, on batches: [Batch], done: (Int) throws -> Void
    ) throws -> [Int: Moments] {
        require(!batches.isEmpty, "calibration on no images")
        var total: [Int: Moments] = [:]
        for (k, batch) in batches.enumerated() {
            _ = supernet.fill(run, batch)
            try run.forward(count: batch.count)
            for (node, seen) in run.moments {
                var sum =
                    total[node]
                    ?? Moments(
                        count: 0, mean: Array(repeating: 0, count: seen.mean.count),
                        variance: Array(repeating: 0, count: seen.mean.count))
                for c in seen.mean.indices {
                    sum.mean[c] += seen.mean[c]
                    sum.variance[c] += seen.unbiasedVariance(c)
                }
                sum.count += seen.count
                total[node] = sum
            }
            try done(k + 1)
        }
        let n = Double(batches.count)
        return total.mapValues { sum in
            Moments(count: sum.count, mean: sum.mean.map { $0 / n }, variance: sum.variance.map { $0 / n })
        }
    }

    /// The shared running statistics of every batch norm of a plan.
    private func running(_ plan: Plan) -> [Int: Moments] {
        var given: [Int: Moments] = [:]
        for (index, node) in plan.nodes.enumerated() {
            guard case .batchNorm = node.layer else { continue }
            let slots = Array(node.slots.suffix(3))
            let mean = supernet.weights.values(slots[0])
            let variance = supernet.weights.values(slots[1])
            given[index] = Moments(
                count: 1, mean: (0..<node.shape.channels).map { Double(mean[$0]) },
                variance: (0..<node.shape.channels).map { Double(variance[$0]) })
        }
        return given
    }
}
