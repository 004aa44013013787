import Foundations

/// What this machine can do at most, measured: the best of a few runs on all threads of `workers`.
package struct Peaks: Sendable, Hashable {
    /// Multiply-adds a second, on registers alone, with the kernels' own instructions.
    package let multiplyAdds: Double
    /// Bytes a second read from memory.
    package let read: Double
    /// Bytes a second of a triad: two arrays read, one written; what the caches fetch in order to write is not counted.
    package let triad: Double

    /// Operations a second: a multiplication and an addition each.
    package var flops: Double { 2 * multiplyAdds }
    package var bandwidth: Double { max(read, triad) }

    private static let runs = 5

    /// - Cost: half a second, and at least 192 MiB meanwhile.
    package init(kernels: Kernels, workers: Workers) {
        let table = kernels.table.pointee
        let threads = workers.threads
        // Together more than a cache holds.
        let floats = max(2 << 20, (16 << 20) / threads) / 64 * 64
        let arrays = (0..<threads).map { _ in (0..<3).map { _ in Buffer(count: floats) } }
        // Memory that was never written is one page of zeros, in cache.
        workers.forEach(threads) { thread, _ in
            for array in arrays[thread] { array.pointer.update(repeating: 1, count: array.count) }
        }
        func best(_ amount: Double, _ body: (_ thread: Int) -> Void) -> Double {
            (0..<Peaks.runs).reduce(0) { best, _ in
                let began = ContinuousClock.now
                workers.forEach(threads) { thread, _ in body(thread) }
                return max(best, Double(threads) * amount / (ContinuousClock.now - began).seconds)
            }
        }
        let rounds: Int64 = 20_000_000
        var values = [Float](repeating: 1, count: 16)
        let each = Double(table.peak_multiply_adds(&values, 1)) * Double(rounds)
        multiplyAdds = best(each) { thread in
            _ = table.peak_multiply_adds(arrays[thread][0].pointer, rounds)
        }
        read = best(4 * Double(floats)) { thread in
            arrays[thread][2].pointer[0] = table.peak_read(arrays[thread][1].pointer, floats)
        }
        triad = best(12 * Double(floats)) { thread in
            let list = arrays[thread]
            table.peak_triad(list[0].pointer, list[1].pointer, list[2].pointer, floats, 0.5)
        }
    }
}
