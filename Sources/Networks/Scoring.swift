import Architectures
import Foundations
import Tensors

/// Hits and losses of images by every output of a plan, with given batch-norm statistics.
///
/// Nothing couples the images then, so a worker takes one image through all stages before the next one: the program has
/// room for one image, each worker an arena of that size, which stays in cache where it is small enough, and weights
/// are packed once. An image's numbers depend on nothing but the image and the stages, so threads and batches cannot
/// change a score; nor can the children scored beside it, as long as company does not change the stages a child goes
/// through.
///
/// Cost: the program's forward pass for every image, and for each thread an arena of one image. The engine's arena
/// belongs to the scoring until another `Run` is made.
package final class Scoring {
    private let run: Run
    /// By stage, in order.
    private let works: [Run.ImageWork]
    /// Where all stages are bound to.
    private let arena: Buffer?

    /// - Parameters:
    ///   - program: compiled for inference with given statistics and room for one image.
    ///   - given: mean and variance of every batch norm by plan node.
    package init(engine: Engine, program: Program, weights: any Weights, given: [Int: Moments]) {
        run = Run(engine: engine, program: program, weights: weights, places: engine.workers.threads)
        run.mode = .given
        run.given = given
        run.kept = []
        run.applyGiven()
        works = program.stages.map(run.bind)
        arena = engine.arena
    }

    /// - Parameter fill: writes image `position` to [blocks][h][w][16] floats and returns its label; called from any
    ///   worker, once a position.
    /// - Returns: losses [count] and hits [count] of images 0 ..< count, for each output of the plan.
    package func score(
        count: Int, _ fill: (_ position: Int, _ image: UnsafeMutablePointer<Float>) -> Int32
    ) -> [BatchLoss] {
        require(run.engine.arena === arena, "another program has taken the arena")
        let plan = run.program.plan
        let shapes = plan.outputs.map { plan.nodes[$0].shape }
        let outputs = plan.outputs.map { UnsafePointer(run.value($0)) }
        var losses = [Float](repeating: 0, count: outputs.count * count)
        var correct = [UInt8](repeating: 0, count: outputs.count * count)
        losses.withUnsafeMutableBufferPointer { losses in
            correct.withUnsafeMutableBufferPointer { correct in
                nonisolated(unsafe) let (losses, correct) = (losses.baseAddress!, correct.baseAddress!)
                run.engine.workers.forEach(count) { position, worker in
                    var label = fill(position, run.input + worker * run.program.arenaCount)
                    let scratch = run.engine.scratch[worker]
                    for work in works { work(worker, 0, scratch) }
                    for (k, shape) in shapes.enumerated() {
                        esp_softmax_cross_entropy(
                            outputs[k] + worker * run.program.arenaCount, 1, Int32(shape.channels), Int32(shape.floats),
                            &label,
                            1, nil, losses + k * count + position, correct + k * count + position)
                    }
                }
            }
        }
        return outputs.indices.map { k in
            let range = k * count..<(k + 1) * count
            return BatchLoss(losses: Array(losses[range]), correct: Array(correct[range]))
        }
    }
}
