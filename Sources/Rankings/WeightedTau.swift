/// Kendall's tau with more weight on the best: a pair counts 1 / (1 + r_i) + 1 / (1 + r_j), r the ranks from 0 (best).
///
///     tau(r) = sum over pairs of w sign(x_i - x_j) sign(y_i - y_j) / sqrt(sum of w untied in x * sum of w untied in y)
///
/// The mean of two such: ranks by (x, then y), and by (y, then x), both falling. It is what
/// `scipy.stats.weightedtau` computes by default. For "is the top right?"; its values are not comparable with tau-b's.
///
/// Nil for fewer than two items and where a list is constant.
/// - Source: Vigna, "A weighted correlation index for rankings with ties", WWW 2015.
/// - Throws: ``RankingsError`` for lists of different lengths and for NaN.
/// - Cost: O(n log n).
package func weightedTau(_ x: [Double], _ y: [Double]) throws -> Double? {
    try refuseUnordered([("x", x), ("y", y)])
    guard let byX = hyperbolicTau(x, y), let byY = hyperbolicTau(y, x) else { return nil }
    return (byX + byY) / 2
}

/// The tau with ranks by (x, then y).
private func hyperbolicTau(_ x: [Double], _ y: [Double]) -> Double? {
    guard x.count >= 2 else { return nil }
    let order = x.indices.sorted { x[$0] != x[$1] ? x[$0] < x[$1] : y[$0] < y[$1] }
    let n = order.count
    var items = order.enumerated().map { WeightedItem(value: y[$1], weight: 1 / Double(n - $0)) }
    func tied(_ sizes: [Int]) -> Double {
        var place = 0
        return sizes.reduce(0) { sum, size in
            defer { place += size }
            return sum + Double(size - 1) * items[place..<(place + size)].reduce(0) { $0 + $1.weight }
        }
    }
    let total = tied([n])
    let inX = tied(tieGroups(n) { x[order[$0]] == x[order[$1]] })
    let inBoth = tied(tieGroups(n) { x[order[$0]] == x[order[$1]] && y[order[$0]] == y[order[$1]] })
    let discordant = sortWeighingInversions(&items)
    let inY = tied(tieGroups(n) { items[$0].value == items[$1].value })
    guard items[0].value < items[n - 1].value, x[order[0]] < x[order[n - 1]] else { return nil }
    let score = total - (inX + inY - inBoth) - 2 * discordant
    return min(1, max(-1, score / (total - inX).squareRoot() / (total - inY).squareRoot()))
}

private struct WeightedItem {
    let value: Double
    let weight: Double
}

/// Sorts ascending and returns the sum of weight i + weight j over the pairs i < j with value i > value j: the merge
/// sort of ``sortCountingInversions(_:)`` with weights.
private func sortWeighingInversions(_ items: inout [WeightedItem]) -> Double {
    let count = items.count
    var target = items
    var inversions = 0.0
    var width = 1
    while width < count {
        for start in stride(from: 0, to: count, by: 2 * width) {
            let middle = min(start + width, count)
            let end = min(start + 2 * width, count)
            var left = start
            var right = middle
            var waiting = items[start..<middle].reduce(0) { $0 + $1.weight }
            for place in start..<end {
                if right == end || (left < middle && items[left].value <= items[right].value) {
                    target[place] = items[left]
                    waiting -= items[left].weight
                    left += 1
                } else {
                    target[place] = items[right]
                    // Nobody waits once the left half is gone, whatever rounding has left over.
                    if left < middle { inversions += waiting + Double(middle - left) * items[right].weight }
                    right += 1
                }
            }
        }
        swap(&items, &target)
        width *= 2
    }
    return inversions
}
