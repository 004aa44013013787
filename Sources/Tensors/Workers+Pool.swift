import Foundations
import Glibc
import Synchronization

/// The state the threads of ``Workers`` share. It outlives the `Workers` that made it until every thread has left.
///
/// A job is a gate: its number, whether it is open, and how many threads are inside. A thread enters only while it is
/// open; the caller works too, closes the gate when no index is left, and waits for those inside, never for one that
/// still sleeps. Unchecked Sendable: the plain variables change only while the gate is closed and empty, and are read
/// only inside.
final class Pool: @unchecked Sendable {
    private let threads: Int
    private let shuffle: UInt64?
    private var handles: [pthread_t] = []

    /// job number << 16 | open << 15 | threads inside.
    private let gate = Atomic<Int>(0)
    private static let open = 1 << 15
    private let next = Atomic<Int>(0)
    /// With `shuffle`: threads that have done their hand of this job.
    private let finished = Atomic<Int>(0)
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
        publish(open: false)
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
            finished.store(0, ordering: .relaxed)
            publish(open: true)
            work(0)
            var spins = 0
            while shuffle != nil && finished.load(ordering: .acquiring) < threads - 1 { pause(&spins) }
            gate.bitwiseAnd(~Self.open, ordering: .acquiringAndReleasing)
            while gate.load(ordering: .acquiring) & (Self.open - 1) > 0 { pause(&spins) }
        }
        self.body = nil
        busy.store(false, ordering: .releasing)
    }

    private func live(_ worker: Int) {
        var seen = 0
        while true {
            seen = job(after: seen)
            if stopping.load(ordering: .acquiring) { return }
            guard enter(seen) else { continue }
            work(worker)
            finished.add(1, ordering: .releasing)
            gate.subtract(1, ordering: .releasing)
        }
    }

    /// Whether the job was still open; the thread then counts as inside.
    private func enter(_ job: Int) -> Bool {
        var now = gate.load(ordering: .acquiring)
        while now >> 16 == job && now & Self.open > 0 {
            let (done, found) = gate.compareExchange(expected: now, desired: now + 1, ordering: .acquiringAndReleasing)
            if done { return true }
            now = found
        }
        return false
    }

    // Not inlined, so that whatever it holds of the body is let go before the thread leaves.
    @inline(never)
    private func work(_ worker: Int) {
        if shuffle != nil {
            for index in assigned[worker] { body!.pointee.run(index, worker) }
            return
        }
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            body!.pointee.run(index, worker)
        }
    }

    private func deal(_ count: Int, seed: UInt64) -> [[Int]] {
        var draws = RandomStream(seed: seed, purpose: .test, step: (gate.load(ordering: .relaxed) >> 16) & 0xFFFF_FFFF)
        var hands = [[Int]](repeating: [], count: threads)
        for index in draws.permutation(count) { hands[draws.below(threads)].append(index) }
        return hands
    }

    /// The next job; the gate is closed and empty.
    private func publish(open: Bool) {
        pthread_mutex_lock(lock)
        let job = (gate.load(ordering: .relaxed) >> 16) + 1
        gate.store(job << 16 | (open ? Self.open : 0), ordering: .releasing)
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(lock)
    }

    /// The number of the job that follows `seen`: spins for some microseconds, then sleeps.
    private func job(after seen: Int) -> Int {
        for _ in 0..<Self.spins {
            let now = gate.load(ordering: .acquiring) >> 16
            if now != seen { return now }
        }
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while true {
            let now = gate.load(ordering: .acquiring) >> 16
            if now != seen { return now }
            pthread_cond_wait(wake, lock)
        }
    }

    private static let spins = 2000

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
