import Foundations
import Glibc
import Synchronization

/// Our own threads: `forEach` runs a body for every index, on `threads` threads in all.
///
/// Which worker gets which index varies from run to run; a body whose result depends on it is wrong. Threads spin for a
/// few microseconds between jobs and then sleep, so jobs that follow each other closely start at once.
package final class Workers: Sendable {
    package let threads: Int
    private let pool: Pool

    /// - Parameters:
    ///   - threads: at least 1; the caller of `forEach` is worker 0, so 1 starts no thread.
    ///   - shuffle: for tests: hands out indices in a pseudo-random order and to pseudo-random workers.
    package init(threads: Int, shuffle: UInt64? = nil) {
        require(threads >= 1 && threads <= 4096, "\(threads) threads, expected 1 ... 4096")
        self.threads = threads
        pool = Pool(threads: threads, shuffle: shuffle)
        for worker in 1..<max(threads, 1) { pool.start(worker) }
    }

    deinit { pool.stop() }

    /// Runs `body(index, worker)` once for every index in 0 ..< count and returns when all have returned; worker is in
    /// 0 ..< threads, and no two bodies run at once with the same worker. Not to be called from a body, nor by two
    /// threads at once.
    ///
    /// - Cost: about a microsecond a call where the threads are awake, and one atomic addition an index.
    package func forEach(_ count: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
        require(count >= 0, "forEach over \(count) indices")
        // A pointer to the closure, not the closure: a thread's copy of the closure would be one that escapes.
        withoutActuallyEscaping(body) { escapable in
            withUnsafePointer(to: WorkerBody(run: escapable)) { pool.run(count, $0) }
        }
    }
}

/// A body in a struct, because a pointer to a bare closure would cost an allocation a job.
struct WorkerBody {
    let run: (_ index: Int, _ worker: Int) -> Void
}
