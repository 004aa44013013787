import Foundations

/// Groups of sizes as equal as possible with much similarity inside.
///
/// Greedy average linkage, one group after the other: a group begins with the child that is least like the rest still
/// free, while it can choose its company, and takes in the free child with the greatest mean similarity to the group.
/// Then members of two groups change places while that raises the sum of similarity inside, at most ``sweeps`` times
/// through all pairs. Ties go to the lower index, so equal matrices give equal groups.
package enum Agglomeration {
    package static let sweeps = 50

    /// Indices in `count` groups, each ascending, groups by their first member; 1 <= count <= children.
    ///
    /// - Cost: children^2, and children * count numbers of memory.
    package static func parts(_ matrix: SimilarityMatrix, count: Int) -> [[Int]] {
        let n = matrix.children.count
        require(1...max(1, n) ~= count, "\(count) groups of \(n) children")
        var groupOf = grown(matrix, count: count)
        exchange(matrix, count: count, &groupOf)
        let groups = (0..<count).map { group in (0..<n).filter { groupOf[$0] == group } }
        return groups.sorted { $0[0] < $1[0] }
    }

    /// The sum of similarity over all pairs inside groups.
    package static func inside(_ matrix: SimilarityMatrix, _ groups: [[Int]]) -> Double {
        groups.reduce(0) { sum, group in
            group.reduce(sum) { sum, a in group.reduce(sum) { $1 < a ? $0 + matrix[a, $1] : $0 } }
        }
    }

    private static func grown(_ matrix: SimilarityMatrix, count: Int) -> [Int] {
        let n = matrix.children.count
        var groupOf = [Int](repeating: -1, count: n)
        var free = Array(0..<n)
        // Of each free child: the sum of its similarity to the other free ones.
        var company = free.map { a in free.reduce(0) { $1 == a ? $0 : $0 + matrix[a, $1] } }
        func first(by key: (Int) -> Double) -> Int {
            var best = free[0]
            for child in free.dropFirst() where key(child) > key(best) { best = child }
            return best
        }
        for group in 0..<count {
            // To the group so far; its size is the same for all who are compared.
            var linkage = [Double](repeating: 0, count: n)
            let size = (group + 1) * n / count - group * n / count
            for member in 0..<size {
                let next = member == 0 ? first { -company[$0] } : first { linkage[$0] }
                groupOf[next] = group
                free.removeAll { $0 == next }
                for other in free {
                    linkage[other] += matrix[other, next]
                    company[other] -= matrix[other, next]
                }
            }
        }
        return groupOf
    }

    private static func exchange(_ matrix: SimilarityMatrix, count: Int, _ groupOf: inout [Int]) {
        let n = matrix.children.count
        // Of each child: the sum of its similarity to the others of each group.
        var linkage = [Double](repeating: 0, count: n * count)
        for a in 0..<n { for b in 0..<n where a != b { linkage[a * count + groupOf[b]] += matrix[a, b] } }
        let scale = (0..<n).reduce(0) { top, a in (0..<n).reduce(top) { $1 == a ? $0 : max($0, abs(matrix[a, $1])) } }
        for _ in 0..<sweeps {
            var changed = false
            for a in 0..<n {
                for b in 0..<a where groupOf[a] != groupOf[b] {
                    let (mine, other) = (groupOf[a], groupOf[b])
                    let before = linkage[a * count + mine] + linkage[b * count + other]
                    let after = linkage[a * count + other] + linkage[b * count + mine] - 2 * matrix[a, b]
                    // More than rounding, so that nobody goes round in circles.
                    guard after - before > 1e-9 * scale else { continue }
                    for c in 0..<n {
                        if c != a {
                            linkage[c * count + mine] -= matrix[c, a]
                            linkage[c * count + other] += matrix[c, a]
                        }
                        if c != b {
                            linkage[c * count + other] -= matrix[c, b]
                            linkage[c * count + mine] += matrix[c, b]
                        }
                    }
                    groupOf[a] = other
                    groupOf[b] = mine
                    changed = true
                }
            }
            if !changed { return }
        }
    }
}
