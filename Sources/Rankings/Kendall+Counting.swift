/// Sums over groups of t equal values, as the variance of C - D under independence needs them.
struct TieMoments: Sendable, Hashable {
    /// Sum of t (t - 1) / 2: the tied pairs.
    var pairs = 0
    /// Sum of t (t - 1) (t - 2).
    var triples = 0.0
    /// Sum of t (t - 1) (2 t + 5).
    var weighted = 0.0

    init(_ sizes: [Int]) {
        for size in sizes {
            let t = Double(size)
            pairs += size * (size - 1) / 2
            triples += t * (t - 1) * (t - 2)
            weighted += t * (t - 1) * (2 * t + 5)
        }
    }
}

/// The sizes of the runs of neighbours that are equal, in order. Cost: count - 1 comparisons.
func tieGroups(_ count: Int, equal: (Int, Int) -> Bool) -> [Int] {
    guard count > 0 else { return [] }
    var sizes = [1]
    for place in 1..<max(count, 1) {
        if equal(place - 1, place) { sizes[sizes.count - 1] += 1 } else { sizes.append(1) }
    }
    return sizes
}

/// Sorts ascending and returns the number of pairs i < j with values[i] > values[j].
///
/// Bottom-up merge sort: when a value of the right half goes first, it jumps over all that wait in the left half.
/// - Cost: O(n log n) comparisons, one more list of n values.
func sortCountingInversions(_ values: inout [Double]) -> Int {
    let count = values.count
    var target = values
    var inversions = 0
    var width = 1
    while width < count {
        var start = 0
        while start < count {
            let middle = min(start + width, count)
            let end = min(start + 2 * width, count)
            var left = start
            var right = middle
            for place in start..<end {
                if right == end || (left < middle && values[left] <= values[right]) {
                    target[place] = values[left]
                    left += 1
                } else {
                    target[place] = values[right]
                    inversions += middle - left
                    right += 1
                }
            }
            start = end
        }
        swap(&values, &target)
        width *= 2
    }
    return inversions
}
