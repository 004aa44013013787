import Foundations
import Synchronization
import Tensors
import Testing

@Suite struct WorkersTests {
    /// A job of uneven pieces: a slot of its own for every index, as lanes have.
    private func run(_ workers: Workers, count: Int) -> [Float] {
        let sums = Buffer(count: count)
        workers.forEach(count) { index, _ in
            for k in 0...(index % 7) * 50 { sums.pointer[index] += 1 / Float(index + k + 1) }
        }
        return Array(sums.floats)
    }

    @Test func resultsDoNotDependOnThreadsOrAssignment() {
        let one = run(Workers(threads: 1), count: 300)
        for threads in [1, 2, 4] {
            #expect(run(Workers(threads: threads), count: 300) == one)
            for seed in 0..<20 as Range<UInt64> {
                #expect(run(Workers(threads: threads, shuffle: seed), count: 300) == one)
            }
        }
    }

    @Test(arguments: [1, 2, 4, 9], [nil, 3] as [UInt64?])
    func everyIndexRunsOnce(threads: Int, shuffle: UInt64?) {
        let workers = Workers(threads: threads, shuffle: shuffle)
        for count in [0, 1, 2, 3, 17, 1000] {
            let visits = Buffer(count: count), inside = Buffer(count: threads)
            workers.forEach(count) { index, worker in
                visits.pointer[index] += 1
                inside.pointer[worker] += 1
            }
            #expect(visits.floats.allSatisfy { $0 == 1 })
            #expect(inside.floats.reduce(0, +) == Float(count))
        }
    }

    @Test func shuffledHandsOutToAllWorkersOutOfOrder() {
        let order = Mutex<[Int]>([]), seen = Mutex<Set<Int>>([])
        Workers(threads: 3, shuffle: 1).forEach(200) { index, worker in
            order.withLock { $0.append(index) }
            seen.withLock { _ = $0.insert(worker) }
        }
        #expect(seen.withLock { $0 } == [0, 1, 2])
        #expect(order.withLock { $0 } != Array(0..<200))
    }

    @Test(.timeLimit(.minutes(1))) func manySmallJobsDoNotHang() {
        let workers = Workers(threads: 3)
        let total = Atomic<Int>(0)
        for _ in 0..<10_000 { workers.forEach(4) { index, _ in total.add(index, ordering: .relaxed) } }
        #expect(total.load(ordering: .relaxed) == 60_000)
    }

    @Test(.timeLimit(.minutes(1))) func startsAndStops() {
        for _ in 0..<200 {
            let workers = Workers(threads: 3)
            workers.forEach(3) { _, _ in }
        }
        for _ in 0..<200 { _ = Workers(threads: 2) }
    }

    @Test func aNestedCallFails() async {
        await #expect(processExitsWith: .failure) {
            let workers = Workers(threads: 1)
            workers.forEach(1) { _, _ in workers.forEach(1) { _, _ in } }
        }
    }
}
