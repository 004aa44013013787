import Architectures
import Datasets
import Foundations
import Networks
import Tensors

/// Times training steps and scorings of a supernet on drawn 32x32 images, for `espalier bench`.
///
/// Every figure is the median of `repeats` runs after one warm-up; rounds over the rows are interleaved, so that a machine
/// that slows down slows every row.
package struct Benchmark {
    package struct Row: Sendable {
        /// `train 222`, `score 222`, `score all`, `score all calibrated`.
        package let name: String
        package let imagesPerSecond: Double
        /// Of the direct algorithm: 2 x MACs an image forward, three times that a training step; 1e9 operations a second.
        package let gflops: Double
    }

    let supernet: Supernet
    private let children: [Child]
    let batch: Batch
    private let repeats: Int

    /// - Parameter labels: the children timed alone; `score all` times every child of the space.
    package init(space: SearchSpace, children labels: [String], batch: Int, repeats: Int, engine: Engine) throws {
        var images = SyntheticRecipe()
        (images.train, images.test, images.side) = (max(2, batch), 1, 32)
        let all = Restriction(space).list(limit: 4_096) ?? []
        children = try labels.map { try space.child(named: $0) }
        supernet = try Supernet(
            space: space, dataset: try Dataset.synthetic(images), sharing: .all(all.isEmpty ? children : all),
            engine: engine, batch: batch, seed: 1)
        self.batch = Batch(role: .train, indices: Array(0..<batch))
        self.repeats = repeats
    }

    /// Seconds by stage of `repeats` training steps of each child.
    package func traces() throws -> [(child: String, trace: Trace)] {
        try children.map { child in
            let run = try supernet.trainingRun(child)
            defer { run.trace = nil }
            for round in 0...repeats {
                if round == 1 { run.trace = Trace(run.program) }
                try train(child)
            }
            return (supernet.space.label(of: child), run.trace!)
        }
    }

    private func train(_ child: Child) throws {
        let optimizer = Optimizer(momentum: 0.9, weightDecay: 0.001, unsampled: .decay)
        _ = try supernet.step([child], batch: batch, optimizer: optimizer, rate: 0.01, normMomentum: 0.4)
    }

    package func rows() throws -> [Row] {
        var works: [(name: String, images: Int, flops: Double, run: () throws -> Void)] = []
        for child in children {
            let label = supernet.space.label(of: child)
            let flops = 2 * Double(try supernet.graph(of: child).multiplyAdds)
            works.append(
                (
                    "train \(label)", batch.count, 3 * flops, { try train(child) }
                ))
            works.append(
                (
                    "score \(label)", batch.count, flops,
                    {
                        _ = try Evaluator(supernet).score([child], on: [batch], statistics: .running)
                    }
                ))
        }
        let all = supernet.sharing.children
        let flops = try all.reduce(0.0) { $0 + 2 * Double(try supernet.graph(of: $1).multiplyAdds) }
        works.append(
            (
                "score all", batch.count * all.count, flops / Double(all.count),
                {
                    _ = try Evaluator(supernet).score(all, on: [batch], statistics: .running)
                }
            ))
        works.append(calibratedWork(all, flops: flops / Double(all.count)))
        var seconds = [[Double]](repeating: [], count: works.count)
        for round in 0...repeats {
            for (index, work) in works.enumerated() {
                let began = ContinuousClock.now
                try work.run()
                let elapsed = ContinuousClock.now - began
                if round > 0 { seconds[index].append(elapsed.seconds) }
            }
        }
        let rows = zip(works, seconds).map { work, seconds in
            let median = seconds.sorted()[seconds.count / 2]
            let rate = Double(work.images) / median
            return Row(name: work.name, imagesPerSecond: rate, gflops: rate * work.flops / 1e9)
        }
        return Benchmark.proportioned(rows)
    }
}
