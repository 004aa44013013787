import Foundations

/// The sign-flip test of n independent values (paired differences, or one figure an instance): is their mean zero?
///
/// If the values are symmetric about zero, every pattern of signs was equally likely. With S(s) = sum s_i d_i over the
/// patterns s of +1 and -1,
///
///     p = share of patterns with |S(s)| >= |S(all +)|,   two-sided
///
/// is exact: P(p <= alpha) <= alpha for any n and any symmetric distribution, equal or not from value to value. The
/// smallest p there can be is 2^(1-n): five values cannot reach .05. Values of 0 stay in; each doubles the smallest p.
///
/// Up to 20 values all patterns are counted; above, 19,999 drawn ones and the observed one, which is as exact but moves
/// p by about .0015 at .05 from seed to seed.
/// - Source: Fisher, "The Design of Experiments", 1935; Hartigan, "Using subsample values as typical values", 1969.
package struct SignFlip: Sendable, Hashable {
    package static let countedUpTo = 20
    package static let drawn = 19_999

    package let count: Int
    package let mean: Double
    /// Two-sided.
    package let pValue: Double
    /// The values over the largest of them, so that no sum overflows.
    private let scaled: [Double]
    private let scale: Double
    private let seed: UInt64

    /// Nil for an empty list.
    /// - Parameter seed: of the drawn patterns, above 20 values.
    /// - Throws: ``RankingsError`` for a value that is not finite.
    /// - Cost: min(2^n, 20,000 n) additions; 10 ms at most.
    package init?(_ values: [Double], seed: UInt64 = 0) throws {
        try refuseNotFinite(values)
        guard !values.isEmpty else { return nil }
        let largest = values.reduce(0) { max($0, abs($1)) }
        scale = largest > 0 ? largest : 1
        scaled = values.map { [scale] in $0 / scale }
        count = values.count
        mean = scaled.reduce(0, +) / Double(count) * scale
        self.seed = seed
        pValue = Self.probability(scaled, seed: seed)
    }

    /// The smallest p-value that n values can have: 2^(1-n), or 1/20,000 where patterns are drawn.
    package static func smallestP(count: Int) -> Double {
        require(count >= 1, "a test of \(count) values, expected 1 or more")
        return 1 / patterns(count: count)
    }

    /// The means mu that the test of (d_i - mu) does not reject at 1 - level: where the mean lies.
    ///
    /// The test rejects mu above the mean where fewer than q of the means of all subsets of the values reach mu, with
    /// q = floor((1 - level) 2^(n-1)); so the ends are the q-th smallest and the q-th largest subset mean. The interval
    /// leaves out 0 exactly where p <= 1 - level. It covers the centre of symmetric values with a chance of at least
    /// `level`, and is nil where the values are too few for that (q = 0: below 6 at 95 %, below 5 at 90 %).
    /// - Cost: sorts 2^n means (n <= 20), 40,000 above: 0.1 s at most.
    package func interval(level: Double = 0.95) -> Interval? {
        require(level > 0 && level < 1, "an interval at \(level), expected within 0 ... 1")
        let outside = Int((1 - level) * Self.patterns(count: count))
        guard outside >= 1 else { return nil }
        let means = count <= Self.countedUpTo ? allMeans() : drawnMeans()
        return Interval(
            low: means[outside - 1] * scale, high: means[means.count - outside] * scale, level: level,
            method: .signFlip)
    }

    /// Patterns up to a change of all signs, the observed one among them: 2^(n-1), or 20,000.
    package static func patterns(count: Int) -> Double {
        count <= countedUpTo ? Double(1 << (count - 1)) : Double(drawn + 1)
    }
}

extension SignFlip {
    /// Sums that rounding alone tells apart count as equal, so that p never falls short of its exact value.
    private static func probability(_ scaled: [Double], seed: UInt64) -> Double {
        let slack = 1e-13 * scaled.reduce(0) { $0 + abs($1) }
        let observed = abs(scaled.reduce(0, +)) - slack
        guard scaled.count > countedUpTo else {
            // The last sign stays +: the other half mirrors this one.
            let sums = signedSums(scaled.dropLast(), from: scaled[scaled.count - 1])
            return Double(sums.count { abs($0) >= observed }) / Double(sums.count)
        }
        var stream = RandomStream(seed: seed, purpose: .bootstrap, round: Draws.signs)
        var reached = 1
        for _ in 0..<drawn {
            let sum = scaled.reduce(0.0) { $0 + (stream.nextSign() ? $1 : -$1) }
            if abs(sum) >= observed { reached += 1 }
        }
        return Double(reached) / Double(drawn + 1)
    }

    /// `start` plus every signed sum of the values: 2^count of them.
    private static func signedSums(_ values: ArraySlice<Double>, from start: Double) -> [Double] {
        var sums = [start]
        sums.reserveCapacity(1 << values.count)
        for value in values {
            for place in sums.indices {
                sums.append(sums[place] - value)
                sums[place] += value
            }
        }
        return sums
    }

    /// The means of all subsets but the empty one, ascending.
    private func allMeans() -> [Double] {
        var sums = [0.0]
        sums.reserveCapacity(1 << count)
        for value in scaled {
            for place in sums.indices { sums.append(sums[place] + value) }
        }
        return (1..<sums.count).map { sums[$0] / Double($0.nonzeroBitCount) }.sorted()
    }

    /// The means of drawn subsets and of what each leaves over, ascending. Where one is empty, the drawn pattern is the
    /// observed one and rejects nothing: its two means lie beyond both ends.
    private func drawnMeans() -> [Double] {
        var stream = RandomStream(seed: seed, purpose: .bootstrap, round: Draws.signs)
        var means: [Double] = []
        means.reserveCapacity(2 * Self.drawn)
        for _ in 0..<Self.drawn {
            var sums = (0.0, 0.0)
            var members = 0
            for value in scaled {
                if stream.nextSign() {
                    sums.0 += value
                } else {
                    sums.1 += value
                    members += 1
                }
            }
            let isWhole = members == 0 || members == count
            means.append(isWhole ? .infinity : sums.1 / Double(members))
            means.append(isWhole ? -.infinity : sums.0 / Double(count - members))
        }
        return means.sorted()
    }
}

extension RandomStream {
    fileprivate mutating func nextSign() -> Bool { word() & 1 == 0 }
}

/// Refuses NaN and infinities, of which there is no mean.
func refuseNotFinite(_ values: [Double]) throws {
    if let place = values.firstIndex(where: { !$0.isFinite }) {
        throw RankingsError("values[\(place)] is \(values[place]), expected a finite number")
    }
}
