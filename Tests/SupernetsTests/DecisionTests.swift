import Architectures
import Datasets
import Networks
import Supernets
import Tensors
import Testing

/// Tiny progressive searches, once with each pass switched off: the same survivors after each decision and the same pick.
///
/// Eight children train in turn; twice the half with the larger loss on held-out images leaves, then all but one. Each run
/// was chosen for its margins, which are checked, and for losses in which no ReLU or maximum flips by rounding, which parts
/// most such small runs by percents; so rounding can move no decision.
@Suite struct DecisionTests {
    struct Search: Sendable, CustomTestStringConvertible {
        let space: String
        let labels: [String]
        let statistics: NormStatistics
        /// Passes this search is here for: without one of them its losses or its work differ.
        let acting: Passes
        let seed: Int
        var rate: Float = 0.01
        /// 16 where concatenations are to fall on blocks.
        var channels = 8
        /// Training steps before a decision.
        var steps = 12

        var testDescription: String { "\(space), \(statistics.rawValue)" }

        static let all = [
            Search(
                space: "deeper-insights", labels: ["111", "222", "333", "444", "123", "234", "341", "412"],
                statistics: .batch, acting: [.collapse, .separable], seed: 22),
            Search(
                space: "deeper-insights", labels: ["111", "222", "333", "444", "123", "234", "341", "412"],
                statistics: .calibrated, acting: [.averageEarly, .foldNorms], seed: 41, rate: 0.03, channels: 16),
            Search(
                space: "nas-bench-201",
                labels: ["333333", "321043", "023142", "444444", "103421", "234120", "301203", "342013"],
                statistics: .batch, acting: [.winograd, .phases], seed: 32, rate: 0.03, steps: 24),
        ]
    }

    private struct Outcome {
        var survivors: [[String]] = []
        /// The smallest gap between neighbours that a decision parts, over their loss.
        var margin = Double.infinity
        /// Of every child of every decision.
        var losses: [Double] = []
        var multiplyAdds = 0
    }

    private func run(_ search: Search, _ passes: Passes) throws -> Outcome {
        let space = try SearchSpace.builtIn(search.space).with(parameters: ["channels": search.channels, "cells": 1])
        var living = try search.labels.map { try space.child(label: $0) }
        let supernet = try Supernet(
            space: space, dataset: Formula.dataset(classes: 10, side: 8, training: 640, test: 128),
            sharing: Sharing(groups: [living]), engine: Subject.engine(), passes: passes, batch: 16, seed: 4)
        for arena in supernet.sharing.groups.indices {
            for (index, parameter) in supernet.layout.parameters.enumerated() {
                let target = supernet.weights.values(WeightSlot(arena: arena, parameter: index))
                for (k, value) in Formula.start(parameter, as: "\(search.seed)/\(parameter.name)").enumerated() {
                    target[k] = value
                }
            }
        }
        let optimizer = Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .decay)
        var outcome = Outcome()
        var step = 0
        for kept in [4, 2, 1] {
            for _ in 0..<search.steps {
                let images = Batch(role: .train, indices: Array(step * 16 % 640..<step * 16 % 640 + 16))
                outcome.multiplyAdds += try supernet.step(
                    [living[step % living.count]], batch: images, optimizer: optimizer, rate: search.rate,
                    normMomentum: 0.4
                ).executedMultiplyAdds
                step += 1
            }
            let result = try Evaluator(supernet).score(
                living, on: supernet.dataset.batches(of: .test, batch: 64), statistics: search.statistics,
                calibration: [Batch(role: .train, indices: Array(0..<64))])
            let losses = result.scores.map(\.loss)
            outcome.losses += losses
            outcome.multiplyAdds += result.executedMultiplyAdds
            let order = living.indices.sorted { losses[$0] < losses[$1] }
            outcome.margin = min(outcome.margin, losses[order[kept]] / losses[order[kept - 1]] - 1)
            living = order.prefix(kept).sorted().map { living[$0] }
            outcome.survivors.append(living.map { space.label(of: $0) })
        }
        return outcome
    }

    @Test(arguments: Search.all)
    func noPassChangesADecision(_ search: Search) throws {
        let plain = try run(search, [])
        #expect(plain.survivors.map(\.count) == [4, 2, 1])
        #expect(plain.margin >= 0.02, "the run no longer has the margins it was chosen for: \(plain.margin)")
        let all = try run(search, .all)
        #expect(all.survivors == plain.survivors, "all passes")
        var margin = min(plain.margin, all.margin)
        for (name, pass) in Passes.table {
            let found = try run(search, Passes.all.subtracting(pass))
            #expect(found.survivors == plain.survivors, "without \(name)")
            margin = min(margin, found.margin)
            let acts = found.losses != all.losses || found.multiplyAdds != all.multiplyAdds
            #expect(acts || search.acting.isDisjoint(with: pass), "\(name) does nothing in this run")
        }
        Report.add("smallest decision margin of \(search.testDescription)", margin)
    }
}
