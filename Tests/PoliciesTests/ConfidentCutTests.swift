import Foundation
import Foundations
import Policies
import Testing

@Suite struct ConfidentCutTests {
    /// Children of these true scores on `snapshots` snapshots of 200 images; image noise .3, snapshot noise `noise`. Each has a
    /// choice of its own, so their snapshot noise counts as independent.
    private func standing(
        _ truth: [Double], snapshots: Int = 8, gap: Int = 64, noise: Double = 0.003, roundsLeft: Int = 1,
        seed: UInt64 = 1
    ) throws -> Standing {
        var stream = RandomStream(seed: seed, purpose: .test)
        let values = (0..<snapshots).map { _ in
            truth.map { one in
                let level = one + noise * stream.normal()
                return (0..<200).map { _ in Float(level + 0.3 * stream.normal()) }
            }
        }
        var standing = Standings.of(truth)
        standing.budget.roundsLeft = roundsLeft
        for place in truth.indices { standing.survivors[place].choices = [place] }
        standing.pairs = try PairedScores(
            values, children: truth.indices.map { "c\($0)" }, steps: (0..<snapshots).map { gap * $0 }, cycle: 64)
        return standing
    }

    private let truth = [0.9, 0.88, 0.86, 0.85, 0.84, 0.1, 0.83, 0.2, 0.82, 0.81]

    @Test func dropsTheClearlyWorseAndSaysWhy() async throws {
        let standing = try standing(truth)
        let policy = try ConfidentCut(keep: 2)
        #expect(policy.needs == [.pairs])
        #expect(try ConfidentCut(keep: 2).version == "1")
        let verdict = try await policy.decide(standing)
        try verdict.validate(against: standing)
        #expect(Set(verdict.dropped.map(\.child)) == ["c5", "c7"])
        let look = policy.look(at: standing)
        let test = try #require(look.tests.first { $0.child == "c5" })
        #expect(test.isWorse && test.better >= 8 && test.p <= look.spent / 2)
        let reason = try #require(verdict.dropped.first { $0.child == "c5" }?.reason)
        #expect(reason.hasPrefix("worse than \(test.better) of 9 others, 2 needed: adjusted p "))
        #expect(reason.contains("<= 0.0125, spent of the round's 0.05; mean 0."))
        #expect(look.statement.hasPrefix("dropped 2 of 10 tested on 8 snapshots of 200 images, rho at most 0."))
        #expect(look.tests.filter { !$0.isWorse }.allSatisfy { $0.p > look.spent / 2 })
    }

    @Test(arguments: [0, -1, 1.5, .nan, 20_001])
    func refusesNumbersOfLeaders(_ keep: Double) {
        #expect(throws: PolicyError.self) { try ConfidentCut(keep: keep) }
    }

