/// The candidate nearest to a misspelt word by edit distance, or nil where none is near (more than a third of the word off,
/// or all of a short one).
package func nearestName(to word: String, among candidates: [String]) -> String? {
    let scored = candidates.map { (name: $0, distance: editDistance(word, $0)) }
    guard let best = scored.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else { return nil }
    return best.distance <= max(2, word.count / 3) && best.distance < max(2, word.count) ? best.name : nil
}

/// Levenshtein distance. Cost: a.count * b.count steps.
func editDistance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, y) in b.enumerated() {
            let cost = min(diagonal + (x == y ? 0 : 1), min(row[j], row[j + 1]) + 1)
            diagonal = row[j + 1]
            row[j + 1] = cost
        }
    }
    return row[b.count]
}
