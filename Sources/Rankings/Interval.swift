/// Where a figure lies, with how much confidence, and what was assumed to say so.
package struct Interval: Sendable, Hashable, Codable {
    package let low: Double
    package let high: Double
    /// The coverage aimed at, such as .95.
    package let level: Double
    package let method: Method

    package enum Method: String, Sendable, Hashable, Codable {
        /// Inverted sign-flip test; see ``SignFlip``.
        case signFlip = "sign-flip"
        /// Delete-one jackknife with Student's t; see ``Jackknife``.
        case jackknife
        /// The middle of repeated draws from a stated model.
        case simulation
    }

    package init(low: Double, high: Double, level: Double, method: Method) {
        (self.low, self.high, self.level, self.method) = (low, high, level, method)
    }

    package func contains(_ value: Double) -> Bool { low <= value && value <= high }
}

/// What a draw of this room is for: the `round` of its keys, so that no two uses share a stream.
enum Draws {
    /// True values of a table with an error.
    static let truths = 0
    /// Sign vectors of a test with too many to list.
    static let signs = 1
    /// Stand-alone runs of a noise ceiling.
    static let runs = 3
}
