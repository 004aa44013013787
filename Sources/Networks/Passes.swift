/// The rewrites a plan goes through before it runs. Without any of them every layer call writes its result to memory;
/// each pass changes numbers by rounding only, and makes the run smaller or faster.
///
/// Passes know layers and shapes, never the name of a space. The set is part of a run's fingerprint.
package struct Passes: OptionSet, Hashable, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// A batch norm is applied where its result is read: x * scale + shift on load.
    package static let normOnLoad = Passes(rawValue: 1 << 0)
    /// A ReLU is applied where its result is read.
    package static let reluOnLoad = Passes(rawValue: 1 << 1)
    /// A sum of few values is added where it is read.
    package static let sumOnLoad = Passes(rawValue: 1 << 2)
    /// A concatenation at channel blocks is a list of buffers.
    package static let concatenationOnLoad = Passes(rawValue: 1 << 3)
    /// A depthwise convolution read only by a 1x1 convolution is never written: it is recomputed in the backward pass.
    package static let separable = Passes(rawValue: 1 << 4)

    /// Convolution, batch norm, convolution of the image become one convolution of a wider kernel.
    package static let collapse = Passes(rawValue: 1 << 5)

    /// The sums a batch norm's backward needs are taken while its gradient is stored, not in a pass of their own.
    package static let normSumsOnStore = Passes(rawValue: 1 << 6)

    /// Dense 3x3 convolutions of stride 1 with enough channels go by Winograd's F(4x4, 3x3).
    package static let winograd = Passes(rawValue: 1 << 7)

    /// The data gradient of a strided dense convolution is taken phase by phase, not over inserted zeros.
    package static let phases = Passes(rawValue: 1 << 8)

    /// With given statistics: what only a global average reads is averaged before its last, linear stage.
    package static let averageEarly = Passes(rawValue: 1 << 9)

    /// With given statistics: a batch norm is folded into the weights of the convolution before it, where that is
    /// direct, separable or averaged.
    package static let foldNorms = Passes(rawValue: 1 << 10)

    /// Those that change nothing but scoring with given statistics.
    package static let scoring: Passes = [.averageEarly, .foldNorms]

    package static let all = Passes(table.map(\.pass))

    /// The passes by name, in the order they are listed for users.
    package static let table: [(name: String, pass: Passes)] = [
        ("norm-on-load", .normOnLoad), ("relu-on-load", .reluOnLoad), ("sum-on-load", .sumOnLoad),
        ("concatenation-on-load", .concatenationOnLoad), ("separable", .separable), ("collapse", .collapse),
        ("norm-sums-on-store", .normSumsOnStore), ("winograd", .winograd), ("phases", .phases),
        ("average-early", .averageEarly), ("fold-norms", .foldNorms),
    ]

    package var names: [String] { Passes.table.filter { contains($0.pass) }.map(\.name) }
}
