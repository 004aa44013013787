import Architectures

extension Program {
    /// Gives every leaf that learns a gradient buffer, and every stage the buffers its input gradients go to.
    ///
    /// Two leaves read by exactly the same segments of the same stages always receive the same gradient, so they share a
    /// buffer: the terms of a sum that is never written cost one buffer, not one each.
    static func assignGradients(
        _ stages: inout [Stage], plan: Plan, passes: Passes
    ) -> (buffers: [GradientBuffer], of: [Leaf: Int]) {
        struct Use: Hashable { let stage, view, segment: Int }
        var uses: [Leaf: [Use]] = [:]
        var order: [Leaf] = []
        for (index, stage) in stages.enumerated() {
            for (v, view) in stage.views.enumerated() {
                for (s, segment) in view.segments.enumerated() {
                    for term in segment.terms where learns(term, plan: plan) {
                        if uses[term.leaf] == nil { order.append(term.leaf) }
                        uses[term.leaf, default: []].append(Use(stage: index, view: v, segment: s))
                    }
                }
            }
        }
        var buffers: [GradientBuffer] = []
        var of: [Leaf: Int] = [:]
        var byUses: [[Use]: Int] = [:]
        for leaf in order {
            let key = uses[leaf]!
            if byUses[key] == nil {
                byUses[key] = buffers.count
                buffers.append(GradientBuffer(shape: plan.nodes[leaf.node].shape))
            }
            of[leaf] = byUses[key]!
        }
        // The logits are read by no stage; the loss writes their gradient.
        let logits = Leaf.value(plan.outputs[0])
        if of[logits] == nil {
            of[logits] = buffers.count
            buffers.append(GradientBuffer(shape: plan.nodes[logits.node].shape))
        }
        var written: Set<Int> = [of[logits]!]
        for index in stages.indices.reversed() {
            stages[index].targets = stages[index].views.map { view in
                view.segments.map { segment in
                    // A leaf that stands twice in a sum receives the gradient twice.
                    var seen: [Leaf: Int] = [:]
                    var targets: [Int: Int] = [:]
                    var sequence: [Int] = []
                    for leaf in segment.terms.map(\.leaf) {
                        guard let buffer = of[leaf] else { continue }
                        seen[leaf, default: 0] += 1
                        if seen[leaf]! > targets[buffer, default: 0] {
                            targets[buffer, default: 0] += 1
                            sequence.append(buffer)
                        }
                    }
                    return sequence.map { Stage.Target(gradient: $0, accumulate: !written.insert($0).inserted) }
                }
            }
        }
        if passes.contains(.normSumsOnStore) { reduceOnLastStore(&stages, of: of) }
        return (buffers, of)
    }

    /// The store that completes a gradient, the last one the backward pass makes, also reduces it for its batch norms.
    private static func reduceOnLastStore(_ stages: inout [Stage], of: [Leaf: Int]) {
        var waiting: [Int: [Int]] = [:]
        for (leaf, buffer) in of { if case .norm(let node) = leaf { waiting[buffer, default: []].append(node) } }
        // The backward pass goes through the stages from the last; inside a stage views, segments and targets in order.
        for s in stages.indices {
            for v in stages[s].targets.indices.reversed() {
                for g in stages[s].targets[v].indices.reversed() {
                    for t in stages[s].targets[v][g].indices.reversed() {
                        guard let norms = waiting.removeValue(forKey: stages[s].targets[v][g][t].gradient) else {
                            continue
                        }
                        stages[s].targets[v][g][t].reduces = norms.sorted()
                    }
                }
            }
        }
    }

    /// Images and constant zeros need no gradient.
    private static func learns(_ term: View.Term, plan: Plan) -> Bool {
        guard term.norm == nil else { return true }
        let layer = plan.nodes[term.buffer].layer
        return layer != .input && layer != .zero
    }
}

extension Leaf {
    /// The plan node whose value or normalised value this is.
    var node: Int {
        switch self {
        case .value(let node), .norm(let node): node
        }
    }
}
