import Policies
import Testing

@Suite struct DropOperatorsTests {
    /// Two slots of two choices, all four children: means a .3, b .7, p .35, q .65, all .5.
    private func square(kind: String = "accuracy") -> Standing {
        standing(
            [[0, 0], [0, 1], [1, 0], [1, 1]], kind == "loss" ? [-0.9, -0.5, -0.4, -0.2] : [0.1, 0.5, 0.6, 0.8], kind)
    }

    private func standing(_ choices: [[Int]], _ means: [Double?], _ kind: String = "accuracy") -> Standing {
        var standing = Standings.of(means, kind: kind)
        standing.space.slots = [.init(name: "x", choices: ["a", "b"]), .init(name: "y", choices: ["p", "q"])]
        for place in choices.indices { standing.survivors[place].choices = choices[place] }
        return standing
    }

    private func dropped(_ verdict: Verdict) -> [String] { verdict.dropChoices.map(\.choice) }

    @Test(arguments: [(1.0, 12, 1), (2, 12, 2), (20, 12, 12), (0.25, 12, 3), (0.2, 12, 3), (0.01, 12, 1), (0.5, 4, 2)])
    func numberDropped(_ drop: Double, _ choices: Int, _ expected: Int) throws {
        #expect(try DropOperators(drop: drop).dropped(of: choices) == expected)
    }

    @Test(arguments: [0, -1, 1.5, .nan, .infinity])
    func refusesNumbers(_ drop: Double) {
        let error = #expect(throws: PolicyError.self) { try DropOperators(drop: drop) }
        #expect(error?.exitCode == .recipe)
    }

    @Test func dropsTheLowestChoiceAndWhoHasIt() async throws {
        let verdict = try await DropOperators().decide(square())
        #expect(
            verdict.dropChoices == [
                .init(
                    slot: "x", choice: "a",
                    reason: "mean accuracy 0.3000 over 2 children, rank 4 of 4, the lowest 1 go")
            ])
        #expect(verdict.keep == ["c3", "c2"])
        let because = "has a at x: mean accuracy 0.3000 over 2 children, rank 4 of 4"
        #expect(
            verdict.dropped == [
                .init(child: "c1", reason: "mean accuracy 0.5000, \(because)"),
                .init(child: "c0", reason: "mean accuracy 0.1000, \(because)"),
            ])
    }

    @Test func lossesAreSpelledAsLosses() async throws {
        let verdict = try await DropOperators().decide(square(kind: "loss"))
        #expect(verdict.dropChoices[0].reason == "mean loss 0.7000 over 2 children, rank 4 of 4, the lowest 1 go")
    }

    @Test func theLastChoiceOfASlotStays() async throws {
        for drop in [2.0, 3, 4, 100] {
            let verdict = try await DropOperators(drop: drop).decide(square())
            #expect(dropped(verdict) == ["a", "p"])
            #expect(verdict.keep == ["c3"])
        }
    }

    @Test func someoneIsAlwaysLeft() async throws {
        // Without a only c1 is left, which has p: p is passed over, and q goes instead.
        var standing = standing([[0, 1], [1, 0]], [0.5, 0.4])
        for (slot, choice, value) in [("x", "a", 0.1), ("x", "b", 0.8), ("y", "p", 0.2), ("y", "q", 0.9)] {
            standing.operators.append(.init(slot: slot, choice: choice, kind: "mean", value: value))
        }
        let verdict = try await DropOperators(drop: 2).decide(standing)
        #expect(dropped(verdict) == ["a", "q"])
        #expect(verdict.keep == ["c1"])
    }

    @Test func effectsWithoutMeasuresAreMeansLessTheOverallMean() async throws {
        let verdict = try await DropOperators(by: .effect).decide(square())
        #expect(
            verdict.dropChoices.map(\.reason)
                == ["effect -0.2000 on accuracy over 2 children, rank 4 of 4, the lowest 1 go"])
    }

    @Test func measuresAreBelieved() async throws {
        var standing = square()
        for (place, choice) in ["a", "b"].enumerated() {
            standing.operators.append(
                .init(slot: "x", choice: choice, kind: "effect", value: [0.2, -0.1][place]))
            standing.operators.append(.init(slot: "x", choice: choice, kind: "angle", value: [1.2, 1.3][place]))
        }
        standing.operators.append(.init(slot: "y", choice: "p", kind: "effect", value: -0.3))
        standing.operators.append(.init(slot: "y", choice: "q", kind: "effect", value: .nan))
        let byEffect = try await DropOperators(by: .effect, drop: 2).decide(standing)
        #expect(dropped(byEffect) == ["p", "b"])
        #expect(byEffect.keep == ["c1"])
        let byAngle = try await DropOperators(by: .angle).decide(standing)
        #expect(
            byAngle.dropChoices.map(\.reason) == ["angle 1.2000 over 2 children, rank 2 of 2, the lowest 1 go"])
        let byMean = try await DropOperators().decide(standing)
        #expect(dropped(byMean) == ["a"])
    }

    @Test func withoutAnglesEveryoneStays() async throws {
        let verdict = try await DropOperators(by: .angle).decide(square())
        #expect(verdict.keep.count == 4 && verdict.dropChoices.isEmpty)
    }

    @Test func aChoiceThatNobodyHasIsNotAlive() async throws {
        // Listed: the children with a went one by one, so b is the last of x, and of y the lower one goes.
        let verdict = try await DropOperators(drop: 3).decide(standing([[1, 0], [1, 1]], [0.1, 0.2]))
        #expect(dropped(verdict) == ["p"])
    }

    @Test func aSampleIsPrunedByChoices() async throws {
        var standing = standing([[0, 0], [0, 1]], [0.1, 0.2])
        standing.space.alive = 1_000
        // b is alive though nobody of the sample has it; without a score it stays, so a may go as far as x is concerned,
        // but it would leave nobody.
        let verdict = try await DropOperators(drop: 3).decide(standing)
        #expect(dropped(verdict) == ["p"])
        #expect(verdict.keep == ["c1"])
    }

    @Test func choicesKeepTheirNumbersWhenOthersHaveGone() async throws {
        var standing = standing([[1, 0], [1, 1], [2, 0], [2, 1]], [0.3, 0.9, 0.8, 0.7])
        standing.space.slots[0] = .init(name: "x", choices: ["b", "c"], indices: [1, 2])
        let verdict = try await DropOperators().decide(standing)
        #expect(dropped(verdict) == ["p"])
        #expect(verdict.keep == ["c1", "c3"])
        let both = try await DropOperators(drop: 2).decide(standing)
        #expect(dropped(both) == ["p", "b"])
        #expect(both.keep == ["c3"])
    }

    @Test func tiesAreDrawnFairly() async throws {
        // All equal: each of the four choices goes in a quarter of 2,000 seeds, 500 +- 5 sigma (sigma 19.4).
        var goes = [String: Int]()
        for seed in 0..<2_000 {
            var standing = standing([[0, 0], [0, 1], [1, 0], [1, 1]], [1, 1, 1, 1])
            standing.seed = UInt64(seed)
            for choice in try await dropped(DropOperators().decide(standing)) { goes[choice, default: 0] += 1 }
        }
        for choice in ["a", "b", "p", "q"] { #expect(abs(goes[choice, default: 0] - 500) < 97) }
    }
}
