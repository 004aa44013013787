import Architectures
import CAllocations
import Datasets
import Foundations
import Glibc
import Networks
import Supernets
import Synchronization
import Tensors
import Testing

/// A child that has been trained twice is trained on without asking the system for memory.
///
/// Counted on the threads of the engine's workers alone, so that tests beside this one do not disturb it.
@Suite struct AllocationTests {
    /// Calls and bytes of one step of a child that was trained before.
    private func allocations(
        _ space: String, _ label: String, batch: Int, channels: Int, cells: Int, threads: Int
    ) throws -> esp_allocations {
        let space = try SearchSpace.builtIn(space).with(parameters: ["channels": channels, "cells": cells])
        let child = try space.child(label: label)
        let supernet = try Supernet(
            space: space, dataset: Formula.dataset(classes: 10, side: 16, training: batch, test: 1),
            sharing: Sharing(groups: [[child]]), engine: Subject.engine(threads: threads), batch: batch, seed: 1)
        let optimizer = Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .decay)
        let images = Batch(role: .train, indices: Array(0..<batch))
        let workers = supernet.engine.workers
        func step() throws {
            _ = try supernet.step([child], batch: images, optimizer: optimizer, rate: 0.01, normMomentum: 0.4)
        }
        for _ in 0..<3 { try step() }
        // The least of three steps: now and then OpenBLAS takes one more of its buffers because another test calls it at
        // the same moment. What a step itself allocates it allocates in each.
        return try (0..<3).map { _ in try counted(workers, step) }.min { ($0.calls, $0.bytes) < ($1.calls, $1.bytes) }!
    }

    /// What every worker's thread allocates while `body` runs.
    private func counted(_ workers: Workers, _ body: () throws -> Void) throws -> esp_allocations {
        onOthers(workers) { esp_allocations_start() }
        esp_allocations_start()
        try body()
        let seen = esp_allocations_stop()
        let others = Mutex(esp_allocations())
        onOthers(workers) {
            let own = esp_allocations_stop()
            others.withLock { $0 = $0 + own }
        }
        return others.withLock { $0 + seen }
    }

    /// Runs a body on the thread of every worker but the caller's: none takes a second index while another has not begun.
    private func onOthers(_ workers: Workers, _ body: () -> Void) {
        let begun = Atomic(0)
        workers.forEach(workers.threads) { _, worker in
            if worker > 0 { body() }
            begun.add(1, ordering: .releasing)
            while begun.load(ordering: .acquiring) < workers.threads { sched_yield() }
        }
    }

    /// What is left are small lists: 32 bytes for each pass over the images, the step's own result, and the collapsed
    /// stem's double-precision work, which has the size of weights. None grows with the batch beyond labels and losses.
    @Test(
        .enabled(if: esp_allocations_counted() == 1),
        arguments: [
            ("deeper-insights", "111", 64, 15_100), ("deeper-insights", "222", 64, 15_100),
            ("deeper-insights", "333", 64, 15_100), ("deeper-insights", "444", 64, 15_100),
            ("nas-bench-201", "321043", 120, 13_500),
        ])
    func aStepAllocatesNoTensors(name: String, label: String, calls: Int, bytes: Int) throws {
        for threads in [1, 2] {
            let small = try allocations(name, label, batch: 16, channels: 16, cells: 1, threads: threads)
            let large = try allocations(name, label, batch: 64, channels: 16, cells: 1, threads: threads)
            let place = "\(name) \(label), \(threads) threads"
            Report.add("allocations \(place)", Double(small.calls))
            Report.add("allocated bytes \(place)", Double(small.bytes))
            Report.add("largest allocation \(place)", Double(small.largest))
            #expect(small.calls <= calls && small.bytes <= bytes, "\(place): \(small)")
            // Labels and losses are 9 bytes an image; the smallest value of a net is 64.
            #expect(
                large.calls == small.calls && large.bytes - small.bytes <= 48 * 16, "\(place): \(small), \(large)")
        }
    }

    /// Megabytes of the arena that a full-size child trains in, batch 256 at 32x32, as measured, and a little more.
    @Test(arguments: [("111", 320), ("222", 590), ("333", 590), ("444", 372)])
    func arenasStaySmall(label: String, most: Int) throws {
        let space = try SearchSpace.builtIn("deeper-insights")
        let child = try space.child(label: label)
        let supernet = try Supernet(
            space: space, dataset: Formula.dataset(classes: 10, side: 32, training: 1, test: 1),
            sharing: Sharing(groups: [[child]]), engine: Subject.engine(), batch: 256, seed: 1)
        let program = Program(plan: try supernet.plan(of: [child]), passes: .all, training: true, capacity: 256)
        let megabytes = program.arenaCount * 4 / 1_000_000
        Report.add("arena of \(label)", Double(megabytes))
        #expect(megabytes <= most, "\(megabytes) MB")
    }

    /// The counter counts.
    @Test(.enabled(if: esp_allocations_counted() == 1)) func theCounterCounts() {
        esp_allocations_start()
        let buffers = [Buffer(count: 1000), Buffer(count: 1 << 20)]
        let seen = esp_allocations_stop()
        #expect(buffers[1].count == 1 << 20)
        #expect(seen.calls >= 2 && seen.bytes >= 4000 + 4 << 20 && seen.largest >= 4 << 20)
    }

    /// And it counts on a worker's thread of its own.
    @Test(.enabled(if: esp_allocations_counted() == 1)) func theCounterCountsOnOtherThreads() {
        let workers = Workers(threads: 3)
        let seen = Mutex([esp_allocations]())
        onOthers(workers) { esp_allocations_start() }
        onOthers(workers) { #expect(Buffer(count: 1 << 20).count == 1 << 20) }
        onOthers(workers) {
            let own = esp_allocations_stop()
            seen.withLock { $0.append(own) }
        }
        #expect(seen.withLock { $0.map { $0.largest >= 4 << 20 } } == [true, true])
    }
}

extension esp_allocations {
    static func + (a: Self, b: Self) -> Self {
        Self(calls: a.calls + b.calls, bytes: a.bytes + b.bytes, largest: max(a.largest, b.largest))
    }
}
