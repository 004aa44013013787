/// The delete-one jackknife of a figure of n independent items that is no mean of them, such as S-Tau of n runs.
///
///     se^2 = (n - 1) / n sum (f_(i) - mean f_(.))^2,  f_(i) the figure without item i
///     interval = f +- t(n - 1) se
///
/// - Source: Efron and Stein, "The jackknife estimate of variance", 1981.
package struct Jackknife: Sendable, Hashable {
    package let count: Int
    package let value: Double
    package let standardError: Double

    /// - Parameter deleted: the figure without each item in turn; nil makes no jackknife, as do fewer than 3 items.
    package init?(_ value: Double, deleted: [Double?]) {
        let known = deleted.compactMap { $0 }
        guard known.count == deleted.count, known.count >= 3 else { return nil }
        let n = Double(known.count)
        let mean = known.reduce(0, +) / n
        let squares = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        (count, self.value) = (known.count, value)
        standardError = ((n - 1) / n * squares).squareRoot()
    }

    /// Cut off at the ends of `range`, where the figure cannot lie. Nil where all deleted figures are equal: that they
    /// are says nothing about the next item.
    package func interval(level: Double = 0.95, within range: ClosedRange<Double> = -1...1) -> Interval? {
        guard standardError > 0 else { return nil }
        let half = studentQuantile(upper: (1 - level) / 2, degrees: Double(count - 1)) * standardError
        return Interval(
            low: max(range.lowerBound, value - half), high: min(range.upperBound, value + half), level: level,
            method: .jackknife)
    }
}
