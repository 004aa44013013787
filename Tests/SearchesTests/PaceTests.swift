import Foundations
import Searches
import Testing

/// When a round scores and decides.
@Suite struct PaceTests {
    struct Play {
        var spent: Double
        var steps = 0
        /// The amount spent before each scoring, and the steps made before it.
        var scorings: [(spent: Double, steps: Int)] = []
    }

    private func played(_ pace: Pace, limit: Int = 100_000) -> Play? {
        var play = Play(spent: pace.start)
        var trained = false
        for _ in 0..<limit {
            switch pace.move(spent: play.spent, made: play.scorings.count, trained: trained) {
            case .step:
                play.spent += pace.step
                play.steps += 1
                trained = true
            case .score:
                play.scorings.append((play.spent, play.steps))
                play.spent += pace.scoring
                trained = false
            case .decide: return play
            }
        }
        return nil
    }

    private func drawn(_ k: Int) -> Pace {
        var stream = RandomStream(seed: 11, purpose: .test, step: k)
        let start = Double(stream.below(1000))
        return Pace(
            due: start + Double(1 + stream.below(20_000)), start: start, scoring: Double(stream.below(800)),
            step: Double(1 + stream.below(64)), cycle: 1 + stream.below(64), window: 1 + stream.below(6))
    }

    @Test(arguments: 0..<300)
    func aRoundEndsWithItsScorings(_ k: Int) throws {
        let pace = drawn(k)
        let play = try #require(played(pace))
        #expect(play.scorings.count == pace.scorings)
        #expect(1...pace.window ~= pace.scorings)
        // A training step lies before every scoring.
        #expect(zip(play.scorings.map(\.steps), [0] + play.scorings.map(\.steps)).allSatisfy { $0.0 > $0.1 })
    }

    @Test(arguments: 0..<300)
    func aRoundEndsWhereItsDecisionIsDue(_ k: Int) throws {
        let pace = drawn(k)
        guard pace.start + pace.scoring + pace.step <= pace.due else { return }
        let play = try #require(played(pace))
        #expect(play.spent >= pace.due)
        #expect(play.spent < pace.due + pace.step)
    }

    @Test func scoringsLieOneCycleApart() throws {
        let pace = Pace(due: 10_000, start: 0, scoring: 100, step: 8, cycle: 64, window: 3)
        let steps = try #require(played(pace)).scorings.map(\.steps)
        #expect(steps.count == 3)
        #expect(steps[1] - steps[0] == 64 && steps[2] - steps[1] == 64)
    }

    @Test func aShortRoundSpreadsItsScorings() throws {
        let pace = Pace(due: 430, start: 0, scoring: 10, step: 10, cycle: 64, window: 4)
        let play = try #require(played(pace))
        #expect(play.scorings.map(\.steps) == [10, 20, 30, 39])
        #expect(play.spent == 430)
    }

    @Test func aTightRoundMakesFewerScorings() throws {
        let pace = Pace(due: 250, start: 0, scoring: 100, step: 10, cycle: 4, window: 5)
        #expect(try #require(played(pace)).scorings.count == 2)
    }

    @Test func scoringThatIsFreeDoesNotDelay() throws {
        let pace = Pace(due: 12.5, start: 0, scoring: 0, step: 1, cycle: 5, window: 3)
        let play = try #require(played(pace))
        #expect(play.scorings.map(\.steps) == [5, 9, 13])
    }

    @Test func binaryFractionsCostNoStep() throws {
        let pace = Pace(due: 0.07 * 100, start: 0, scoring: 0, step: 1, cycle: 1, window: 1)
        #expect(try #require(played(pace)).steps == 7)
    }

    @Test(arguments: [
        Pace(due: 0, start: 0, scoring: 0, step: 0, cycle: 1, window: 3),
        Pace(due: 10, start: 1e18, scoring: 5, step: 1, cycle: 1, window: 1000),
        Pace(due: -1e300, start: 1e300, scoring: 1e-300, step: 1e-300, cycle: 1, window: 2),
        Pace(due: 1, start: 1, scoring: 1e300, step: 1, cycle: .max, window: .max),
        Pace(due: .nan, start: 0, scoring: 1, step: 1, cycle: 1, window: 2),
    ])
    func absurdRoundsDoNotTrap(_ pace: Pace) {
        #expect(1...pace.window ~= pace.scorings)
        _ = pace.spacing
        _ = pace.move(spent: 1e300, made: 0, trained: true)
    }

    @Test func aHugeBudgetPlansItsWindow() {
        let pace = Pace(due: 1e18, start: 0, scoring: 0, step: 1e-9, cycle: 64, window: 4)
        #expect(pace.scorings == 4)
        #expect(pace.move(spent: 0, made: 0, trained: false) == .step)
    }

    @Test(arguments: [
        Pace(due: 0, start: 0, scoring: 10, step: 1, cycle: 4, window: 3),
        Pace(due: 5, start: 100, scoring: 10, step: 1, cycle: 4, window: 3),
        Pace(due: 5, start: 0, scoring: 1e9, step: 1, cycle: 4, window: 3),
    ])
    func aRoundWithoutRoomScoresOnceAndEnds(_ pace: Pace) throws {
        #expect(try #require(played(pace, limit: 50)).scorings.count == 1)
    }
}
