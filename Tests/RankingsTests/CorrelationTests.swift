import Foundations
import Rankings
import Testing

@Suite struct CorrelationTests {
    @Test func countsByHand() throws {
        // x 1 2 2 3, y 1 3 2 2. Pairs: (1,2) C, (1,3) C, (1,4) C, (2,3) tied in x, (2,4) D, (3,4) tied in y.
        let kendall = try #require(try Kendall([1, 2, 2, 3], [1, 3, 2, 2]))
        #expect(kendall.pairs == 6)
        #expect(kendall.concordant == 3)
        #expect(kendall.discordant == 1)
        #expect((kendall.tiesX, kendall.tiesY, kendall.tiesBoth) == (1, 1, 0))
        #expect(kendall.tauA == 2.0 / 6)
        #expect(kendall.tauB == 2.0 / 5)
    }

    @Test func tooFewItemsHaveNoTau() throws {
        #expect(try Kendall([], []) == nil)
        #expect(try Kendall([1], [2]) == nil)
        #expect(try spearman([1], [2]) == nil)
        #expect(try stabilityTau([[1, 2]]) == nil)
        #expect(try stabilityTau([[1], [2]]) == nil)
        #expect(Moments([]) == nil)
        #expect(Moments([1, nil]) == nil)
        #expect(Moments(last: 3, of: [1, 2]) == nil)
    }

    @Test func nanIsRefusedWithItsPlace() throws {
        let error = #expect(throws: RankingsError.self) { try Kendall([1, 2], [0, .nan]) }
        #expect(error?.message == "y[1] is NaN, expected a number that can be ordered")
        #expect(error?.exitCode == .usage)
        #expect(throws: RankingsError.self) { try spearman([.nan, 1], [0, 1]) }
        #expect(throws: RankingsError.self) { try ranks([.nan]) }
        #expect(throws: RankingsError.self) { try stabilityTau([[1, 2], [1, .nan]]) }
        let length = #expect(throws: RankingsError.self) { try Kendall([1, 2], [0]) }
        #expect(length?.message == "y holds 1 values, expected 2 as in x")
    }

    @Test func infinitiesAndNegativeZero() throws {
        #expect(try Kendall([-.infinity, 0, .infinity], [1, 2, 3])?.tauB == 1)
        #expect(try Kendall([0.0, -0.0], [1, 2])?.tauB == nil)
    }

    @Test func constantRowLeavesStabilityUndefined() throws {
        #expect(try stabilityTau([[1, 2], [1, 1], [1, 2]]) == nil)
    }

    @Test func insideASubset() throws {
        // Overall 1 2 3 4 against 4 1 2 3: C 3, D 3. Without the first: perfect.
        let x = [1.0, 2, 3, 4]
        let y = [4.0, 1, 2, 3]
        #expect(try Kendall(x, y)?.tauA == 0)
        #expect(try Kendall(x, y, inside: [1, 2, 3])?.tauA == 1)
        #expect(try Kendall(x, y, inside: [2]) == nil)
        #expect(throws: RankingsError.self) { try Kendall(x, y, inside: [4]) }
        #expect(throws: RankingsError.self) { try Kendall(x, y, inside: [1, 1]) }
    }

    @Test func ranksOfTies() throws {
        let values = [0.5, 0.9, 0.5, 0.1]
        #expect(try ranks(values) == [2.5, 1, 2.5, 4])
        #expect(try ranks(values, ties: .minimum) == [2, 1, 2, 4])
        #expect(try ranks(values, ties: .ordinal) == [2, 1, 3, 4])
        #expect(try ranks(values, ties: .ordinal, from: .smallest) == [2, 4, 3, 1])
        #expect(try ranks([]) == [])
    }
}
