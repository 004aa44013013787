import Architectures
import Datasets

/// The row `score all calibrated`: every child of the space scored with statistics of its own.
///
/// A whole scoring takes 2,560 training images and then 10,000 others a child. One batch of each is timed together, one
/// of the others alone in the row `score all`; their difference is the calibration, and both are scaled to a whole
/// scoring, which is linear in images.
extension Benchmark {
    static let calibratedRow = "score all calibrated"
    private static let calibrationImages = 2_560.0
    private static let scoredImages = 10_000.0

    func calibratedWork(
        _ children: [Child], flops: Double
    ) -> (name: String, images: Int, flops: Double, run: () throws -> Void) {
        (
            Benchmark.calibratedRow, batch.count * children.count, flops,
            {
                _ = try Evaluator(supernet).score(
                    children, on: [batch], statistics: .calibrated, calibration: [batch])
            }
        )
    }

    /// Of the timed rows those to show: images a second of the last row become scored images a second of a whole
    /// calibrated scoring, its operations those of both parts.
    static func proportioned(_ rows: [Row]) -> [Row] {
        guard let both = rows.first(where: { $0.name == calibratedRow }),
            let scoring = rows.first(where: { $0.name == "score all" })
        else { return rows }
        let calibrationSeconds = max(0, 1 / both.imagesPerSecond - 1 / scoring.imagesPerSecond)
        let share = calibrationImages / scoredImages
        let rate = 1 / (1 / scoring.imagesPerSecond + share * calibrationSeconds)
        let flops = both.gflops / both.imagesPerSecond * (1 + share)
        return rows.map {
            $0.name == calibratedRow ? Row(name: $0.name, imagesPerSecond: rate, gflops: rate * flops) : $0
        }
    }
}
