import Architectures
import Datasets
import Foundation
import Networks
import Supernets
import Tensors
import Testing

/// Losses of 20 training steps in three paired seeds: the plain plan, which runs every layer by itself, and the engine with
/// all passes, against PyTorch and against the first engine, before it was written anew (`Fixtures/make_curves.py`).
///
/// ESPALIER_CURVES names another file of that form; `make peers` has PyTorch write one at the published size, where the
/// first engine's losses are not known.
@Suite struct CurveTests {
    private struct Curves: Decodable {
        let channels: Int, cells: Int, side: Int, batch: Int, steps: Int
        let rate: Float
        let children: [String]
        /// By seed.
        let losses: [String: [Double]]
        let firstEngine: [String: [Double]]?
    }

    private static let foreign = ProcessInfo.processInfo.environment["ESPALIER_CURVES"]
    private static var isForeign: Bool { foreign != nil }

    private static var path: String {
        foreign
            ?? URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/curves.json").path
    }

    @Test(arguments: 0..<3)
    func oldAndNewEngineFollowPyTorch(pair: Int) throws {
        let curves = try JSONDecoder().decode(Curves.self, from: Data(contentsOf: URL(filePath: Self.path)))
        let seed = curves.losses.keys.sorted()[pair]
        let expected = curves.losses[seed]!
        #expect(expected.count == curves.steps && curves.steps >= 20)
        let old = curves.firstEngine?[seed]
        #expect(old?.count == curves.steps || Self.isForeign)
        let plain = try losses(curves, seed, passes: [])
        let all = try losses(curves, seed, passes: .all)
        for step in 0..<curves.steps {
            let place = "seed \(seed), step \(step): plain \(plain[step]), all \(all[step]), PyTorch \(expected[step])"
            #expect(abs(plain[step] - expected[step]) <= 1e-2 * expected[step], "\(place)")
            #expect(abs(all[step] - expected[step]) <= 1e-2 * expected[step], "\(place)")
            #expect(abs(all[step] - plain[step]) <= 1e-2 * plain[step], "\(place)")
            guard let old = old?[step] else { continue }
            #expect(abs(plain[step] - old) <= 1e-2 * old, "\(place), first engine \(old)")
            #expect(abs(all[step] - old) <= 1e-2 * old, "\(place), first engine \(old)")
        }
        func worst(_ found: [Double], _ wanted: [Double]) -> Double {
            zip(found, wanted).reduce(0) { max($0, abs($1.0 - $1.1) / $1.1) }
        }
        Report.add("curve \(seed), plain to PyTorch", worst(plain, expected))
        Report.add("curve \(seed), all passes to PyTorch", worst(all, expected))
        Report.add("curve \(seed), all passes to plain", worst(all, plain))
        if let old {
            Report.add("curve \(seed), plain to the first engine", worst(plain, old))
            Report.add("curve \(seed), all passes to the first engine", worst(all, old))
        }
    }

    private func losses(_ curves: Curves, _ seed: String, passes: Passes) throws -> [Double] {
        let space = try SearchSpace.builtIn("deeper-insights")
            .with(parameters: ["channels": curves.channels, "cells": curves.cells])
        let children = try curves.children.map { try space.child(label: $0) }
        let first = Int(seed)! * 1000 * curves.batch
        let supernet = try Supernet(
            space: space,
            dataset: Dataset(
                name: "formula",
                training: Formula.images(first..<first + curves.steps * curves.batch, classes: 10, side: curves.side),
                test: Formula.images(0..<1, classes: 10, side: curves.side), holdOut: HoldOut(),
                normalisation: Normalisation(mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25])),
            sharing: Sharing(groups: [children]), engine: Subject.engine(threads: 2), passes: passes,
            batch: curves.batch, seed: 1)
        for (index, parameter) in supernet.layout.parameters.enumerated() {
            let target = supernet.weights.values(WeightSlot(arena: 0, parameter: index))
            for (k, value) in Formula.start(parameter, as: "\(seed)/\(parameter.name)").enumerated() {
                target[k] = value
            }
        }
        let optimizer = Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .decay)
        return try (0..<curves.steps).map { step in
            let images = Batch(role: .train, indices: Array(step * curves.batch..<(step + 1) * curves.batch))
            return try supernet.step(
                [children[step % children.count]], batch: images, optimizer: optimizer, rate: curves.rate,
                normMomentum: 0.4
            ).losses[0]
        }
    }
}
