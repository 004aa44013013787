import Architectures
import Foundations

/// A plan made ready to run: stages in order, and a place in one arena for every buffer.
///
/// Compiled for training (values are kept until their backward pass, gradients have places too) or for inference
/// (a buffer's place is free again after its last reader).
package struct Program: Sendable {
    package let plan: Plan
    package let passes: Passes
    package let isTraining: Bool
    /// `given`: runs in that mode only. `batch`: in either.
    package let statistics: NormMode
    let stages: [Stage]
    /// Of what lies in each buffer.
    let shapeOf: [Int: FeatureShape]
    /// Images the arena has room for.
    package let capacity: Int
    /// The gradient buffers, each shared by all leaves that always receive the same gradient.
    let gradients: [GradientBuffer]
    /// Gradient buffers of a leaf, and the first float of every value and gradient in the arena.
    let gradientOf: [Leaf: Int]
    /// The node whose buffer a batch norm normalises.
    let normInput: [Int: Int]
    let valueOffset: [Int: Int]
    let gradientOffset: [Int]
    /// Floats in the arena.
    package let arenaCount: Int
    /// Of one image; without a backward half where the program is for inference.
    package private(set) var cost = Cost.zero

    struct GradientBuffer: Sendable {
        let shape: FeatureShape
    }

    /// - Cost: proportional to the plan, squared in the number of buffers alive at once.
    ///
    /// - Parameters:
    ///   - statistics: `given` allows rewrites that never compute what batch statistics would be taken of.
    ///   - measuring: run for what batch norms see: what no norm depends on is left out, the logits too.
    package init(
        plan: Plan, passes: Passes, training: Bool, statistics: NormMode = .batch, measuring: Bool = false,
        capacity: Int
    ) {
        require(!training || statistics == .batch && !measuring, "training needs the batch's statistics and logits")
        self.statistics = statistics
        self.plan = plan
        self.passes = passes
        self.capacity = capacity
        isTraining = training
        var stages = Program.lower(plan, passes: passes)
        if statistics == .given && passes.contains(.averageEarly) { averageEarly(&stages, plan: plan) }
        if statistics == .given && passes.contains(.foldNorms) {
            foldNorms(&stages, free: 1 + stages.reduce(plan.nodes.count) { max($0, $1.node) })
        }
        if measuring { stages = Program.feedingNorms(stages) }
        var gradients: [GradientBuffer] = []
        var gradientOf: [Leaf: Int] = [:]
        if training {
            (gradients, gradientOf) = Program.assignGradients(&stages, plan: plan, passes: passes)
        }
        self.gradients = gradients
        self.gradientOf = gradientOf
        self.stages = stages
        shapeOf = Dictionary(uniqueKeysWithValues: stages.map { ($0.node, $0.shape) })
        normInput = Dictionary(
            stages.flatMap { stage in stage.norms.map { ($0, stage.node) } }, uniquingKeysWith: { first, _ in first })
        let memory = Program.placeBuffers(
            stages, plan: plan, gradients: gradients, gradientOf: gradientOf, normInput: normInput, training: training,
            capacity: capacity)
        valueOffset = memory.values
        gradientOffset = memory.gradients
        arenaCount = memory.count
        cost = stages.map { cost(of: $0) }.reduce(.zero, +)
    }

    /// Multiply-adds the forward pass really executes for one image.
    package var executedMultiplyAdds: Int { cost.forward }

    /// The stages that a batch norm sees or that lead to such a one.
    private static func feedingNorms(_ stages: [Stage]) -> [Stage] {
        var needed: Set<Int> = []
        let kept = stages.reversed().filter { stage in
            if case .collapsed = stage.kind { needed.insert(stage.node) }
            guard stage.kind == .input || !stage.norms.isEmpty || needed.contains(stage.node) else { return false }
            needed.formUnion(stage.buffers)
            return true
        }
        return kept.reversed()
    }

    /// Stages in the order of their plan nodes; virtual nodes have none.
    private static func lower(_ plan: Plan, passes: Passes) -> [Stage] {
        let viewer = Viewer(plan: plan, passes: passes)
        var stages: [Stage] = []
        var stageOf: [Int: Int] = [:]
        func append(_ kind: Stage.Kind, _ index: Int, reads: [Int] = [], views: [View]? = nil, slots: [WeightSlot] = [])
        {
            stageOf[index] = stages.count
            stages.append(
                Stage(
                    kind: kind, node: index, views: views ?? reads.map { viewer.views[$0]! },
                    inputShapes: views == nil ? reads.map { plan.nodes[$0].shape } : [plan.nodes[index].shape],
                    shape: plan.nodes[index].shape, slots: slots))
        }
        for (index, node) in plan.nodes.enumerated() where !viewer.isInside(index) {
            switch node.layer {
            case .input: append(.input, index)
            case .zero: append(.zero, index)
            case .convolution(let window, _):
                let input = node.inputs[0]
                if let collapse = viewer.collapsed[index] {
                    append(
                        .collapsed(collapse), index, reads: [collapse.input],
                        slots: plan.nodes[collapse.firstNode].slots + node.slots)
                } else if viewer.insideSeparable.contains(input), case .depthwise(let inner) = plan.nodes[input].layer {
                    append(
                        .separable(inner), index, reads: plan.nodes[input].inputs,
                        slots: plan.nodes[input].slots + node.slots)
                } else {
                    let winograd =
                        passes.contains(.winograd)
                        && Winograd.pays(window, from: plan.nodes[input].shape, to: node.shape)
                    append(
                        winograd ? .winograd(window) : .convolution(window), index, reads: [input], slots: node.slots)
                    stages[stages.count - 1].inPhases = passes.contains(.phases) && Phases.serve(window)
                }
            case .depthwise(let window): append(.depthwise(window), index, reads: node.inputs, slots: node.slots)
            case .maxPool(let window): append(.maxPool(window), index, reads: node.inputs)
            case .averagePool(let window): append(.averagePool(window), index, reads: node.inputs)
            case .globalAveragePool: append(.globalAveragePool, index, reads: node.inputs)
            case .linear: append(.linear, index, reads: node.inputs, slots: node.slots)
            case .concatenation where viewer.views[index]!.plainBuffer == index && viewer.copied[index] == nil:
                append(.concatenation, index, reads: node.inputs)
            case .batchNorm, .relu, .sum, .concatenation: break
            }
            if let view = viewer.copied[index] { append(.copy, index, views: [view]) }
        }
        var normed: Set<Int> = []
        for term in stages.flatMap(\.views).flatMap(\.segments).flatMap(\.terms) {
            guard let norm = term.norm, normed.insert(norm).inserted else { continue }
            stages[stageOf[term.buffer]!].norms.append(norm)
        }
        return stages
    }
}
