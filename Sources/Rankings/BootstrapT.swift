import Foundations

/// The studentized bootstrap of the mean of n independent values.
///
/// Of `draws` resamples with replacement, t* = (mean* - mean) / se*, se = s / sqrt(n) with ddof 1, and
///
///     interval = mean - t*(1 - a/2) se  ...  mean - t*(a/2) se,   a = 1 - level
///
/// with t*(a/2) the floor((draws + 1) a / 2)-th smallest of them and t*(1 - a/2) the as-many-th largest. A resample
/// without spread has an infinite t*.
///
/// For skewed values: where ``SignFlip``, which assumes symmetric ones, covers .91 of exponential values at n = 8 and
/// 10, this covers .94; for normal values both cover .94 to .95, and this one is about a tenth wider. Its answer and a
/// sign-flip p-value may contradict each other, so sign-flip is the default wherever a test stands beside the interval.
/// - Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, 12.5.
package struct BootstrapT: Sendable, Hashable {
    package let count: Int
    package let mean: Double
    /// s / sqrt(n), ddof 1.
    package let standardError: Double
    /// t* ascending; empty where the values are all equal.
    private let statistics: [Double]

    /// Nil for fewer than two values.
    /// - Throws: ``RankingsError`` for a value that is not finite.
    /// - Cost: draws x n random numbers: 2 ms for n = 10.
    package init?(_ values: [Double], draws: Int = 9_999, seed: UInt64 = 0) throws {
        require(draws >= 1, "\(draws) draws, expected 1 or more")
        try refuseNotFinite(values)
        guard values.count >= 2 else { return nil }
        let all = Self.moments(values)
        count = values.count
        (mean, standardError) = all
        guard all.standardError > 0 else {
            statistics = []
            return
        }
        var stream = RandomStream(seed: seed, purpose: .bootstrap, round: Draws.resamples)
        var drawn = values
        statistics = (0..<draws).map { _ in
            for place in drawn.indices { drawn[place] = values[stream.below(values.count)] }
            let part = Self.moments(drawn)
            if part.standardError > 0 { return (part.mean - all.mean) / part.standardError }
            if part.mean == all.mean { return 0 }
            return part.mean > all.mean ? .infinity : -.infinity
        }.sorted()
    }

    /// Nil where it has no end: values all equal, or so few or so tied that too many resamples have no spread
    /// (below 4 values at 95 %).
    package func interval(level: Double = 0.95) -> Interval? {
        require(level > 0 && level < 1, "an interval at \(level), expected within 0 ... 1")
        let tail = Int(((1 - level) / 2 * Double(statistics.count + 1)).rounded(.down))
        guard tail >= 1 else { return nil }
        let low = mean - statistics[statistics.count - tail] * standardError
        let high = mean - statistics[tail - 1] * standardError
        guard low.isFinite, high.isFinite else { return nil }
        return Interval(low: low, high: high, level: level, method: .bootstrapT)
    }

    /// Exactly no error where all are equal.
    private static func moments(_ values: [Double]) -> (mean: Double, standardError: Double) {
        let n = Double(values.count)
        let first = values[0]
        let mean = first + values.reduce(0) { $0 + ($1 - first) } / n
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / (n - 1) / n).squareRoot())
    }
}
