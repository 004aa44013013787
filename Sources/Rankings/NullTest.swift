import Foundations

/// A number beside what a simulated null makes of it.
package struct NullTest: Sendable, Hashable, Codable {
    package let effect: Double
    /// The middle 95 per cent of the null.
    package let low: Double
    package let high: Double
    /// Two-sided, and adjusted by Holm over the numbers tested together.
    package let p: Double
    package let adjusted: Double

    /// Whether the null is rejected at the level.
    package func isShown(_ level: Double) -> Bool { adjusted <= level }

    /// - Parameters:
    ///   - found: the numbers; nil is not tested.
    ///   - null: draw by draw a value for each number.
    /// - Returns: in the order of `found`, nil where that is, and everywhere without draws.
    static func all(found: [Double?], null: [[Double?]]) -> [NullTest?] {
        guard !null.isEmpty else { return found.map { _ in nil } }
        let count = null.count
        let edge = max(0, (count + 1) / 40 - 1)
        let tested = found.indices.filter { found[$0] != nil }
        let raw = tested.map { place -> (value: Double, low: Double, high: Double, p: Double) in
            let value = found[place] ?? 0
            let drawn = null.map { $0[place] ?? 0 }.sorted()
            // Equal up to rounding is equal.
            let below = drawn.count { $0 <= value + 1e-9 }
            let above = drawn.count { $0 >= value - 1e-9 }
            return (
                value, drawn[edge], drawn[count - 1 - edge],
                min(1, 2 * Double(1 + min(below, above)) / Double(count + 1))
            )
        }
        var results = [NullTest?](repeating: nil, count: found.count)
        for (place, (test, adjusted)) in zip(tested, zip(raw, holmAdjusted(raw.map(\.p)))) {
            results[place] = NullTest(
                effect: test.value, low: test.low, high: test.high, p: test.p, adjusted: adjusted)
        }
        return results
    }
}