    @Test func refusesLevelsAndBounds() {
        for alpha in [0, 0.6, .nan] { #expect(throws: PolicyError.self) { try ConfidentCut(alpha: alpha) } }
        for rho in [0, 1, .nan] { #expect(throws: PolicyError.self) { try ConfidentCut(rhoAtMost: rho) } }
        let error = #expect(throws: PolicyError.self) { try ConfidentCut(keep: 1.5) }
        #expect(
            error?.description
                == "confident-cut: keep is 1.5, expected a whole number of children, or a share above 0 and below 1")
        #expect(error?.exitCode == .recipe)
    }

    @Test func aShareIsOfTheFirstSurvivors() async throws {
        let policy = try ConfidentCut(keep: 0.2)
        #expect(policy.leaders(of: 64) == 13 && policy.leaders(of: 10) == 2 && policy.leaders(of: 1) == 1)
        var first = try standing(truth)
        let verdict = try await policy.decide(first)
        first.survivors.removeAll { survivor in verdict.dropped.contains { $0.child == survivor.child } }
        first.state = verdict.state
        first.round += 1
        #expect(first.survivors.count == 8)
        #expect(policy.look(at: first).leaders == 2)
    }

    @Test func keepsEveryoneWhereNothingCanBeTested() async throws {
        let policy = try ConfidentCut(keep: 2)
        func statement(_ change: (inout Standing) throws -> Void) async throws -> String {
            var standing = try standing(truth)
            try change(&standing)
            let verdict = try await policy.decide(standing)
            try verdict.validate(against: standing)
            #expect(verdict.dropped.isEmpty && verdict.nextBudgetFraction == nil)
            let look = policy.look(at: standing)
            #expect(look.spent == 0 && look.tests.isEmpty && look.rho == nil)
            #expect(verdict.state?.contains(look.statement) == true)
            return look.statement
        }
        #expect(try await statement { $0.pairs = nil } == "kept everyone: the standing holds no paired scores")
        #expect(
            try await statement { $0.pairs = try standing(truth, snapshots: 3).pairs }
                == "kept everyone: 3 snapshots, expected 4 or more")
        #expect(
            try await statement { $0.pairs = try standing(truth, gap: 63).pairs }
                == "kept everyone: snapshots 63 steps apart, expected at least a sampling cycle of 64")
        #expect(
            try await statement { $0.space.alive = 500 }
                == "kept everyone: the 10 survivors are a sample of 500, and this policy needs the list")
        #expect(
            try await statement { $0.survivors[0].scores[0].inclusion = 0.5 }
                == "kept everyone: the 10 survivors are a sample of 10, and this policy needs the list")
        #expect(
            try await statement {
                $0.survivors = Array($0.survivors.prefix(2))
                $0.space.alive = 2
            }
                == "kept everyone: 2 survivors, and 2 are protected")
        #expect(
            try await statement {
                $0.survivors = Array($0.survivors.prefix(1))
                $0.space.alive = 1
            }
                == "kept everyone: 1 survivor, and 2 are protected")
        #expect(
            try await statement { $0.pairs = try standing(Array(truth.prefix(2))).pairs }
                == "kept everyone: paired scores of 2 children, and 2 are protected")
    }

    @Test func ofTwoChildrenOneCanGo() async throws {
        let verdict = try await ConfidentCut(keep: 1).decide(standing([0.9, 0.1], snapshots: 12))
        #expect(verdict.keep == ["c0"] && verdict.dropped.map(\.child) == ["c1"])
        let four = try await ConfidentCut(keep: 1).decide(standing([0.52, 0.5]))
        #expect(four.dropped.isEmpty)
    }

    @Test func tiesKeepEveryone() async throws {
        let same = (0..<4).map { snapshot in
            (0..<6).map { _ in (0..<50).map { Float(($0 + snapshot) % 7) } }
        }
        var standing = Standings.of(Array(repeating: 0.5, count: 6))
        standing.pairs = try PairedScores(
            same, children: (0..<6).map { "c\($0)" }, steps: [0, 64, 128, 192], cycle: 64)
        let look = try ConfidentCut(keep: 1).look(at: standing)
        #expect(look.tests.count == 6 && look.tests.allSatisfy { $0.p == 1 && $0.better == 0 })
        #expect(look.rho == 0.95)
        #expect(try await ConfidentCut(keep: 1).decide(standing).dropped.isEmpty)
    }

    @Test func aDifferenceWithoutVarianceIsNoEvidence() async throws {
        var standing = Standings.of([0.1, 0.9])
        let rows: [[[Float]]] = (0..<4).map { _ in [[0, 0, 0], [1, 1, 1]] }
        standing.pairs = try PairedScores(rows, children: ["c0", "c1"], steps: [0, 64, 128, 192], cycle: 64)
        #expect(try await ConfidentCut(keep: 1).decide(standing).dropped.isEmpty)
    }

    @Test func childrenWithoutPairedScoresAreKept() async throws {
        var standing = try standing(truth)
        standing.survivors.append(Standings.of(truth + [0.0]).survivors[10])
        standing.space.alive = 11
        standing.survivors[10].mean = nil
        let verdict = try await ConfidentCut(keep: 2).decide(standing)
        #expect(Set(verdict.dropped.map(\.child)) == ["c5", "c7"])
        #expect(verdict.keep.contains("c10"))
    }

    @Test func neitherOrderNorLabelsMatter() async throws {
        let standing = try standing(truth)
        let policy = try ConfidentCut(keep: 2)
        let verdict = try await policy.decide(standing)
        var other = standing
        other.survivors.reverse()
        let reversed = try await policy.decide(other)
        #expect(Set(reversed.dropped) == Set(verdict.dropped) && reversed.state == verdict.state)
        let pairs = try #require(standing.pairs)
        var object = try #require(
            JSONSerialization.jsonObject(with: JSONEncoder().encode(pairs)) as? [String: Any])
        object["children"] = pairs.children.map { "x" + $0 }
        other = standing
        for place in other.survivors.indices { other.survivors[place].child = "x" + other.survivors[place].child }
        other.pairs = try JSONDecoder().decode(
            PairedScores.self, from: JSONSerialization.data(withJSONObject: object))
        let renamed = try await policy.decide(other)
        #expect(renamed.dropped.map(\.child) == verdict.dropped.map { "x" + $0.child })
        #expect(renamed.state == verdict.state)
    }

    @Test func levelsNeverExceedAlpha() async throws {
        let policy = try ConfidentCut(keep: 2, alpha: 0.1)
        var standing = try standing(truth, roundsLeft: 3)
        var total = 0.0
        for round in 0..<4 {
            standing.round = round
            standing.budget.roundsLeft = 3 - round
            let looks = round == 1 ? 6 : 1
            var inRound = 0.0
            for _ in 0..<looks {
                let look = policy.look(at: standing)
                #expect(look.spent > 0)
                inRound += look.spent
                #expect(inRound < look.roundLevel)
                standing.state = try await policy.decide(standing).state
            }
            total += inRound
        }
        #expect(total < 0.1 && total > 0.06)
        // A state of another policy: nothing spent yet.
        standing.state = "{\"else\": 1}"
        standing.budget.roundsLeft = 0
        #expect(policy.look(at: standing).roundLevel == 0.1)
    }

    @Test func aRoundWithoutATestSpendsNothing() async throws {
        let policy = try ConfidentCut(keep: 2, alpha: 0.1)
        var standing = try standing(truth, roundsLeft: 1)
        let pairs = standing.pairs
        standing.pairs = nil
        standing.state = try await policy.decide(standing).state
        standing.round += 1
        standing.budget.roundsLeft = 0
        standing.pairs = pairs
        #expect(policy.look(at: standing).roundLevel == 0.1)
    }

    @Test func doubtPutsTheNextDecisionOff() async throws {
        let policy = try ConfidentCut(keep: 2)
        // 10 tested, 2 dropped, 2 protected: 6 of 8 in doubt. Half of the budget is left, in two gaps.
        var standing = try standing(truth, roundsLeft: 1)
        #expect(policy.look(at: standing).doubt == 0.75)
        func next(_ planned: Double?) async throws -> Double? {
            standing.budget.nextFraction = planned
            return try await policy.decide(standing).nextBudgetFraction
        }
        #expect(try await next(nil) == 0.25 + 0.375 * 0.25)
        #expect(try await next(0.75) == 0.25 + 0.375 * 0.25)
        let late = try #require(try await next(0.9))
        #expect(abs(late - (0.4 + 0.375 * 0.1)) < 1e-12)
        #expect(try await next(1) == nil)
        standing.budget.roundsLeft = 0
        #expect(try await next(nil) == nil)
        // Nobody in doubt: no more than the leaders are left.
        let clear = try self.standing([0.9, 0.88, 0.1, 0.12], roundsLeft: 2)
        let verdict = try await policy.decide(clear)
        #expect(verdict.keep == ["c0", "c1"] && verdict.nextBudgetFraction == nil)
    }

    @Test func laterLooksRememberTheSnapshots() async throws {
        let policy = try ConfidentCut(keep: 2)
        let all = (0..<40).map { 0.5 + 0.0001 * Double($0 % 5) }
        var standing = try standing(all, noise: 0.2, roundsLeft: 2)
        let first = try #require(policy.look(at: standing).rho)
        standing.state = try await policy.decide(standing).state
        standing.round += 1
        // The same snapshots again tell nothing new.
        let again = try #require(policy.look(at: standing).rho)
        // Few survivors alone could say little of rho.
        var few = standing
        few.survivors = Array(few.survivors.prefix(4))
        few.space.alive = 4
        var alone = few
        alone.state = nil
        let remembered = try #require(policy.look(at: few).rho)
        #expect(try #require(policy.look(at: alone).rho) == 0.95)
        #expect(remembered < 0.95)
        #expect(abs(first - again) < 0.1)
    }

    @Test func theCatalogueMakesIt() throws {
        let made = try PolicyCatalogue.builtIn.make(
            .init(use: "confident-cut", parameters: ["keep": .integer(3), "alpha": .number(0.05)]))
        let policy = try #require(made as? ConfidentCut)
        #expect(policy.keep == 3 && policy.alpha == 0.05 && policy.rhoAtMost == 0.95)
        #expect(throws: PolicyError.self) {
            try PolicyCatalogue.builtIn.make(.init(use: "confident-cut", parameters: ["keep": .number(2.5)]))
        }
    }
}
