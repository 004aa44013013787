import Foundations
import Glibc

/// What this machine can do at most, measured on all threads of `workers`.
package struct Peaks: Sendable, Hashable {
    /// Multiply-adds a second, on registers alone, with the kernels' own instructions. By the threads' own clocks, which
    /// stand still while others have the processor; the best of a few runs.
    package let multiplyAdds: Double
    /// Bytes a second read from memory; the median of a few runs, for a lucky one finds some of them in a cache.
    package let read: Double
    /// Bytes a second of a triad: two arrays read, one written; what the caches fetch in order to write is not counted.
    package let triad: Double

    /// The last caches together, and each of the three arrays that the memory's rates are measured on: four times as much,
    /// where memory allows. Bytes.
    package let lastCache: Int
    package let array: Int

    /// Operations a second: a multiplication and an addition each.
    package var flops: Double { 2 * multiplyAdds }
    package var bandwidth: Double { max(read, triad) }

    private static let runs = 7

    /// - Cost: half a second, and meanwhile three arrays of at least 64 MiB.
    package init(kernels: Kernels, workers: Workers) {
        let threads = workers.threads
        lastCache = Machine.lastCacheBytes ?? 32 << 20
        let floats = max(64 << 20, min(4 * lastCache, Machine.memoryBytes / 16)) / 4 / threads / 64 * 64
        array = 4 * threads * floats
        nonisolated(unsafe) let table = kernels.table
        let arrays = (0..<threads).map { _ in (0..<3).map { _ in Buffer(count: floats) } }
        // Memory that was never written is one page of zeros, in cache.
        workers.forEach(threads) { thread, _ in
            for array in arrays[thread] { array.pointer.update(repeating: 1, count: array.count) }
        }
        let rates = Buffer(count: threads)
        multiplyAdds =
            Peaks.sorted {
                workers.forEach(threads) { thread, _ in
                    let began = Peaks.threadSeconds
                    let executed = table.pointee.peak_multiply_adds(arrays[thread][0].pointer, 20_000_000)
                    rates.pointer[thread] = Float(Double(executed) / (Peaks.threadSeconds - began))
                }
                return rates.floats.reduce(0) { $0 + Double($1) }
            }[Peaks.runs - 1]
        func bandwidth(_ bytes: Int, _ body: (_ thread: Int) -> Void) -> Double {
            Peaks.sorted {
                let began = ContinuousClock.now
                workers.forEach(threads) { thread, _ in body(thread) }
                return Double(threads * bytes * floats) / (ContinuousClock.now - began).seconds
            }[Peaks.runs / 2]
        }
        read = bandwidth(4) { thread in
            arrays[thread][2].pointer[0] = table.pointee.peak_read(arrays[thread][1].pointer, floats)
        }
        triad = bandwidth(12) { thread in
            let list = arrays[thread]
            table.pointee.peak_triad(list[0].pointer, list[1].pointer, list[2].pointer, floats, 0.5)
        }
    }

    private static func sorted(_ rate: () -> Double) -> [Double] { (0..<runs).map { _ in rate() }.sorted() }

    /// Seconds this thread has run.
    private static var threadSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
}
