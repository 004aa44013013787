import Foundations

extension PairedComponents {
    /// How many independent series the snapshot effects of some children amount to, at most m - 1.
    ///
    /// Children that share a choice share its weights, and move together. The residuals r [w, m] are split, by least squares
    /// at each snapshot, into what is additive in the choices (q dimensions) and the rest (m - 1 - q), with mean squares a and
    /// b per dimension. Satterthwaite's number for a sum of such squares is
    ///
    ///     series = (q a + (m - 1 - q) b)^2 / (q a^2 + (m - 1 - q) b^2)
    ///
    /// m - 1 where children err independently, q where all of their noise is their choices'. Where the choices explain any
    /// residuals (q = m - 1) nothing can be told, and m - 1 is returned.
    /// - Parameters:
    ///   - residuals: `[w][m]`, without the means of rows and columns.
    ///   - choices: `[m][slots]`.
    /// - Cost: O(m (q + w) q), q the sum over slots of the choices seen less one.
    static func independentSeries(_ residuals: [[Double]], choices: [[Int]]) -> Double {
        let all = Double(choices.count - 1)
        let basis = additiveBasis(choices)
        let rest = choices.count - 1 - basis.count
        guard !basis.isEmpty, rest > 0 else { return all }
        var additive = 0.0
        var total = 0.0
        for row in residuals {
            total += dot(row, row)
            for vector in basis { additive += dot(row, vector) * dot(row, vector) }
        }
        guard total > 0 else { return all }
        let remainder = max(0, total - additive)
        let squares = additive * additive / Double(basis.count) + remainder * remainder / Double(rest)
        return max(1, min(all, total * total / squares))
    }

    /// An orthonormal basis of the functions of a child that are sums over slots of functions of its choice and have mean
    /// zero: Gram and Schmidt, twice, over the indicators of the choices.
    private static func additiveBasis(_ choices: [[Int]]) -> [[Double]] {
        let m = choices.count
        var basis: [[Double]] = []
        for slot in choices.first?.indices ?? 0..<0 {
            for choice in Set(choices.map { $0[slot] }).sorted().dropFirst() where basis.count < m - 1 {
                var vector = choices.map { $0[slot] == choice ? 1.0 : 0.0 }
                let mean = vector.reduce(0, +) / Double(m)
                vector = vector.map { $0 - mean }
                let before = dot(vector, vector)
                for _ in 0..<2 {
                    for other in basis {
                        let part = dot(vector, other)
                        for place in 0..<m { vector[place] -= part * other[place] }
                    }
                }
                let length = dot(vector, vector)
                // What earlier choices already explain leaves rounding only.
                guard length > 1e-9 * before else { continue }
                basis.append(vector.map { $0 / length.squareRoot() })
            }
        }
        return basis
    }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for place in a.indices { sum += a[place] * b[place] }
    return sum
}
