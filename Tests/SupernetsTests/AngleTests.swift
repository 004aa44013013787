import Architectures
import Foundation
import Networks
import Supernets
import Testing

/// Weight angles against paths written out one by one, and what they promise.
@Suite struct AngleTests {
    private struct Row: Decodable {
        let space: String
        let child: String
        let paths: Int
        let angle: Double
    }

    private static func rows(_ space: String) throws -> [Row] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/angles.json")
        return try JSONDecoder().decode([Row].self, from: Data(contentsOf: file)).filter { $0.space == space }
    }

    /// What `make_angles.py` takes as the initial weights.
    private func initial(_ supernet: Supernet) -> SharedWeights {
        let weights = SharedWeights(layout: supernet.layout, arenas: 1, seed: 0)
        for (index, parameter) in supernet.layout.parameters.enumerated() {
            let target = weights.values(WeightSlot(arena: 0, parameter: index))
            let (now, other) = (Formula.start(parameter), Formula.start(parameter, as: "other/" + parameter.name))
            for k in now.indices { target[k] = now[k] + 0.5 * other[k] }
        }
        return weights
    }

    private func subject(_ space: String, groups: [[String]]? = nil) throws -> Subject {
        let (fixture, _) = try Fixture.load(space)
        return try Subject(fixture, groups: groups ?? [try Self.rows(space).map(\.child)])
    }

    @Test(arguments: ["deeper-insights", "nas-bench-201"])
    func anglesAreThoseOfThePathsWrittenOut(space: String) throws {
        let subject = try subject(space)
        let rows = try Self.rows(space)
        #expect(rows.count >= 4)
        var worst = 0.0
        for row in rows {
            let child = try subject.child(row.child)
            let angle = try WeightAngles(subject.supernet, initial: initial(subject.supernet)).angle(of: child)
            #expect(abs(angle - row.angle) <= 1e-12, "\(row.child): \(angle), expected \(row.angle)")
            worst = max(worst, abs(angle - row.angle))
        }
        Report.add("weight angle \(space)", worst)
    }

    /// Of the four paths of a cell 0->3, 0->1->3, 0->2->3 and 0->1->2->3, which run through the one convolution.
    @Test(arguments: [("211111", 0.5), ("112111", 0.25), ("111211", 0.25), ("111112", 0.5), ("111012", 2.0 / 3)])
    func pathsAreCounted(label: String, share: Double) throws {
        let shares = try shares(label)
        let edges = shares.filter { $0.layer == .convolution(Window(kernel: 1), output: 8) }
        #expect(edges.map(\.share) == [share])
        // The stem, the last norm and the head.
        #expect(shares[1].share == 1 && shares.suffix(4).allSatisfy { $0.share == 1 })
    }

    @Test func aPathThroughAZeroIsNone() throws {
        // Nothing reaches node 3; then only by 0->3, beside a convolution of zeros on 1->3.
        #expect(try shares("001000").allSatisfy { $0.share == 0 })
        let shares = try shares("000120")
        let edges = shares.filter { $0.layer == .convolution(Window(kernel: 1), output: 8) }
        #expect(edges.count == 1 && edges[0].share == 0)
        #expect(shares[1].share == 1)
    }

    private func shares(_ label: String) throws -> [(layer: Layer, share: Double)] {
        let subject = try subject("nas-bench-201", groups: [[label]])
        let plan = try subject.supernet.plan(of: [subject.child(label)])
        return Array(zip(plan.nodes.map(\.layer), PathShares(plan.nodes, output: plan.outputs[0]).share))
    }

    /// The number of paths of six hundred cells with four each is no finite number; the shares are.
    @Test func deepNetworksHaveSharesToo() throws {
        let space = try SearchSpace.builtIn("nas-bench-201").with(parameters: ["channels": 1, "cells": 200])
        let graph = try space.graph(
            of: try space.child(label: "111211"), input: FeatureShape(channels: 3, height: 8, width: 8), classes: 10)
        var plan = Plan()
        plan.add(graph) { _ in WeightSlot(arena: 0, parameter: 0) }
        let shares = zip(plan.nodes, PathShares(plan.nodes, output: plan.outputs[0]).share)
        let edges = shares.filter { $0.0.layer == .convolution(Window(kernel: 1), output: 1) }
        #expect(edges.count == 200 && edges.allSatisfy { $0.1 == 0.25 })
    }

    /// Fresh weights have not turned, and drawing them again from the seed gives those very weights.
    @Test func freshWeightsHaveNoAngleAndTrainedOnesDo() throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let labels = ["111", "234", "434"]
        let formula = try Subject(fixture, groups: [labels])
        let children = try labels.map { try formula.child($0) }
        let supernet = try Supernet(
            space: formula.supernet.space, dataset: formula.supernet.dataset, sharing: .all(children),
            engine: formula.supernet.engine, batch: 16, seed: 5)
        for child in children { #expect(try WeightAngles(supernet, seed: 5).angle(of: child) == 0) }
        let other = try WeightAngles(supernet, seed: 6).angle(of: children[1])
        #expect(abs(other - .pi / 2) < 0.1, "independent weights stand upright: \(other)")
        _ = try supernet.step(
            [children[1]], batch: formula.batch(0, 16),
            optimizer: Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .skip), rate: 0.1, normMomentum: 0.4)
        let trained = try children.map { try WeightAngles(supernet, seed: 5).angle(of: $0) }
        #expect(trained.allSatisfy { $0 > 0 && $0 < 0.5 }, "\(trained)")
        // 234's own operators have turned too, those of 111 only through what both share.
        #expect(trained[1] != trained[0])
    }

    /// A child is measured by the weights of its own group.
    @Test func everyGroupHasItsOwnAngles() throws {
        let subject = try subject("deeper-insights", groups: [["111", "234"], ["414", "343"]])
        let initial = initial(subject.supernet)
        subject.set(arena: 1) { parameter in
            let start = WeightSlot(arena: 0, parameter: subject.supernet.layout.index(parameter))
            return (0..<parameter.count).map { initial.values(start)[$0] }
        }
        let angles = WeightAngles(subject.supernet, initial: initial)
        #expect(try angles.angle(of: subject.child("414")) == 0)
        #expect(try angles.angle(of: subject.child("343")) == 0)
        let expected = try #require(try Self.rows("deeper-insights").first { $0.child == "234" })
        #expect(abs(try angles.angle(of: subject.child("234")) - expected.angle) <= 1e-12)
    }

    @Test func meansByChoiceAreThoseOfTheChildrenThatHaveIt() throws {
        let subject = try subject("deeper-insights")
        let rows = try Self.rows("deeper-insights")
        let table = try WeightAngles(subject.supernet, initial: initial(subject.supernet))
            .byChoice(children: rows.map { try subject.child($0.child) })
        for slot in 0..<3 {
            for choice in 0..<4 {
                let having = rows.filter { Array($0.child)[slot] == Character("\(choice + 1)") }.map(\.angle)
                if having.isEmpty {
                    #expect(table[slot][choice] == nil)
                } else {
                    let mean = try #require(table[slot][choice])
                    #expect(abs(mean - having.reduce(0, +) / Double(having.count)) <= 1e-12)
                }
            }
        }
        #expect(table.joined().contains { $0 == nil } && table.joined().contains { $0 != nil })
    }
}
