import Foundations
import Policies
import Testing

@Suite struct KeepFractionTests {
    @Test(arguments: [
        (0.5, 64, 32), (0.5, 5, 3), (0.5, 1, 1), (0.01, 64, 1), (0.55, 100, 55), (0.1, 30, 3), (1, 7, 7), (0.34, 3, 2),
    ])
    func numberKept(_ keep: Double, _ n: Int, _ expected: Int) throws {
        #expect(try KeepFraction(keep: keep).kept(of: n) == expected)
    }

    @Test(arguments: [0, -0.5, 1.01, .nan, .infinity])
    func refusesShares(_ keep: Double) {
        let error = #expect(throws: PolicyError.self) { try KeepFraction(keep: keep) }
        #expect(error?.exitCode == .recipe)
    }

    @Test func keepsTheBestWithReasons() async throws {
        let standing = Standings.of([-1.5, -0.25, -3, -0.5], kind: "loss")
        let verdict = try await KeepFraction(keep: 0.5).decide(standing)
        #expect(verdict.keep == ["c1", "c3"])
        #expect(
            verdict.dropped == [
                .init(child: "c0", reason: "mean loss 1.5000, rank 3 of 4, cut after 2"),
                .init(child: "c2", reason: "mean loss 3.0000, rank 4 of 4, cut after 2"),
            ])
    }

    @Test func withoutAScoreIsLast() async throws {
        let verdict = try await KeepFraction(keep: 0.5).decide(Standings.of([nil, 0.1, .nan, 0.2]))
        #expect(verdict.keep == ["c3", "c1"])
        #expect(Set(verdict.dropped.map(\.child)) == ["c0", "c2"])
        #expect(verdict.dropped[0].reason == "no score, rank 3 of 4, cut after 2")
    }

    @Test func nothingToJudgeByKeepsEveryone() async throws {
        let verdict = try await KeepFraction(keep: 0.5).decide(Standings.of([nil, .nan]))
        #expect(verdict.keep == ["c0", "c1"])
    }

    @Test func tiesAreDrawnFairly() async throws {
        // Of four equals two stay: each child in half of 2,000 seeds, 1,000 +- 5 sigma (sigma 22).
        var stays = [String: Int]()
        for seed in 0..<2_000 {
            let standing = Standings.of([1, 1, 1, 1], seed: UInt64(seed))
            let verdict = try await KeepFraction(keep: 0.5).decide(standing)
            for child in verdict.keep { stays[child, default: 0] += 1 }
            #expect(verdict.dropped.allSatisfy { $0.reason.hasSuffix("tied with the last kept and drawn") })
        }
        for child in ["c0", "c1", "c2", "c3"] { #expect(abs(stays[child, default: 0] - 1_000) < 112) }
    }

    @Test func anotherRoundDrawsAnew() async throws {
        var standing = Standings.of(Array(repeating: 1, count: 32))
        let first = try await KeepFraction(keep: 0.5).decide(standing)
        standing.round += 1
        #expect(try await Set(KeepFraction(keep: 0.5).decide(standing).keep) != Set(first.keep))
    }
}
