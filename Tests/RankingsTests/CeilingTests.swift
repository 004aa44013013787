import Foundation
import Rankings
import Testing

/// What the published table can and cannot tell, by figures known from elsewhere.
@Suite struct CeilingTests {
    private let withoutPools = PublishedTable.rows.map { $0[0] }.filter { !$0.contains("1") }

    @Test func noiseCeilingOfThePublishedTable() throws {
        let found = try #require(
            try NoiseCeiling(PublishedTable.truth(), subsets: [("no pool", withoutPools)]))
        // Independent simulation (numpy, full digits): .713, .779; .910, 1.48, 1.03; T1R 6.3, T3R 2.25; .48 inside.
        #expect(abs(found.sTau - 0.713) < 0.006)
        #expect(abs(found.gtTau - 0.780) < 0.006)
        #expect(abs((found.perfect?.gtTau ?? 0) - 0.908) < 0.006)
        #expect(abs((found.perfect?.topRank["1"] ?? 0) - 1.5) < 0.1)
        #expect(abs((found.perfect?.topRank["3"] ?? 0) - 1.03) < 0.03)
        #expect(abs((found.run.topRank["1"] ?? 0) - 6.3) < 0.6)
        #expect(abs((found.run.topRank["3"] ?? 0) - 2.25) < 0.2)
        #expect(abs((found.truthTau ?? 0) - 0.873) < 0.006)
        #expect(found.inside.first?.children == 27)
        #expect(abs((found.inside.first?.gtTau ?? 0) - 0.476) < 0.015)
        #expect(found.gtTauRange.contains(found.gtTau))
    }

    @Test func likelyBestOfThePublishedTable() throws {
        let best = try #require(try Yardstick(PublishedTable.truth()).likelyBest)
        #expect(best.map(\.child) == ["433", "434", "443"])
        // By the pooled error, .146 points; 400,000 draws of numpy. Each child's own deviation gives .27, .67, .03.
        #expect(zip(best.map(\.chance), [0.275, 0.578, 0.113]).allSatisfy { abs($0 - $1) < 0.03 })
    }

    @Test func freeRankingsOfThePublishedTable() throws {
        let truth = try PublishedTable.truth()
        let free = FreeRanking.all(
            // Real ones order the children alike; see DeeperInsightsTests.
            params: PublishedTable.params, macs: PublishedTable.params.map { 1_024 * $0 },
            uses: [
                ("max pool", PublishedTable.uses("1")), ("sep 5x5", PublishedTable.uses("3")),
                ("never", PublishedTable.uses("5")),
            ])
        // Which way an operator counts comes from the parameters; one that nobody uses is no ranking.
        #expect(free.map(\.name) == ["parameters", "MACs", "fewer max pool", "more sep 5x5"])
        let measured = try free.map { try Yardstick(truth).measures($0.values) }
        #expect(abs((measured[0].tauB ?? 0) - 0.67) < 0.005)
        #expect(abs((measured[0].tauA ?? 0) - 0.65) < 0.005)
        // Its pick is 333, which to two digits shares rank 6 with 424; to five it has rank 7.
        #expect(measured[0].topRank["1"] == 6)
        #expect(abs((measured[2].tauB ?? 0) - 0.79) < 0.005)
        #expect(abs((measured[2].tauA ?? 0) - 0.63) < 0.005)
        #expect(abs((measured[2].topRank["1"] ?? 0) - 14.1) < 0.1)
        #expect(abs((measured[2].topRank["3"] ?? 0) - 7.0) < 0.15)
    }

    /// {max pool, sep 5x5} has as many parameters as twice the dilated convolution, and as many multiply-adds
    /// (DeeperInsightsTests). The .69 that is told of MACs elsewhere takes a count that tells them apart.
    @Test func operationsThatTellTiedChildrenApart() throws {
        let split = zip(PublishedTable.params, PublishedTable.uses("4")).map { Double($0) + 0.1 * Double($1) }
        let truth = try PublishedTable.truth()
        let found = try #require(try Kendall(split, truth.means))
        #expect(abs((found.tauB ?? 0) - 0.69) < 0.005)
        #expect(abs(found.tauA - 0.67) < 0.01)
    }

    @Test func withoutNoiseTheCeilingIsOne() throws {
        let exact = try TruthTable(labels: ["a", "b", "c"], means: [1, 2, 3], stds: [0, 0, 0], runs: [3, 3, 3])
        let found = try #require(try NoiseCeiling(exact, draws: 20))
        #expect((found.sTau, found.gtTau, found.truthTau) == (1, 1, 1))
        #expect(found.perfect?.regret == 0)
        #expect(found.run.topRank == ["1": 1, "3": 1])
    }

    @Test func whatIsNotKnownIsNotSimulated() throws {
        func truth(_ stds: [Double]?, _ runs: [Int]?) throws -> TruthTable {
            try TruthTable(labels: ["a", "b"], means: [1, 2], stds: stds, runs: runs)
        }
        #expect(try NoiseCeiling(truth(nil, [3, 3])) == nil)
        #expect(try NoiseCeiling(truth([1, 0], [3, 1])) == nil)
        let unknown = try #require(try NoiseCeiling(truth([1, 1], nil), draws: 50))
        #expect(unknown.perfect == nil && unknown.truthTau == nil && unknown.gtTauAgain == nil)
        #expect(unknown.runPoints == 1)
        let given = try #require(try NoiseCeiling(truth([1, 1], nil).assuming(runs: 2), draws: 50))
        #expect(given.perfect != nil && abs(given.runPoints - 2.0.squareRoot()) < 1e-12)
        // Two children one and a half deviations apart: P(right order) = Phi(1 / sqrt 2) = .760 a run, tau .52.
        let two = try #require(try NoiseCeiling(truth([1, 1], nil), draws: 20_000))
        #expect(abs(two.gtTau - 0.5205) < 0.02)
    }
}
