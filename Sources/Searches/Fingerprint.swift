import Architectures
import Datasets
import Foundation
import Foundations
import Networks
import Supernets
import Tensors

/// What must be equal for a resumed run to give equal bits. Threads and build are recorded elsewhere, never compared.
struct Fingerprint: Codable, Hashable {
    let cpu: String
    let blasCore: String
    let lanes: Int
    let kernels: String
    let passes: [String]
    /// The hash of a fixed tiny training step and forward pass.
    let probe: String

    init(engine: Engine, passes: Passes) throws {
        cpu = Machine.cpu
        blasCore = BLAS.coreName
        lanes = Engine.lanes
        kernels = engine.kernels.level.rawValue
        self.passes = passes.names
        probe = try Fingerprint.probe(engine: engine, passes: passes)
    }

    /// Two training steps of the child that uses the last operator everywhere, in a one-cell net on drawn images, and the
    /// hash of every byte of state after them.
    private static func probe(engine: Engine, passes: Passes) throws -> String {
        let space = try SearchSpace.builtIn("deeper-insights").with(parameters: ["cells": 1])
        let children = ["234", "413"].map { try? space.child(label: $0) }.compactMap { $0 }
        var images = SyntheticRecipe()
        (images.train, images.test, images.side, images.distance) = (16, 1, 8, 4)
        let dataset = try Dataset.synthetic(images)
        let supernet = try Supernet(
            space: space, dataset: dataset, sharing: .all(children), engine: engine, passes: passes, batch: 8, seed: 1)
        let optimizer = Optimizer(momentum: 0.9, weightDecay: 0.001, unsampled: .decay)
        var plan = BatchPlan(count: 16, batch: 8, seeds: Seeds(1), augmentation: .none)
        for (step, child) in children.enumerated() {
            _ = try supernet.step(
                [child], batch: plan.batch(step: step), optimizer: optimizer, rate: 0.1, normMomentum: 0.4)
        }
        var hash = SHA256()
        for blob in supernet.weights.blobs() { hash.update(blob.bytes) }
        return hash.finalize().description
    }

    /// For people, always in the same order.
    var fields: [(name: String, value: String)] {
        [
            ("cpu", cpu), ("OpenBLAS core", blasCore), ("lanes", "\(lanes)"), ("kernels", kernels),
            ("passes", passes.joined(separator: "+")), ("probe", String(probe.prefix(12))),
        ]
    }

    /// The fields in which two fingerprints differ, as `name was, now is`.
    func differences(from recorded: Fingerprint) -> [String] {
        zip(recorded.fields, fields).filter { $0.value != $1.value }.map { was, now in
            "\(was.name) was \(was.value), now is \(now.value)"
        }
    }
}
