import Rankings
import Testing

@Suite struct TruthTests {
    @Test func regretInPoints() throws {
        let fractions = try TruthTable(labels: ["x", "y"], means: [0.70, 0.85])
        #expect(abs(try regret(pick: "x", truth: fractions) - 15) < 1e-12)
        #expect(try regret(pick: "y", truth: fractions) == 0)
        let percent = try TruthTable(labels: ["x", "y"], means: [70, 85])
        #expect(try regret(pick: "x", truth: percent) == 15)
        #expect(throws: RankingsError.self) { try regret(pick: "z", truth: percent) }
    }

    @Test func likelyBestUnderNoise() throws {
        // Two equals 10 errors above the third: each is best half of the time, the third never.
        let truth = try TruthTable(labels: ["x", "y", "z"], means: [0.8, 0.8, 0.7])
        let chances = chancesToBeBest(truth, standardError: 0.01)
        #expect(abs(chances[0] - 0.5) < 0.05)
        #expect(chances[0] + chances[1] == 1)
        #expect(likelyBest(truth, standardError: 0.01) == ["x", "y"])
        #expect(chancesToBeBest(truth, standardError: 0.01) == chances)
        // One standard error of the difference apart (sqrt 2 se): P = Phi(1) = .8413.
        let apart = try TruthTable(labels: ["x", "y"], means: [0.8 + 0.01 * 2.0.squareRoot(), 0.8])
        #expect(abs(chancesToBeBest(apart, standardError: 0.01, draws: 20_000)[0] - 0.8413) < 0.01)
    }

    @Test func pooledError() throws {
        // (0.3^2 / 9 + 0.6^2 / 9) / 2 = (0.01 + 0.04) / 2 = 0.025.
        let truth = try TruthTable(labels: ["x", "y"], means: [1, 2], stds: [0.3, 0.6], runs: [10, 10])
        #expect(abs((truth.pooledStandardError ?? 0) - 0.025.squareRoot()) < 1e-12)
        #expect(try TruthTable(labels: ["x"], means: [1]).pooledStandardError == nil)
        #expect(try TruthTable(labels: ["x"], means: [1], stds: [0], runs: [1]).pooledStandardError == nil)
    }

    @Test func freeBaselineWithATiedPick() throws {
        // Picks x or z, true ranks 1 and 3: expected rank 2; regret (0 + 2) / 2 = 1 point.
        let truth = try TruthTable(labels: ["x", "y", "z"], means: [82, 81, 80])
        let free = try RankingSummary("params", values: [5, 1, 5], truth: truth, inside: [0, 1])
        #expect(free.top1 == 2)
        #expect(free.regret == 1)
        // Pairs: (x,y) concordant, (x,z) tied, (y,z) discordant.
        #expect(free.tauA == 0)
        #expect(free.tauInside == 1)
        #expect(free.top3 == 1)
        #expect(throws: RankingsError.self) { try RankingSummary("params", values: [1], truth: truth) }
    }
}
