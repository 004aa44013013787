import Foundations
import Glibc
import Synchronization

/// The state the threads of ``Workers`` share. It outlives the `Workers` that made it until every thread has left.
///
/// A job is published by a new generation number. Every thread checks in for every job, so that `run` returns only when no
/// thread still holds the job's body. Unchecked Sendable: the plain variables are written by `run` while no job is open, and
/// read by the threads after they have seen the new generation.
final class Pool: @unchecked Sendable {
    private let threads: Int
    private let shuffle: UInt64?
    private var handles: [pthread_t] = []

    private let generation = Atomic<Int>(0)
    private let next = Atomic<Int>(0)
    private let working = Atomic<Int>(0)
    private let busy = Atomic<Bool>(false)
    private let stopping = Atomic<Bool>(false)

    private var count = 0
    private var body: UnsafePointer<WorkerBody>?
    /// With `shuffle`: the indices of each worker, in its order.
    private var assigned: [[Int]] = []

    private let lock: UnsafeMutablePointer<pthread_mutex_t> = .allocate(capacity: 1)
    private let wake: UnsafeMutablePointer<pthread_cond_t> = .allocate(capacity: 1)

    init(threads: Int, shuffle: UInt64?) {
        self.threads = threads
        self.shuffle = shuffle
        pthread_mutex_init(lock, nil)
        pthread_cond_init(wake, nil)
    }

    deinit {
        pthread_cond_destroy(wake)
        pthread_mutex_destroy(lock)
        wake.deallocate()
        lock.deallocate()
    }

    func start(_ worker: Int) {
        let seat = Unmanaged.passRetained(Seat(pool: self, worker: worker))
        var handle = pthread_t()
        let status = pthread_create(
            &handle, nil,
            { argument in
                let seat = Unmanaged<Seat>.fromOpaque(argument!).takeRetainedValue()
                seat.pool.live(seat.worker)
                return nil
            }, seat.toOpaque())
        require(status == 0, "thread \(worker) could not be started: error \(status)")
        handles.append(handle)
    }

    func stop() {
        stopping.store(true, ordering: .releasing)
        publish()
        for handle in handles { pthread_join(handle, nil) }
    }

    func run(_ count: Int, _ body: UnsafePointer<WorkerBody>) {
        let taken = busy.exchange(true, ordering: .acquiring)
        require(!taken, "forEach inside a forEach, or from two threads at once")
        self.count = count
        self.body = body
        if let shuffle { assigned = deal(count, seed: shuffle) }
        next.store(0, ordering: .relaxed)
        // One index, or one thread, is done here without waking anyone.
        if threads == 1 || (count <= 1 && shuffle == nil) {
            work(0)
        } else {
            working.store(threads - 1, ordering: .relaxed)
            publish()
            work(0)
            var spins = 0
            while working.load(ordering: .acquiring) > 0 { pause(&spins) }
        }
        self.body = nil
        busy.store(false, ordering: .releasing)
    }

    private func live(_ worker: Int) {
        var seen = 0
        while true {
            seen = generation(after: seen)
            if stopping.load(ordering: .acquiring) { return }
            work(worker)
            working.subtract(1, ordering: .releasing)
        }
    }

    // Not inlined, so that whatever it holds of the body is let go before the thread checks in.
    @inline(never)
    private func work(_ worker: Int) {
        if shuffle != nil {
            for index in assigned[worker] { body!.pointee(index, worker) }
            return
        }
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            body!.pointee(index, worker)
        }
    }

    private func deal(_ count: Int, seed: UInt64) -> [[Int]] {
        var draws = RandomStream(seed: seed, purpose: .test, step: generation.load(ordering: .relaxed))
        var hands = [[Int]](repeating: [], count: threads)
        for index in draws.permutation(count) { hands[draws.below(threads)].append(index) }
        return hands
    }

    private func publish() {
        pthread_mutex_lock(lock)
        generation.add(1, ordering: .releasing)
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(lock)
    }

    /// The generation that follows `seen`: spins for some microseconds, then sleeps.
    private func generation(after seen: Int) -> Int {
        for _ in 0..<Self.spins where generation.load(ordering: .acquiring) == seen { relax() }
        var now = generation.load(ordering: .acquiring)
        guard now == seen else { return now }
        pthread_mutex_lock(lock)
        while true {
            now = generation.load(ordering: .acquiring)
            if now != seen { break }
            pthread_cond_wait(wake, lock)
        }
        pthread_mutex_unlock(lock)
        return now
    }

    private static let spins = 2000

    private func relax() { _ = generation.load(ordering: .relaxed) }

    /// Waits for the last bodies: spins, then lets other threads run (there may be fewer cores than threads).
    private func pause(_ spins: inout Int) {
        spins += 1
        if spins > Self.spins { sched_yield() }
    }
}

/// What a new thread is told.
private final class Seat: Sendable {
    let pool: Pool
    let worker: Int
    init(pool: Pool, worker: Int) {
        self.pool = pool
        self.worker = worker
    }
}
