import Foundations

/// How alike the children of one group are to each other and to those outside.
package struct GroupReport: Hashable, Sendable {
    package let size: Int
    /// The mean similarity over the pairs inside; 1 where there is no pair.
    package let within: Double
    /// The mean over the pairs of one inside and one outside; nil where nobody is outside.
    package let between: Double?

    /// By shared choices, ``Similarity/between(_:_:slotWeights:)``, one report a group; all of one space, with slots.
    ///
    /// Counts choices instead of comparing pairs: n children with the same choice are n (n - 1) / 2 pairs that agree.
    ///
    /// - Cost: children * slots + groups * slots * 256.
    package static func sharedChoices(_ groups: [[Child]], slotWeights: [Double]? = nil) -> [GroupReport] {
        guard let slots = groups.joined().first?.choices.count else {
            return groups.map { _ in GroupReport(size: 0, within: 1, between: nil) }
        }
        let weights = Similarity.checked(slotWeights, slots: slots)
        let whole = weights.reduce(0, +)
        let counts = groups.map { count($0, slots: slots) }
        let all = count(Array(groups.joined()), slots: slots)
        let total = groups.reduce(0) { $0 + $1.count }
        return zip(groups, counts).map { group, own in
            var inside = 0.0
            var across = 0.0
            for slot in 0..<slots {
                for choice in 0..<256 {
                    let n = own[slot * 256 + choice]
                    inside += weights[slot] * Double(n * (n - 1) / 2)
                    across += weights[slot] * Double(n * (all[slot * 256 + choice] - n))
                }
            }
            let n = group.count
            return GroupReport(
                size: n, within: n > 1 ? inside / whole / Double(n * (n - 1) / 2) : 1,
                between: n > 0 && n < total ? across / whole / Double(n * (total - n)) : nil)
        }
    }

    /// By a matrix that holds every child of the groups. Cost: children^2.
    package static func of(_ groups: [[Child]], by matrix: SimilarityMatrix) -> [GroupReport] {
        let place = Dictionary(uniqueKeysWithValues: matrix.children.enumerated().map { ($1, $0) })
        let places = groups.map { group in
            group.map { child -> Int in
                require(place[child] != nil, "child \(child.choices) has no row in the similarity matrix")
                return place[child]!
            }
        }
        let total = places.joined().count
        return places.map { group in
            let members = Set(group)
            var inside = 0.0
            var across = 0.0
            for a in group {
                for b in places.joined() {
                    if !members.contains(b) { across += matrix[a, b] } else if b < a { inside += matrix[a, b] }
                }
            }
            let n = group.count
            return GroupReport(
                size: n, within: n > 1 ? inside / Double(n * (n - 1) / 2) : 1,
                between: n > 0 && n < total ? across / Double(n * (total - n)) : nil)
        }
    }

    /// How often each of 256 choices stands at each slot.
    private static func count(_ children: [Child], slots: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: slots * 256)
        for child in children {
            for (slot, choice) in child.choices.enumerated() { counts[slot * 256 + Int(choice)] += 1 }
        }
        return counts
    }
}
