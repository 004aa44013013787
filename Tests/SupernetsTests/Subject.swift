import Architectures
import Datasets
import Foundations
import Networks
import Supernets
import Tensors

/// A supernet with weights by formula, at the sizes of a fixture.
struct Subject {
    let supernet: Supernet

    static func engine(threads: Int = 1, shuffle: UInt64? = nil) -> Engine {
        BLAS.pinToOneThread()
        return Engine(kernels: .best(), workers: Workers(threads: threads, shuffle: shuffle))
    }

    /// - Parameter groups: labels of each group; nil puts all the fixture's children into one.
    init(
        _ fixture: Fixture, groups: [[String]]? = nil, training: Int? = nil, test: Int = 16,
        engine: Engine = Subject.engine(), passes: Passes = .all,
        common: CommonParameters = .none, open: Bool = false
    ) throws {
        let space = try SearchSpace.builtIn(fixture.space)
            .with(parameters: ["channels": fixture.channels, "cells": fixture.cells])
        let labels = groups ?? [Array(Set(fixture.cycle + fixture.gradient.keys + fixture.scoredLabels))]
        supernet = try Supernet(
            space: space,
            dataset: Formula.dataset(
                classes: fixture.classes, side: fixture.side,
                training: training ?? max(fixture.first + fixture.steps * fixture.batch, 800), test: test),
            sharing: open
                ? .open(Restriction(space))
                : Sharing(groups: labels.map { try $0.map { try space.child(label: $0) } }, common: common),
            engine: engine,
            passes: passes, batch: fixture.batch, seed: 1)
        for arena in supernet.weights.arenas.indices { set(arena: arena) { Formula.start($0) } }
    }

    /// Sets every parameter for which `values` has some.
    func set(arena: Int = 0, _ values: (Parameter) -> [Float]?) {
        for (index, parameter) in supernet.layout.parameters.enumerated() {
            guard let source = values(parameter) else { continue }
            require(source.count == parameter.count, "\(parameter.name): \(source.count) values")
            let target = supernet.weights.values(WeightSlot(arena: arena, parameter: index))
            for (k, value) in source.enumerated() { target[k] = value }
        }
    }

    func child(_ label: String) throws -> Child { try supernet.space.child(label: label) }

    /// Training images one after the other.
    func batch(_ first: Int, _ count: Int) -> Batch { Batch(role: .train, indices: Array(first..<first + count)) }

    /// The gradients of the last step, by name.
    func gradients() -> [String: [Float]] {
        var result: [String: [Float]] = [:]
        for (index, parameter) in supernet.layout.parameters.enumerated() where parameter.role.isLearnt {
            let pointer = supernet.weights.gradient(WeightSlot(arena: 0, parameter: index))
            result[parameter.name] = (0..<parameter.count).map { pointer[$0] }
        }
        return result
    }

    /// The losses of the fixture's steps: `decay`, `skip`, or `pair` (two children a step, unsampled ones skipped).
    func train(_ fixture: Fixture, _ variant: String, steps: Int) throws -> [[Double]] {
        let optimizer = Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: variant == "decay" ? .decay : .skip)
        return try (0..<steps).map { step in
            let children = try (0..<(variant == "pair" ? 2 : 1)).map {
                try child(fixture.cycle[(step + $0) % fixture.cycle.count])
            }
            return try supernet.step(
                children, batch: batch(fixture.first + step * fixture.batch, fixture.batch), optimizer: optimizer,
                rate: fixture.rate, normMomentum: 0.4
            ).losses
        }
    }

    /// Every byte of the state.
    var bytes: [[UInt8]] { supernet.weights.blobs().map(\.bytes) }
}

extension Fixture {
    var scoredLabels: [String] { Array(Set(scores.keys.map { String($0.prefix { $0 != "/" }) })) }
}
