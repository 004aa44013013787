extension Stage {
    /// How the stage is computed, in a few words: which algorithm its shapes and the passes chose.
    var path: String {
        switch kind {
        case .input: "given"
        case .zero: "fill"
        case .copy, .concatenation: "copy"
        case .convolution: inPhases ? "direct, gradient in phases" : "direct"
        case .depthwise, .maxPool, .averagePool, .globalAveragePool: "direct"
        case .winograd: "Winograd F(4x4, 3x3)"
        case .separable: "depthwise in cache"
        case .averaged: "averaged first, then one pixel"
        case .averageOfMeans: "average of averages"
        case .collapsed: "direct, two convolutions as one"
        case .linear: "OpenBLAS"
        }
    }
}
