import Architectures
import Datasets
import Foundations
import Networks
import Tensors

/// Times training steps, scorings, single operators and variants of the engine on drawn 32x32 images, for
/// `espalier bench`.
///
/// Every figure is the median of `repeats` runs after one warm-up; rounds over the rows are interleaved, so that a machine
/// that slows down slows every row.
package struct Benchmark {
    package struct Row: Sendable {
        /// `train 222`, `score 222`, `score all`, `score all calibrated`, `op max pool 3x3 forward`, `variant threads 1`.
        package let name: String
        package let imagesPerSecond: Double
        /// Of the direct algorithm: 2 x MACs an image forward, three times that a training step; operations a second.
        package let flops: Double
        /// Of the multiply-adds really executed, where they are known.
        package let executedFlops: Double?
        /// Bytes a second between arena and stages, see ``Networks/Cost``; nil where they say nothing about memory.
        package let bytesPerSecond: Double?
    }

    /// What is timed as one piece; several rows where it holds several pieces of its own. Memory is taken by `make`, so a
    /// work that nobody asks for costs nothing.
    struct Work {
        /// The rows' names.
        let names: [String]
        let make: () throws -> Timed
    }

    /// A work that is ready to run.
    struct Timed {
        struct Row {
            let name: String
            let images: Int
            /// Multiply-adds an image of the direct algorithm; a training step is three times its forward pass.
            let direct: Double
            /// Executed, and moved, for an image.
            var multiplyAdds: Double?
            var bytes: Double?
        }

        let rows: [Row]
        /// Runs once, untimed: maps the memory and compiles the plans.
        let warm: () throws -> Void
        /// Runs once; seconds by row.
        let run: () throws -> [Double]

        /// One row, timed as a whole.
        init(_ row: Row, warm: (() throws -> Void)? = nil, _ body: @escaping () throws -> Void) {
            rows = [row]
            self.warm = warm ?? body
            run = {
                let began = ContinuousClock.now
                try body()
                return [(ContinuousClock.now - began).seconds]
            }
        }

        init(_ rows: [Row], run: @escaping () throws -> [Double]) {
            self.rows = rows
            self.warm = { _ = try run() }
            self.run = run
        }
    }

    let supernet: Supernet
    let children: [Child]
    let batch: Batch
    let repeats: Int
    /// Images that the rows `score all` score.
    let scored: Int

    /// - Parameters:
    ///   - labels: the children timed alone; `score all` times every child of the space.
    ///   - scored: images of the rows `score all`; nil takes one batch.
    package init(
        space: SearchSpace, children labels: [String], batch: Int, scored: Int? = nil, repeats: Int, engine: Engine,
        passes: Passes = .all
    ) throws {
        var images = SyntheticRecipe()
        (images.train, images.test, images.side) = (max(2, batch, scored ?? batch), 1, 32)
        let all = Restriction(space).list(limit: 4_096) ?? []
        children = try labels.map { try space.child(named: $0) }
        supernet = try Supernet(
            space: space, dataset: try Dataset.synthetic(images), sharing: .all(all.isEmpty ? children : all),
            engine: engine, passes: passes, batch: batch, seed: 1)
        self.batch = Batch(role: .train, indices: Array(0..<batch))
        self.repeats = repeats
        self.scored = scored ?? batch
    }

    package var passes: Passes { supernet.passes }

    /// The rows named by `selection`: each item is a row's name or the beginning of some.
    ///
    /// - Throws: ``UnknownRow``.
    package func rows(_ selection: [String]) throws -> [Row] {
        let (chosen, names) = try works(selection)
        let works = try chosen.map { try $0.make() }
        var seconds = works.map { [[Double]](repeating: [], count: $0.rows.count) }
        for work in works { try work.warm() }
        for _ in 0..<repeats {
            for (index, work) in works.enumerated() {
                for (row, time) in try work.run().enumerated() { seconds[index][row].append(time) }
            }
        }
        var rows: [Row] = []
        for (work, seconds) in zip(works, seconds) {
            for (row, seconds) in zip(work.rows, seconds) where names.contains(row.name) {
                let rate = Double(row.images) / seconds.sorted()[seconds.count / 2]
                rows.append(
                    Row(
                        name: row.name, imagesPerSecond: rate, flops: 2 * rate * row.direct,
                        executedFlops: row.multiplyAdds.map { 2 * rate * $0 },
                        bytesPerSecond: row.bytes.map { rate * $0 }
                    ))
            }
        }
        return rows
    }

    /// A selection that names no row.
    package struct UnknownRow: Error {
        package let item: String
        /// What could have been meant.
        package let known: [String]
    }
}
