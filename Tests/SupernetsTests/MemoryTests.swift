import Architectures
import Datasets
import Foundations
import Networks
import Supernets
import Tensors
import Testing

/// Memory is counted before it is taken.
@Suite struct MemoryTests {
    private func supernet(batch: Int, side: Int = 16, engine: Engine) throws -> (Supernet, Child) {
        let space = try SearchSpace.builtIn("deeper-insights").with(parameters: ["channels": 4, "cells": 1])
        let child = try space.child(label: "111")
        let supernet = try Supernet(
            space: space, dataset: Formula.dataset(classes: 10, side: side, training: 4, test: 1),
            sharing: Sharing(groups: [[child]]), engine: engine, batch: batch, seed: 1)
        return (supernet, child)
    }

    private let optimizer = Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .decay)

    /// More than can be had, more than can be counted, and far beyond.
    @Test(arguments: [1 << 24, 1 << 40, 1 << 56, Int.max]) func aBatchTooLargeIsRefused(batch: Int) throws {
        let (supernet, child) = try supernet(batch: batch, engine: Subject.engine(threads: 1))
        let images = Batch(role: .train, indices: [0, 1])
        let error = #expect(throws: SharingError.self) {
            _ = try supernet.step([child], batch: images, optimizer: optimizer, rate: 0.01, normMomentum: 0.4)
        }
        #expect(error?.exitCode == .recipe)
        #expect(error?.message.hasPrefix("the network with \(batch) images at once needs ") == true)
        #expect(error?.message.hasSuffix(" MB are available") == true, "\(error?.message ?? "")")
    }

    /// What an engine holds already is not asked for again, and what it says it needs is what it takes.
    @Test func whatIsNeededIsWhatIsTaken() throws {
        let engine = Subject.engine(threads: 2)
        let (supernet, child) = try supernet(batch: 4, engine: engine)
        let plan = try supernet.plan(of: [child])
        let program = Program(plan: plan, passes: .all, training: true, capacity: 4)
        let first = try #require(engine.bytesNeeded(by: program))
        #expect(first >= 4 * program.arenaCount)
        _ = Run(engine: engine, program: program, weights: supernet.weights)
        #expect(engine.bytesNeeded(by: program) == 0)
        let larger = Program(plan: plan, passes: .all, training: true, capacity: 8)
        #expect(engine.bytesNeeded(by: larger) == 4 * (larger.arenaCount - program.arenaCount))
        #expect(engine.bytesNeeded(by: program, copies: Int.max) == nil)
    }
}
