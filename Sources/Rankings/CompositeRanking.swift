/// One child's way through a progressive run.
package struct Passage: Sendable, Hashable {
    package let child: String
    /// The round whose decision dropped it; nil for a survivor.
    package let leftInRound: Int?
    /// The score used in that decision (for a survivor: in the last one), larger is better. Nil where the policy gave
    /// only sets, or the child could not be scored.
    package let score: Double?

    package init(child: String, leftInRound: Int?, score: Double?) {
        self.child = child
        self.leftInRound = leftInRound
        self.score = score
    }
}

/// The one order a progressive run gives all children: by the round of leaving, later is better, survivors last of
/// all; inside a round by the score used in that decision.
///
/// Scores of different rounds are never compared. Within a round a child without a score stands below those with one;
/// equal scores tie, and so does a whole round where the policy gave only sets.
package struct CompositeRanking: Sendable, Hashable {
    /// In the order given.
    package let passages: [Passage]

    /// - Throws: ``RankingsError`` for a child named twice and for a NaN score, with the names.
    package init(_ passages: [Passage]) throws {
        var seen = Set<String>()
        let repeated = passages.map(\.child).filter { !seen.insert($0).inserted }
        if !repeated.isEmpty { throw RankingsError("children ranked twice: \(listed(repeated))") }
        let unordered = passages.filter { $0.score?.isNaN == true }.map(\.child)
        if !unordered.isEmpty { throw RankingsError("children with a NaN score: \(listed(unordered))") }
        self.passages = passages
    }

    package var children: [String] { passages.map(\.child) }
    package var survivors: [String] { passages.filter { $0.leftInRound == nil }.map(\.child) }

    /// Whether a stands above b; neither above the other is a tie.
    package static func above(_ a: Passage, _ b: Passage) -> Bool {
        let (left, right) = (a.leftInRound ?? .max, b.leftInRound ?? .max)
        if left != right { return left > right }
        switch (a.score, b.score) {
        case (let x?, let y?): return x > y
        case (_?, nil): return true
        default: return false
        }
    }

    /// The blocks of equals from best to worst, each in the order given. Cost: O(n log n).
    package var blocks: [[String]] {
        let order = passages.indices.sorted { i, j in
            let (a, b) = (passages[i], passages[j])
            if Self.above(a, b) { return true }
            return !Self.above(b, a) && i < j
        }
        var blocks: [[Int]] = []
        for place in order {
            if let last = blocks.last?.last, !Self.above(passages[last], passages[place]) {
                blocks[blocks.count - 1].append(place)
            } else {
                blocks.append([place])
            }
        }
        return blocks.map { $0.map { passages[$0].child } }
    }

    /// A number for each child in the order given, larger is better, equal where tied: minus its average rank.
    package var values: [Double] {
        var value: [String: Double] = [:]
        var before = 0
        for block in blocks {
            for child in block { value[child] = -Double(2 * before + block.count + 1) / 2 }
            before += block.count
        }
        return passages.map { value[$0.child] ?? 0 }
    }
}
