import Architectures
import Networks
import Testing

/// Hash-consing: what stands twice is one node.
@Suite struct PlanTests {
    /// The plan of children of a built-in space, groups of them sharing one arena each.
    private func plan(
        _ name: String, _ parameters: [String: Int], _ groups: [[String]], side: Int = 8
    ) throws -> Plan {
        let space = try SearchSpace.builtIn(name).with(parameters: parameters)
        let input = FeatureShape(channels: 3, height: side, width: side)
        var indexOf: [String: Int] = [:]
        for parameter in try space.parameters(input: input, classes: 10) { indexOf[parameter.name] = indexOf.count }
        var plan = Plan()
        for (arena, labels) in groups.enumerated() {
            for label in labels {
                let graph = try space.graph(of: space.child(label: label), input: input, classes: 10)
                plan.add(graph) { WeightSlot(arena: arena, parameter: indexOf[$0.name]!) }
            }
        }
        return plan
    }

    private static let all = (0..<64).map { "\($0 / 16 + 1)\($0 / 4 % 4 + 1)\($0 % 4 + 1)" }

    /// By hand, for the 64 children with full sharing:
    /// - image and stem: 1 + 4;
    /// - first cell: preprocessing 3, one for all. Node 0 is read through one ReLU and one max pool, and by each of two
    ///   edges through 1 (BN of the pool) + 7 + 7 + 3 calls: 2 + 2 * 18 = 38. Each of four nodes 1 likewise by one
    ///   edge: 4 * (2 + 18) = 80. 64 sums, 64 concatenations. Together 249;
    /// - each later cell has 64 inputs: 64 * (3 + 2); operators of 2, 8, 8, 4 calls on three edges: 3 * 16 * 22 = 1056;
    ///   less one ReLU or pool for each of the 10 of 16 pairs of edges from node 0 that share it: 40. Together 1336;
    /// - 64 poolings and 64 linear layers: 128.
    @Test(arguments: [(1, 5 + 249 + 128), (2, 5 + 249 + 1336 + 128), (4, 5 + 249 + 3 * 1336 + 128)])
    func mergedChildrenHaveTheNodesCountedByHand(cells: Int, expected: Int) throws {
        let plan = try plan("deeper-insights", ["cells": cells], [Self.all])
        #expect(plan.nodes.count == expected)
        #expect(plan.outputs.count == 64 && Set(plan.outputs).count == 64)
    }

    @Test func theSameChildTwiceIsOnePlan() throws {
        let once = try plan("deeper-insights", [:], [["434"]])
        let twice = try plan("deeper-insights", [:], [["434", "434"]])
        #expect(once.nodes == twice.nodes && twice.outputs == [once.outputs[0], once.outputs[0]])
        // 5 + 4 cells of 3 + 4 + 8 + 4 + sum + concatenation, less the ReLU of the first node, + 2.
        #expect(try plan("deeper-insights", [:], [["423"]]).nodes.count == 5 + 4 * (3 + 4 + 8 + 8 + 2 - 1) + 2)
    }

    /// Groups have weights of their own: only the image is common, and layer calls without weights on it.
    @Test func groupsShareTheImageOnly() throws {
        let one = try plan("deeper-insights", [:], [["434"]]).nodes.count
        #expect(try plan("deeper-insights", [:], [["434"], ["434"]]).nodes.count == 2 * one - 1)
    }

    /// A plan's cost is the child's, and shared beginnings are counted once.
    @Test func costsAreThoseOfTheDistinctCalls() throws {
        let space = try SearchSpace.builtIn("deeper-insights")
        let input = FeatureShape(channels: 3, height: 32, width: 32)
        let graph = try space.graph(of: space.child(label: "333"), input: input, classes: 10)
        let single = try plan("deeper-insights", [:], [["333"]], side: 32)
        #expect(single.multiplyAdds == graph.multiplyAdds)
        let pair = try plan("deeper-insights", [:], [["333", "332"]], side: 32)
        #expect(pair.multiplyAdds < 2 * single.multiplyAdds)
    }

    /// Sums drop zeros; a sum of nothing else is a zero; what nobody reads is not planned.
    @Test func zerosAndDeadEndsVanish() throws {
        let shape: [String: Int] = ["channels": 8, "cells": 1]
        // Image, zero, batch norm, ReLU, pooling, linear: all before the last cell is dead.
        let none = try plan("nas-bench-201", shape, [["000000"]])
        #expect(none.nodes.count == 6 && none.nodes.filter { $0.layer == .zero }.count == 1)
        // A cell that is one skip adds nothing: image, stem of 2, two reductions of 9, a tail of 4.
        let skip = try plan("nas-bench-201", shape, [["000100"]])
        #expect(skip.nodes.count == 1 + 2 + 2 * 9 + 4 && !skip.nodes.contains { $0.layer == .zero })
        // One more edge adds one pooling and one sum a cell.
        let pooled = try plan("nas-bench-201", shape, [["400110"]])
        #expect(pooled.nodes.count == skip.nodes.count + 3 * 2)
        // Node 1 is zero: a convolution reads it, a sum does not.
        let read = try plan("nas-bench-201", shape, [["023142"]])
        #expect(read.nodes.filter { $0.layer == .zero }.count == 3)
    }
}
