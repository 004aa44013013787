import Policies
import Testing

@Suite struct SuccessiveHalvingTests {
    @Test(arguments: [
        (64, 2.0, 1, 32), (5, 2, 1, 3), (2, 1.1, 1, 1), (3, 1.1, 1, 2), (9, 3, 2, 3), (3, 3, 2, 2), (4, 2, 4, 4),
        (2, 2, 4, 2), (30, 3, 1, 10),
    ])
    func numberKept(_ n: Int, _ eta: Double, _ least: Int, _ expected: Int) throws {
        #expect(try SuccessiveHalving(eta: eta, least: least).kept(of: n) == expected)
    }

    @Test(arguments: [(64, 2.0, 1, 6), (1, 2, 1, 0), (27, 3, 1, 3), (10, 3, 2, 2), (5, 2, 1, 3), (4, 1.01, 1, 3)])
    func numberOfDecisions(_ n: Int, _ eta: Double, _ least: Int, _ expected: Int) throws {
        #expect(try SuccessiveHalving(eta: eta, least: least).decisions(from: n) == expected)
    }

    @Test(arguments: [1, 0.5, -2, .nan, .infinity])
    func refusesEta(_ eta: Double) {
        #expect(throws: PolicyError.self) { try SuccessiveHalving(eta: eta) }
    }

    @Test func refusesLeast() {
        let error = #expect(throws: PolicyError.self) { try SuccessiveHalving(least: 0) }
        #expect(error?.message == "successive-halving: least is 0, expected 1 or more")
    }

    @Test func everyRungGetsTheSame() async throws {
        // 8 -> 4 -> 2 -> 1: decisions at a quarter, a half, three quarters; four rungs of a quarter each.
        var standing = Standings.of([3, 7, 1, 5, 2, 8, 4, 6])
        let policy = try SuccessiveHalving()
        var seen: [Double?] = []
        standing.budget.fraction = 0.25
        for _ in 0..<3 {
            let verdict = try await policy.decide(standing)
            seen.append(verdict.nextBudgetFraction)
            standing.survivors.removeAll { !verdict.keep.contains($0.child) }
            standing.budget.fraction += verdict.nextBudgetFraction ?? 0
        }
        #expect(seen == [0.25, 0.25, nil])
        #expect(standing.survivors.map(\.child) == ["c5"])
    }

    @Test func dropsTheLowestWithReasons() async throws {
        let verdict = try await SuccessiveHalving(eta: 3).decide(Standings.of([0.1, 0.3, 0.2]))
        #expect(verdict.keep == ["c1"])
        #expect(
            verdict.dropped == [
                .init(child: "c2", reason: "mean accuracy 0.2000, rank 2 of 3, cut after 1"),
                .init(child: "c0", reason: "mean accuracy 0.1000, rank 3 of 3, cut after 1"),
            ])
    }

    @Test func whereLeastIsReachedNothingIsPlanned() async throws {
        let policy = try SuccessiveHalving(least: 3)
        let few = try await policy.decide(Standings.of([1, 2, 3]))
        #expect(few.dropped.isEmpty && few.nextBudgetFraction == nil)
        let more = try await policy.decide(Standings.of([1, 2, 3, 4, 5, 6]))
        #expect(more.keep.count == 3 && more.nextBudgetFraction == nil)
    }

    @Test func nobodyScoredIsPlannedFromThere() async throws {
        // Four stay, two more decisions, three rungs of the half that is left.
        let verdict = try await SuccessiveHalving().decide(Standings.of([nil, nil, nil, nil]))
        #expect(verdict.keep.count == 4 && verdict.nextBudgetFraction == 0.5 / 3)
    }

    @Test func aSpentBudgetIsNotPlanned() async throws {
        var standing = Standings.of([1, 2, 3, 4])
        standing.budget.fraction = 1
        #expect(try await SuccessiveHalving().decide(standing).nextBudgetFraction == nil)
    }
}
