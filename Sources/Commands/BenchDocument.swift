import Foundations
import Supernets
import Tensors

/// `espalier bench --json`.
struct BenchDocument: Encodable {
    var schema = "espalier.bench/1"
    let machine: String
    let peaks: PeaksDocument
    let rows: [Row]
    let peakBytes: Int

    struct Row: Encodable {
        let name: String
        let imagesPerSecond: Double
        /// Of the direct algorithm.
        let gflops: Double
        /// Executed operations over the machine's peak, and bytes between arena and stages over its bandwidth; null where
        /// they are not known.
        @OrNull var share: Double?
        @OrNull var bandwidthShare: Double?
        /// The peer's images a second and ours over them: filled in by whoever measured them.
        @OrNull var peer: Double? = nil
        @OrNull var ratio: Double? = nil

        init(_ row: Benchmark.Row, _ peaks: Peaks) {
            name = row.name
            imagesPerSecond = row.imagesPerSecond
            gflops = row.flops / 1e9
            share = row.executedFlops.map { $0 / peaks.flops }
            bandwidthShare = row.bytesPerSecond.map { $0 / peaks.bandwidth }
        }
    }
}

struct PeaksDocument: Encodable {
    let gflops: Double
    let readGigabytesPerSecond: Double
    let triadGigabytesPerSecond: Double
    /// Each of the three arrays of the two rates before, and the last caches of all processors.
    let arrayBytes: Int
    let lastCacheBytes: Int

    init(_ peaks: Peaks) {
        gflops = peaks.flops / 1e9
        readGigabytesPerSecond = peaks.read / 1e9
        triadGigabytesPerSecond = peaks.triad / 1e9
        (arrayBytes, lastCacheBytes) = (peaks.array, peaks.lastCache)
    }
}
