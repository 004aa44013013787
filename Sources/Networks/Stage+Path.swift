extension Stage {
    /// How the stage is computed, in a few words: which algorithm its shapes and the passes chose.
    var path: String {
        switch kind {
        case .input: "given"
        case .zero: "fill"
        case .copy, .concatenation: "copy"
        case .convolution, .depthwise, .maxPool, .averagePool, .globalAveragePool: "direct"
        case .winograd: "Winograd F(4x4, 3x3)"
        case .separable: "depthwise in cache"
        case .collapsed: "direct, two convolutions as one"
        case .linear: "OpenBLAS"
        }
    }
}
