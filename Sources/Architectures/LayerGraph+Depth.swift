extension LayerGraph {
    /// The most layers with weights (convolutions, depthwise ones, linear layers; no batch norms) on any way from the image
    /// to the logits. A separable operator of two depthwise and two 1x1 convolutions counts four; a pooling none.
    ///
    /// - Cost: one look at each node.
    package var depth: Int {
        var depths: [Int] = []
        depths.reserveCapacity(nodes.count)
        for node in nodes {
            let own =
                switch node.layer {
                case .convolution, .depthwise, .linear: 1
                default: 0
                }
            depths.append((node.inputs.map { depths[$0] }.max() ?? 0) + own)
        }
        return depths.last ?? 0
    }
}
