import Architectures

/// With given statistics a batch norm is y[o] = scale[o] * z[o] + shift[o], and z[o] a sum with weights w[o]: so it is
/// folded into the stage that makes z, its weights becoming scale[o] * w[o], its bias shift[o], and readers load what
/// is stored.
///
/// Every batch norm over a direct, separable or averaged convolution is folded, whoever else reads z: deciding by the
/// readers would make a child's rounding depend on the children scored beside it. Where z has other readers too, plain
/// or through another norm, the convolution runs once for each of them. Norms over anything else (convolutions by
/// Winograd, collapsed and depthwise ones, pools, copies) are applied on load.
///
/// Cost: nothing an image but the convolutions that run more than once; the weights are scaled when they are packed
/// (``Run/foldedWeights(_:)``).
///
/// - Parameter free: the first number no buffer has, for the results of convolutions that run again.
func foldNorms(_ stages: inout [Stage], free: Int) {
    var free = free
    /// By buffer and norm: the buffer that holds the normalised values.
    var folded: [View.Term: Int] = [:]
    let terms = Set(stages.flatMap(\.views).flatMap(\.segments).flatMap(\.terms))
    stages = stages.flatMap { stage -> [Stage] in
        guard stage.folds == nil, stage.isFoldable, !stage.norms.isEmpty else { return [stage] }
        var plain = stage
        plain.norms = []
        var variants = terms.contains(View.Term(buffer: stage.node, norm: nil)) ? [plain] : []
        for norm in stage.norms {
            let node = variants.isEmpty ? stage.node : free
            if !variants.isEmpty { free += 1 }
            folded[View.Term(buffer: stage.node, norm: norm)] = node
            variants.append(stage.with(stage.kind, node: node, folds: norm))
        }
        return variants
    }
    stages = stages.map { stage in
        let views = stage.views.map { view in
            var view = view
            for s in view.segments.indices {
                view.segments[s].terms = view.segments[s].terms.map { term in
                    folded[term].map { View.Term(buffer: $0, norm: nil) } ?? term
                }
            }
            return view
        }
        guard case .averageOfMeans(let means) = stage.kind else { return stage.with(stage.kind, views: views) }
        // Which terms are means: those whose variants are.
        let renamed = folded.filter { means.contains($0.key.buffer) }.map(\.value)
        return stage.with(.averageOfMeans(means.union(renamed)), views: views)
    }
}

extension Stage {
    fileprivate var isFoldable: Bool {
        switch kind {
        case .convolution, .separable, .averaged: true
        default: false
        }
    }
}
