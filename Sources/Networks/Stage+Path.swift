import Architectures

extension Stage {
    /// By which of the ways the engine knows this stage is computed.
    var path: String {
        switch kind {
        case .input: "input"
        case .zero: "constant"
        case .copy, .concatenation: "copy"
        case .convolution, .depthwise, .maxPool, .averagePool, .globalAveragePool: "direct"
        case .separable: "fused"
        case .collapsed: "collapsed"
        case .linear: "OpenBLAS"
        }
    }

    /// What is computed while the stage reads its inputs: `relu(norm + norm)`; segments of channels after one another are
    /// separated by `|`. Empty where a buffer is read as it is.
    var onLoad: String {
        let texts = views.map { view in
            let segments = view.segments.map { segment in
                segment.terms.map { $0.norm == nil ? "x" : "norm" }.joined(separator: " + ")
            }
            let text = segments.joined(separator: " | ")
            return view.relu ? "relu(\(text))" : text
        }
        let text = texts.joined(separator: "; ")
        return text == "x" ? "" : text
    }
}
