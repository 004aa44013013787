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
        let errors = [0.01, 0.01, 0.01]
        let chances = chancesToBeBest(truth, standardErrors: errors)
        #expect(abs(chances[0] - 0.5) < 0.05)
        #expect(chances[0] + chances[1] == 1)
        #expect(likelyBest(truth, standardErrors: errors) == ["x", "y"])
        #expect(chancesToBeBest(truth, standardErrors: errors) == chances)
        // One standard error of the difference apart (sqrt 2 se): P = Phi(1) = .8413.
        let apart = try TruthTable(labels: ["x", "y"], means: [0.8 + 0.01 * 2.0.squareRoot(), 0.8])
        #expect(abs(chancesToBeBest(apart, standardErrors: [0.01, 0.01], draws: 20_000)[0] - 0.8413) < 0.01)
        // An exact child against a noisy one behind it by one error: Phi(1) again.
        let noisy = try TruthTable(labels: ["x", "y"], means: [0.81, 0.8])
        #expect(abs(chancesToBeBest(noisy, standardErrors: [0, 0.01], draws: 20_000)[0] - 0.8413) < 0.01)
    }

    /// Three runs that happen to agree do not make a child exact: s^2 = 3 x .03^2 / 6 for all, so an error of .0122.
    @Test func likelyBestPoolsTheErrors() throws {
        let truth = try TruthTable(
            labels: ["x", "y", "z"], means: [0.80, 0.79, 0.70], stds: [0, 0, 0.03], runs: [3, 3, 3])
        #expect(truth.likelyBest == ["x", "y"])
        let yardstick = try Yardstick(truth)
        #expect(yardstick.likelyBest?.map(\.child) == ["x", "y"])
        // .01 apart, with an error of the difference of .0173: Phi(-.577) = .28.
        #expect(abs((yardstick.likelyBest?[1].chance ?? 0) - 0.28) < 0.04)
        let noisy = try #require(try yardstick.measures([3, 2, 1]).regretUnderNoise)
        #expect(noisy.high > 1)
        // One run tells no deviation of its own, and has the common one; with one run each there is none.
        let some = try TruthTable(labels: ["x", "y"], means: [0.8, 0.7], stds: [0, 0.1], runs: [1, 2])
        #expect(some.likelyBest == ["x", "y"])
        #expect(try TruthTable(labels: ["x"], means: [1], stds: [0], runs: [1]).likelyBest == nil)
        #expect(try TruthTable(labels: ["x"], means: [1], stds: [0.1]).likelyBest == nil)
        let plain = try TruthTable(labels: truth.labels, means: truth.means, stds: truth.stds)
        #expect(plain.likelyBest == nil && plain.missingErrors?.contains("--truth-runs") == true)
        #expect(try Yardstick(plain.assuming(runs: 3)).likelyBest == yardstick.likelyBest)
        // What the table says itself stands.
        #expect(try truth.assuming(runs: 9) == truth && truth.missingErrors == nil)
        #expect(throws: RankingsError("1 runs a child, expected 2 or more: one run says nothing about noise")) {
            try plain.assuming(runs: 1)
        }
    }

    /// Equals share: nothing depends on the order of the file.
    @Test func childrenThatTieForTheBestShareIt() throws {
        for labels in [["x", "y", "z"], ["z", "y", "x"]] {
            let means = labels.map { $0 == "z" ? 0.7 : 0.8 }
            let truth = try TruthTable(labels: labels, means: means, stds: [0, 0, 0], runs: [3, 3, 3])
            let chances = chancesToBeBest(truth, standardErrors: [0, 0, 0], draws: 10)
            #expect(zip(labels, chances).allSatisfy { $1 == ($0 == "z" ? 0 : 0.5) })
            #expect(truth.likelyBest?.sorted() == ["x", "y"])
        }
    }

    @Test func regretUnderNoise() throws {
        func noisy(_ scores: [Double], _ means: [Double], std: Double) throws -> NoisyRegret {
            // Of two runs: s^2 = 2 std^2, so the error of a mean is std.
            let truth = try TruthTable(labels: ["x", "y"], means: means, stds: [std, std], runs: [2, 2])
            return try #require(try Yardstick(truth).measures(scores).regretUnderNoise)
        }
        // Without error it is the plain regret.
        let exact = try noisy([1, 0], [0.80, 0.82], std: 0)
        #expect([exact.mean, exact.low, exact.high].allSatisfy { abs($0 - 2) < 1e-9 })
        // Two equals with error s: max(0, N(0, 2 s^2)), mean s / sqrt(pi) = .5642 points for s = 1 point;
        // the 5 % quantile is 0, the 95 % quantile 1.6449 sqrt 2 = 2.3262.
        let found = try noisy([1, 0], [0.8, 0.8], std: 0.01)
        #expect(abs(found.mean - 0.5642) < 0.06)
        #expect(found.low == 0)
        #expect(abs(found.high - 2.3262) < 0.2)
        // A pick of either: half of the distance of the two, |N(0, 2 s^2)| / 2, mean s / sqrt(pi).
        #expect(abs(try noisy([1, 1], [0.8, 0.8], std: 0.01).mean - 0.5642) < 0.06)
    }

    /// What is said of gt_mean's error is not said of another column beside it.
    @Test func anotherColumnHasNoErrors() throws {
        let text = "label,gt_mean,gt_std,gt_runs,seed_0\na,70,1,3,71\nb,71,1,3,69\n"
        #expect(try TruthTable(csv: text, path: "t").likelyBest != nil)
        let one = try TruthTable(csv: text, path: "t", column: "seed_0")
        #expect(one.means == [71, 69] && one.stds == nil && one.runs == nil && one.missingErrors != nil)
        let own = text.replacing("gt_mean", with: "accuracy")
        #expect(try TruthTable(csv: own, path: "t", column: "accuracy").runs == [3, 3])
    }

    @Test func standardErrors() throws {
        // 0.3 / sqrt(9) = 0.1, 0.6 / sqrt(9) = 0.2.
        let truth = try TruthTable(labels: ["x", "y"], means: [1, 2], stds: [0.3, 0.6], runs: [10, 10])
        let errors = try #require(truth.standardErrors())
        #expect(abs(errors[0] - 0.1) < 1e-12 && abs(errors[1] - 0.2) < 1e-12)
        let plain = try TruthTable(labels: ["x", "y"], means: [1, 2], stds: [0.3, 0.6])
        #expect(plain.standardErrors() == nil)
        #expect(try plain.assuming(runs: 10).standardErrors() == errors)
        #expect(try TruthTable(labels: ["x"], means: [1]).assuming(runs: 10).standardErrors() == nil)
        #expect(try TruthTable(labels: ["x"], means: [1], stds: [0], runs: [1]).standardErrors() == nil)
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
