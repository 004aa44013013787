import Architectures
import Datasets
import Networks
import Supernets
import Tensors
import Testing

/// Results do not depend on threads, on the order lanes are handed out, or on what is scored together.
@Suite struct SameBytesTests {
    private static let small = ["deeper-insights", "nas-bench-201"]

    /// Seven steps, one of them with two children and one on a short batch, and a scoring.
    private func run(_ name: String, threads: Int, shuffle: UInt64?) throws -> ([[UInt8]], [Score]) {
        let (fixture, _) = try Fixture.load(name)
        let subject = try Subject(fixture, test: 40, engine: Subject.engine(threads: threads, shuffle: shuffle))
        _ = try subject.train(fixture, "decay", steps: 4)
        _ = try subject.train(fixture, "pair", steps: 2)
        let children = try fixture.cycle.map { try subject.child($0) }
        _ = try subject.supernet.step(
            [children[0]], batch: subject.batch(3, 5),
            optimizer: Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .decay), rate: 0.02, normMomentum: 0.4)
        let scores = try NormStatistics.allCases.flatMap {
            try Evaluator(subject.supernet).score(
                children, on: subject.supernet.dataset.batches(of: .test, batch: 16), statistics: $0,
                calibration: [subject.batch(0, 16), subject.batch(16, 9)]
            ).scores
        }
        return (subject.bytes, scores)
    }

    @Test(arguments: small)
    func threadsAndLaneOrderChangeNothing(name: String) throws {
        let expected = try run(name, threads: 1, shuffle: nil)
        for (threads, shuffle) in [(1, 5), (2, nil), (2, 11), (4, nil), (4, 7), (4, 8)] as [(Int, UInt64?)] {
            let found = try run(name, threads: threads, shuffle: shuffle)
            #expect(found.0 == expected.0, "\(threads) threads, order \(shuffle ?? 0): the state differs")
            #expect(found.1 == expected.1, "\(threads) threads, order \(shuffle ?? 0): scores differ")
        }
    }

    /// Every level's pools, dense 3x3 and strided reductions at 16 to 64 channels, on batches no lane divides: 37 images over
    /// 16 lanes, then 7, so that some lanes are empty.
    @Test(arguments: Kernels.Level.allCases)
    func unevenBatchesOfWideNetsToo(level: Kernels.Level) throws {
        guard let kernels = Kernels(level) else { return }
        func run(_ threads: Int, _ shuffle: UInt64?) throws -> ([[UInt8]], [Score]) {
            let space = try SearchSpace.builtIn("nas-bench-201").with(parameters: ["channels": 16, "cells": 1])
            let children = try ["333333", "444444", "341243"].map { try space.child(label: $0) }
            BLAS.pinToOneThread()
            let supernet = try Supernet(
                space: space, dataset: Formula.dataset(classes: 10, side: 12, training: 37, test: 21),
                sharing: Sharing(groups: [children]),
                engine: Engine(kernels: kernels, workers: Workers(threads: threads, shuffle: shuffle)), batch: 37,
                seed: 3)
            let optimizer = Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .decay)
            for (child, count) in zip(children, [37, 7, 37]) {
                _ = try supernet.step(
                    [child], batch: Batch(role: .train, indices: Array(0..<count)), optimizer: optimizer, rate: 0.02,
                    normMomentum: 0.4)
            }
            let scores = try NormStatistics.allCases.flatMap {
                try Evaluator(supernet).score(
                    children, on: supernet.dataset.batches(of: .test, batch: 19), statistics: $0,
                    calibration: [Batch(role: .train, indices: Array(0..<23))]
                ).scores
            }
            return (supernet.weights.blobs().map(\.bytes), scores)
        }
        let expected = try run(1, nil)
        for (threads, shuffle) in [(2, nil), (3, 11)] as [(Int, UInt64?)] {
            let found = try run(threads, shuffle)
            #expect(found.0 == expected.0, "\(level), \(threads) threads: the state differs")
            #expect(found.1 == expected.1, "\(level), \(threads) threads: scores differ")
        }
    }

    /// All 64 children at once, in any order, and one by one.
    @Test(arguments: NormStatistics.allCases)
    func scoringTogetherIsScoringOneByOne(statistics: NormStatistics) throws {
        let (fixture, tensors) = try Fixture.load("deeper-insights")
        let labels = (0..<64).map { "\($0 / 16 + 1)\($0 / 4 % 4 + 1)\($0 % 4 + 1)" }
        let subject = try Subject(fixture, groups: [labels], test: 24)
        subject.set { tensors["state/\($0.name)"] }
        let batches = subject.supernet.dataset.batches(of: .test, batch: 16)
        let evaluator = Evaluator(subject.supernet)
        func scores(_ children: [Child]) throws -> [Score] {
            try evaluator.score(
                children, on: batches, statistics: statistics, calibration: [subject.batch(0, 16)]
            ).scores
        }
        let children = try labels.map { try subject.child($0) }
        let together = try scores(children)
        #expect(try scores(children.reversed()) == together.reversed())
        for (child, score) in zip(children, together) {
            #expect(try scores([child]) == [score], "child \(subject.supernet.space.label(of: child))")
        }
    }

    /// Children that share little: another merged plan, with constants and dead ends in it.
    @Test func scoringTogetherIsScoringOneByOneWithZerosAndSkips() throws {
        let (fixture, tensors) = try Fixture.load("nas-bench-201")
        let labels = ["000000", "111111", "023142", "321043", "444444", "103421", "234120", "001000", "333333"]
        let subject = try Subject(fixture, groups: [labels], test: 24)
        subject.set { tensors["state/\($0.name)"] }
        let batches = subject.supernet.dataset.batches(of: .test, batch: 16)
        let children = try labels.map { try subject.child($0) }
        for statistics in [NormStatistics.batch, .running] {
            let evaluator = Evaluator(subject.supernet)
            let together = try evaluator.score(children, on: batches, statistics: statistics)
            for (child, score) in zip(children, together.scores) {
                let alone = try evaluator.score([child], on: batches, statistics: statistics).scores
                #expect(alone == [score], "child \(subject.supernet.space.label(of: child))")
            }
        }
    }

    /// Scoring reads weights and statistics, and a calibration leaves no trace.
    @Test(arguments: NormStatistics.allCases)
    func scoringChangesNoState(statistics: NormStatistics) throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let subject = try Subject(fixture, test: 20)
        _ = try subject.train(fixture, "decay", steps: 2)
        let before = subject.bytes
        _ = try Evaluator(subject.supernet).score(
            [subject.child("434"), subject.child("111")],
            on: subject.supernet.dataset.batches(of: .test, batch: 16), statistics: statistics,
            calibration: [subject.batch(0, 16)])
        #expect(subject.bytes == before)
    }

    /// Blobs put back give the same state, and the same steps from there.
    @Test func stateGoesThroughBlobsUnchanged() throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let first = try Subject(fixture)
        _ = try first.train(fixture, "decay", steps: 3)
        let second = try Subject(fixture)
        let blobs = first.supernet.weights.blobs()
        #expect(second.supernet.weights.restore { name in blobs.first { $0.name == name }!.bytes })
        #expect(second.bytes == first.bytes)
        _ = try first.train(fixture, "decay", steps: 2)
        _ = try second.train(fixture, "decay", steps: 2)
        #expect(second.bytes == first.bytes)
        #expect(!second.supernet.weights.restore { _ in [0] })
    }
}
