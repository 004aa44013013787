import Foundations
import Rankings
import Testing

/// The mean of the paper's figure over every order of the children that sorts the scores: what expectation means.
private func byEnumeration(_ n: Int, _ scores: [Double], _ trueRanks: [Double]) -> Double {
    var sum = 0.0
    var orders = 0
    func extend(_ order: [Int]) {
        if order.count == scores.count {
            sum += order.prefix(n).map { trueRanks[$0] }.min() ?? .nan
            orders += 1
            return
        }
        let rest = scores.indices.filter { !order.contains($0) }
        let top = rest.map { scores[$0] }.max()
        for next in rest where scores[next] == top { extend(order + [next]) }
    }
    extend([])
    return sum / Double(orders)
}

@Suite struct TopRankTests {
    @Test func withoutTies() throws {
        // Order by score: c (true rank 3), a (1), b (2). T1R = 3, T2R = min(3, 1) = 1.
        let scores = [0.5, 0.2, 0.9]
        let truth = [9.0, 8, 7]
        #expect(try topRank(1, scores: scores, truth: truth) == 3)
        #expect(try topRank(2, scores: scores, truth: truth) == 1)
        #expect(try topRank(1, scores: scores, truth: truth, ties: .indexOrder) == 3)
    }

    @Test func allTied() throws {
        // Four children, one block: a = 0, m = n, C(4, 1) = 4.
        // n = 1: (1 + 2 + 3 + 4) / 4 = 2.5.
        // n = 2: [1 C(3,1) + 2 C(2,1) + 3 C(1,1)] / C(4,2) = (3 + 4 + 3) / 6 = 5 / 3.
        // n = 4: everyone is in: 1.
        let tied = [1.0, 1, 1, 1]
        let truth = [4.0, 1, 3, 2]
        #expect(try topRank(1, scores: tied, truth: truth) == 2.5)
        #expect(abs(try #require(try topRank(2, scores: tied, truth: truth)) - 5.0 / 3) < 1e-15)
        #expect(try topRank(4, scores: tied, truth: truth) == 1)
        // Paper: the first in the list, whose true rank is 1; a reversed truth gives 4.
        #expect(try topRank(1, scores: tied, truth: truth, ties: .indexOrder) == 1)
        #expect(try topRank(1, scores: tied, truth: [1.0, 4, 2, 3], ties: .indexOrder) == 4)
    }

    @Test func cutThroughABlock() throws {
        // Above the block: a with true rank 3. Block: true ranks 1, 4, 5. n = 2, so m = 1, b = 3.
        // [min(3,1) C(2,0) + min(3,4) C(1,0) + min(3,5) C(0,0)] / C(3,1) = (1 + 3 + 3) / 3 = 7 / 3.
        let scores = [0.9, 0.5, 0.5, 0.5, 0.1]
        let truth = [3.0, 5, 2, 1, 4]
        #expect(abs(try #require(try topRank(2, scores: scores, truth: truth)) - 7.0 / 3) < 1e-15)
    }

    @Test func equalTruthsShareTheSmallestRank() throws {
        // Truth 5, 5, 1: ranks 1, 1, 3. The pick is the second: rank 1 in expectation, ordinal rank 2 in the paper.
        #expect(try topRank(1, scores: [0, 1, 0], truth: [5, 5, 1]) == 1)
        #expect(try topRank(1, scores: [0, 1, 0], truth: [5, 5, 1], ties: .indexOrder) == 2)
    }

    @Test func agreesWithEveryOrderOfTheTies() throws {
        var stream = RandomStream(seed: 5, purpose: .test)
        for trial in 0..<150 {
            let count = 1 + stream.below(6)
            let scores = (0..<count).map { _ in Double(stream.below(1 + trial % 4)) }
            let truth = (0..<count).map { _ in Double(stream.below(8)) }
            let trueRanks = try ranks(truth, ties: .minimum)
            for n in 1...count {
                let found = try #require(try topRank(n, scores: scores, truth: truth))
                #expect(abs(found - byEnumeration(n, scores, trueRanks)) < 1e-12, "\(n) of \(scores), \(truth)")
            }
        }
    }

    @Test func edges() throws {
        #expect(try topRank(3, scores: [1, 2], truth: [1, 2]) == nil)
        #expect(try topRank(1, scores: [], truth: []) == nil)
        #expect(throws: RankingsError.self) { try topRank(0, scores: [1], truth: [1]) }
        #expect(throws: RankingsError.self) { try topRank(1, scores: [.nan], truth: [1]) }
        #expect(throws: RankingsError.self) { try topRank(1, scores: [1, 2], truth: [1]) }
    }
}
