/// Mean and population standard deviation (ddof 0) of a list: GT-Tau-Mean-k and GT-Tau-Std-k over the last k rows.
///
///     mean = sum v / n,  std = sqrt(sum (v - mean)^2 / n)
///
/// Source of ddof 0: the published tables use `numpy.std`.
package struct Moments: Sendable, Hashable, Codable {
    package let count: Int
    package let mean: Double
    package let std: Double

    /// Nil for an empty list and where a value is missing: a mean over fewer rows than asked for would hide that.
    package init?(_ values: [Double?]) {
        let known = values.compactMap { $0 }
        guard !known.isEmpty, known.count == values.count else { return nil }
        let n = Double(known.count)
        let middle = known.reduce(0, +) / n
        count = known.count
        mean = middle
        std = (known.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / n).squareRoot()
    }

    /// Of the last `k` values; nil also where there are fewer than `k`.
    package init?(last k: Int, of values: [Double?]) {
        guard k >= 1, values.count >= k else { return nil }
        self.init(Array(values.suffix(k)))
    }
}
