package import Foundations

/// What a set holds, for `data verify`.
package struct SetSummary: Sendable, Hashable, Codable {
    package let name: String
    package let count: Int
    package let channels: Int
    package let height: Int
    package let width: Int
    package let classes: Int
    /// Images by label.
    package let perClass: [Int]
    /// By channel, of values 0...1.
    package let mean: [Double]
    package let std: [Double]
    package let contentHash: Digest

    /// Cost: two passes over the bytes.
    package init(_ set: ImageSet) {
        let statistics = Normalisation(of: set, range: 0..<set.count)
        name = set.name
        count = set.count
        channels = set.channels
        height = set.height
        width = set.width
        classes = set.classes
        perClass = set.countsByClass()
        mean = statistics.mean
        std = statistics.std
        contentHash = set.contentHash()
    }
}

extension Dataset {
    package var summaries: [SetSummary] { [SetSummary(training), SetSummary(test)] }
}
