/// How equal values share the ranks they stand for.
package enum TieRule: String, Sendable, CaseIterable {
    /// All get the mean of their ranks (Spearman's).
    case average
    /// All get the smallest of their ranks ("joint third").
    case minimum
    /// Each its own, in the order of the list (the published tables' rule).
    case ordinal
}

/// Which end of the values has rank 1.
package enum RankOrigin: Sendable {
    case smallest, largest
}

/// The rank of each value, from 1; the list's order is kept.
///
/// With `from: .largest` rank 1 is the best score. Ordinal ranks follow the list's order among equals either way.
/// 0.0 and -0.0 are equal. An empty list has no ranks.
/// - Throws: ``RankingsError`` for NaN.
/// - Cost: O(n log n).
package func ranks(
    _ values: [Double], ties: TieRule = .average, from origin: RankOrigin = .largest
) throws -> [Double] {
    try refuseUnordered([("values", values)])
    let order = values.indices.sorted { a, b in
        if values[a] == values[b] { return a < b }
        return origin == .smallest ? values[a] < values[b] : values[a] > values[b]
    }
    var result = [Double](repeating: 0, count: values.count)
    var start = 0
    for size in tieGroups(order.count, equal: { values[order[$0]] == values[order[$1]] }) {
        for place in start..<(start + size) {
            switch ties {
            case .average: result[order[place]] = Double(2 * start + size + 1) / 2
            case .minimum: result[order[place]] = Double(start + 1)
            case .ordinal: result[order[place]] = Double(place + 1)
            }
        }
        start += size
    }
    return result
}
