import Rankings
import Testing

/// Eight children whose truth is their label; worked by hand.
@Suite struct RegretAuditTests {
    private let labels = ["a", "b", "c", "d", "e", "f", "g", "h"]

    private func truth() throws -> TruthTable {
        // a is the best, then b; .80, .78, .76, ...
        try TruthTable(labels: labels, means: (0..<8).map { 0.8 - 0.02 * Double($0) })
    }

    private func outcome(_ round: Int, _ kept: String, _ dropped: String) -> RoundOutcome {
        RoundOutcome(round: round, scores: [:], kept: kept.map(String.init), dropped: dropped.map(String.init))
    }

    @Test func countsByHand() throws {
        let audit = try RegretAudit(
            truth: truth(),
            outcomes: [
                outcome(0, "bceg", "adfh"), outcome(1, "bd", "ceg"), outcome(2, "b", "d"), outcome(3, "b", ""),
            ], likely: ["b", "a", "z"], top: 3,
            free: [("up to down", (0..<8).map { -Double($0) }), ("in twos", (0..<8).map { -Double($0 / 2) })])
        #expect(audit.top == ["a", "b", "c"])
        #expect(audit.likely == ["a", "b"])
        #expect(audit.rounds.map(\.before) == [8, 4, 2, 1])
        #expect(audit.rounds.map(\.after) == [4, 2, 1, 1])
        #expect(audit.rounds.map(\.left) == [["a"], ["c"], [], []])
        #expect(audit.rounds.map(\.topLostHere) == [1, 1, 0, 0])
        #expect(audit.rounds.map(\.topLost) == [1, 2, 2, 2])
        #expect(audit.rounds.map(\.likelyLost) == [1, 1, 1, 1])
        for round in audit.rounds { #expect(abs(round.reachable - 2) < 1e-9) }
        // Four of eight at random: 3 * 4/8 are lost; the best kept is the j-th best with C(8-j, 3)/70:
        // 35, 20, 10, 4, 1 of 70, that is 2 (20 + 2*10 + 3*4 + 4*1)/70 points.
        let random = audit.rounds[0].random
        #expect(abs(random.lost - 1.5) < 1e-12)
        #expect(abs(random.regret - 112.0 / 70) < 1e-9)
        // P(at most 1 of 3 lost with 4 of 8 dropped) = (C(5,4) + 3 C(5,3)) / C(8,4) = 35/70.
        #expect(abs(audit.rounds[0].randomNoWorse - 0.5) < 1e-12)
        #expect(audit.rounds[0].free.map(\.cut.lost) == [0, 0])
        // One is kept: the truth's own order loses b and c; in twos it is a or b, each as likely.
        #expect(audit.rounds[2].free.map(\.cut.lost) == [2, 2])
        #expect(audit.rounds[2].free[0].cut.regret == 0)
        #expect(abs(audit.rounds[2].free[1].cut.regret - 1) < 1e-9)
    }

    @Test func whoComesBackIsNotLost() throws {
        let audit = try RegretAudit(
            truth: truth(), outcomes: [outcome(0, "bcde", "afgh"), outcome(1, "abc", "de")], likely: nil, top: 2)
        #expect(audit.rounds.map(\.left) == [["a"], []])
        #expect(audit.rounds.map(\.returned) == [[], ["a"]])
        #expect(audit.rounds.map(\.topLostHere) == [1, -1])
        #expect(audit.rounds.map(\.topLost) == [1, 0])
        #expect(abs(audit.rounds[0].reachable - 2) < 1e-9)
        #expect(audit.rounds[1].reachable == 0)
        #expect(audit.likely == nil)
    }

    @Test func anOracleLosesNothing() throws {
        let audit = try RegretAudit(
            truth: truth(), outcomes: [outcome(0, "abcd", "efgh"), outcome(1, "ab", "cd")], likely: ["a"])
        // An eighth of eight children.
        #expect(audit.top == ["a"])
        #expect(audit.rounds.allSatisfy { $0.topLost == 0 && $0.likelyLost == 0 && $0.reachable == 0 })
    }

    @Test func standardTop() {
        #expect([1, 3, 8, 12, 64, 15_625].map(RegretAudit.standardTop) == [1, 1, 1, 2, 8, 1_953])
    }

    @Test func equalTruthsStandInTheTablesOrder() throws {
        let table = try TruthTable(labels: ["x", "y", "z"], means: [1, 1, 1])
        let audit = try RegretAudit(
            truth: table, outcomes: [RoundOutcome(round: 0, scores: [:], kept: ["z"], dropped: ["x", "y"])],
            likely: nil, top: 2)
        #expect(audit.top == ["x", "y"])
        #expect(audit.rounds[0].topLost == 2 && audit.rounds[0].reachable == 0)
    }

    @Test func strangersAreRefused() throws {
        let table = try truth()
        #expect(throws: RankingsError.self) {
            try RegretAudit(truth: table, outcomes: [outcome(0, "ab", "q")], likely: nil)
        }
        #expect(throws: RankingsError.self) {
            try RegretAudit(truth: table, outcomes: [], likely: nil, free: [("short", [1, 2])])
        }
    }

    @Test func armsAreAveragedRoundByRound() throws {
        let table = try truth()
        let two = AuditSummary(
            try RegretAudit(
                truth: table, outcomes: [outcome(0, "bceg", "adfh"), outcome(1, "be", "cg")], likely: nil, top: 3))
        let one = AuditSummary(
            try RegretAudit(truth: table, outcomes: [outcome(0, "abcd", "efgh")], likely: nil, top: 3))
        #expect(two.lostTop == [1, 1])
        // Three of eight, half cut: 1.5; then two of four, half cut: 1.
        #expect(two.lostAtRandom == [1.5, 1])
        let arm = try #require(ArmAudit([two, one]))
        #expect(arm.runs == 2)
        #expect(arm.rounds.map(\.runs) == [2, 1])
        #expect(arm.rounds.map(\.lostTop) == [0.5, 1])
        #expect(arm.lostTopInAll.mean == 1 && arm.lostTopInAll.std == 1)
        #expect(abs(arm.reachableInAll.mean - 1) < 1e-9)
        #expect(ArmAudit([]) == nil)
    }
}
