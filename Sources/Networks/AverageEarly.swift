import Architectures

/// A global average of convolutions is a convolution of averages, because nothing between is nonlinear.
/// With x [h, w, c], zero outside, and h' x w' outputs:
///
///     mean[o] = sum over c of p[o][c] * (sum over taps t of k[c][t] * sums[c][t]) / (h' w')
///     sums[c][t] = sum over the outputs of the x[c] that each meets at tap t          the kernel `window_sums`
///
/// Without a depthwise kernel k there is one tap of weight 1.
///
/// Taken with given statistics (a batch norm in between is then linear too), where a global average without a ReLU
/// reads a separable convolution of stride 1 or a 1x1 convolution that nothing else on the way to this average reads.
/// Its stage becomes one of kind `averaged`, [1, 1, c'], and the global average one of kind `averageOfMeans`. Cost: one
/// pass over what the convolution reads, and the multiply-adds of one pixel.
///
/// What other children read does not count, or a score would depend on the children scored beside it: where one of them
/// needs the convolution's values, both stages run.
func averageEarly(_ stages: inout [Stage], plan: Plan) {
    // Looked at as they were: stages already rewritten read averages that no stage of the plan writes.
    let original = Dictionary(uniqueKeysWithValues: stages.map { ($0.node, $0) })
    /// By convolution: the node its average is known by.
    var means: [Int: Int] = [:]
    for (index, stage) in stages.enumerated() where stage.kind == .globalAveragePool && !stage.views[0].relu {
        var read: Set<Int> = []
        var open = stage.buffers
        while let node = open.popFirst() {
            open.formUnion(original[node]!.buffers.subtracting(read))
            read.formUnion(original[node]!.buffers)
        }
        let averaged = stage.buffers.subtracting(read).filter { original[$0]!.isAveragedEasily }
        for node in averaged.sorted() where means[node] == nil { means[node] = plan.nodes.count + means.count }
        var view = stage.views[0]
        for s in view.segments.indices {
            for t in view.segments[s].terms.indices where averaged.contains(view.segments[s].terms[t].buffer) {
                view.segments[s].terms[t].buffer = means[view.segments[s].terms[t].buffer]!
            }
        }
        stages[index] = stage.with(.averageOfMeans(Set(averaged.map { means[$0]! })), views: [view])
    }
    let read = stages.reduce(into: Set(plan.outputs)) { $0.formUnion($1.buffers) }
    let terms = Set(stages.flatMap(\.views).flatMap(\.segments).flatMap(\.terms))
    func norms(over node: Int) -> [Int] { terms.filter { $0.buffer == node }.compactMap(\.norm).sorted() }
    stages = stages.flatMap { stage -> [Stage] in
        guard let mean = means[stage.node] else { return [stage] }
        var whole = stage
        var average = stage.with(
            .averaged(stage.window), node: mean,
            shape: FeatureShape(channels: stage.shape.channels, height: 1, width: 1))
        whole.norms = norms(over: stage.node)
        average.norms = norms(over: mean)
        return read.contains(stage.node) ? [whole, average] : [average]
    }
}

extension Stage {
    /// The nodes whose values it reads.
    var buffers: Set<Int> { Set(views.flatMap { $0.segments.flatMap { $0.terms.map(\.buffer) } }) }

    fileprivate var isAveragedEasily: Bool {
        switch kind {
        case .separable(let window): window.stride == 1
        case .convolution(let window): window == Window(kernel: 1)
        default: false
        }
    }

    /// The same stage but for what is named; `folds` also becomes its only norm.
    func with(
        _ kind: Kind, node: Int? = nil, views: [View]? = nil, shape: FeatureShape? = nil, folds: Int? = nil
    ) -> Stage {
        Stage(
            kind: kind, node: node ?? self.node, views: views ?? self.views, inputShapes: inputShapes,
            shape: shape ?? self.shape, slots: slots, norms: folds.map { [$0] } ?? norms, folds: folds ?? self.folds)
    }

    /// Pixels of the image an averaged stage would have written.
    var averagedPixels: Int {
        let lost = window.dilation * (window.kernel - 1) - 2 * window.padding
        return (inputShapes[0].height - lost) * (inputShapes[0].width - lost)
    }
}
