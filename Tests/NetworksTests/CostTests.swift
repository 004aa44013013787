import Architectures
import Networks
import Testing

@Suite struct CostTests {
    private static let image = FeatureShape(channels: 3, height: 32, width: 32)

    private func program(_ label: String, _ passes: Passes, training: Bool) throws -> Program {
        let space = try SearchSpace.builtIn("deeper-insights")
        let graph = try space.graph(of: space.child(label: label), input: Self.image, classes: 10)
        var plan = Plan()
        var known: [String: Int] = [:]
        plan.add(graph) { parameter in
            known[parameter.name] = known[parameter.name] ?? known.count
            return WeightSlot(arena: 0, parameter: known[parameter.name]!)
        }
        return Program(plan: plan, passes: passes, training: training, capacity: 1)
    }

    /// The layers of all stages are the layers of the plan, whatever was fused; and inference executes what it says.
    @Test(arguments: ["111", "222", "333", "444", "234"])
    func stagesCoverThePlan(label: String) throws {
        for passes in [Passes.all, []] + Passes.table.map({ Passes.all.subtracting($0.pass) }) {
            let inference = try program(label, passes, training: false)
            #expect(inference.summary.reduce(0) { $0 + $1.direct } == inference.plan.multiplyAdds)
            #expect(inference.cost.forward <= inference.plan.multiplyAdds)
            #expect(inference.cost.backward == 0 && inference.cost.backwardBytes == 0)
        }
    }

    /// Without rewrites a training step is the forward pass twice more, but for the gradient of the image.
    @Test func thePlainStepIsThreeForwardPasses() throws {
        let plain = try program("333", [], training: true)
        let forward = plain.plan.multiplyAdds
        #expect(plain.cost.forward == forward)
        #expect(plain.cost.backward == 2 * forward - 32 * 32 * 27 * 48)
    }

    /// The stem's second convolution, 48 -> 48 on 32x32, is not collapsed: 64 tiles of 36 products instead of 144.
    @Test func winogradTakesAQuarter() throws {
        let passes = Passes.all.subtracting(.collapse)
        let stage = try #require(
            try program("111", passes, training: true).summary.first { $0.path.contains("Winograd") })
        #expect(stage.direct == 1024 * 9 * 48 * 48)
        #expect(stage.cost.forward == 64 * 36 * 48 * 48 && stage.cost.backward == 2 * stage.cost.forward)
    }

    /// A separable 5x5 of 16 channels on 32x32, read through ReLU and one batch norm, written for one.
    @Test func aFusedStage() throws {
        let stage = try #require(
            try program("333", .all, training: true).summary.first { $0.name.hasPrefix("separable") })
        #expect(stage.name == "separable 5x5, 16 -> 16, 32x32" && stage.onLoad == "relu(norm)")
        let (depthwise, pointwise) = (1024 * 16 * 25, 1024 * 16 * 16)
        #expect(stage.direct == depthwise + pointwise && stage.cost.forward == stage.direct)
        // Recomputed depthwise, two gradients of each.
        #expect(stage.cost.backward == 3 * depthwise + 2 * pointwise)
        // x in, z out; then x, dy and z in, dx out. The stage is not the last reader of its input, whose sums others take.
        let buffer = 4 * 1024 * 16
        #expect(stage.cost.forwardBytes == 2 * buffer)
        #expect(stage.cost.backwardBytes >= 4 * buffer && stage.cost.backwardBytes <= 6 * buffer)
    }

    /// Every pass lowers what is moved or executed, where it changes anything.
    @Test func passesPay() throws {
        let all = try program("333", .all, training: true).cost
        var unchanged: [String] = []
        for (name, pass) in Passes.table {
            let without = try program("333", Passes.all.subtracting(pass), training: true).cost
            if without == all { unchanged.append(name) }
            #expect(without == all || without.bytes > all.bytes || without.multiplyAdds > all.multiplyAdds, "\(name)")
        }
        // With its stem collapsed the net has no 3x3 convolution left; it has no stride, and this is no scoring.
        #expect(unchanged == ["winograd", "phases", "average-early", "fold-norms"])
    }
}
