import Architectures

/// A global average of convolutions is a convolution of averages, because nothing between is nonlinear:
/// mean over pixels of pw(dw(x)) = pw(sum over taps of dw[tap] * mean over pixels of x shifted by the tap).
///
/// Taken with given statistics (a batch norm in between is then linear too), where a separable or 1x1 convolution of
/// stride 1 is read by global averages only. The stage then writes one pixel and costs one pass over what it reads.
func averageEarly(_ stages: inout [Stage], outputs: [Int]) {
    var kept = Set(outputs)
    var averages: [Int] = []
    for (index, stage) in stages.enumerated() {
        if stage.kind == .globalAveragePool && !stage.views[0].relu {
            averages.append(index)
        } else {
            kept.formUnion(stage.buffers)
        }
    }
    let read = Set(averages.flatMap { stages[$0].buffers }).subtracting(kept)
    var means: Set<Int> = []
    for (index, stage) in stages.enumerated() where read.contains(stage.node) {
        switch stage.kind {
        case .separable(let window), .convolution(let window):
            guard window.stride == 1, stage.slots.count == 2 || window == Window(kernel: 1) else { continue }
            stages[index] = Stage(
                kind: .averaged(window), node: stage.node, views: stage.views, inputShapes: stage.inputShapes,
                shape: FeatureShape(channels: stage.shape.channels, height: 1, width: 1), slots: stage.slots,
                norms: stage.norms)
            means.insert(stage.node)
        default: continue
        }
    }
    for index in averages {
        let stage = stages[index]
        stages[index] = Stage(
            kind: .averageOfMeans(means.intersection(stage.buffers)), node: stage.node, views: stage.views,
            inputShapes: stage.inputShapes, shape: stage.shape, slots: stage.slots, norms: stage.norms)
    }
}

extension Stage {
    /// The nodes whose values it reads.
    var buffers: Set<Int> { Set(views.flatMap { $0.segments.flatMap { $0.terms.map(\.buffer) } }) }

    /// Pixels of the image an averaged stage would have written.
    var averagedPixels: Int {
        let lost = window.dilation * (window.kernel - 1) - 2 * window.padding
        return (inputShapes[0].height - lost) * (inputShapes[0].width - lost)
    }
}
