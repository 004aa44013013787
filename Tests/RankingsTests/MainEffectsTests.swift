import Foundation
import Foundations
import Rankings
import Testing

/// Fits that numpy made: see Fixtures/make_effects.py.
private struct Reference: Decodable {
    struct Case: Decodable {
        struct Chosen: Decodable {
            let lambda: Double
            let errors: [Double]
        }
        struct Tried: Decodable {
            let choices: [Int]
            let value: Double?

            init(from decoder: any Decoder) throws {
                var box = try decoder.unkeyedContainer()
                choices = try box.decode([Int].self)
                value = try box.decode(Double?.self)
            }
        }
        let name: String
        let counts: [Int]
        let choices: [[Int]]
        let scores: [Double?]
        let weights: [Double]?
        let lambda: Double
        let intercept: Double
        let effects: [[Double?]]
        let fitted: [Double]
        let loo: [Double?]
        let looRMSE: Double?
        let edf: Double
        let variance: Double?
        let error: [Tried]
        let chosen: Chosen?
    }
    struct Sizes: Decodable {
        let scores: [Double]
        let params: [Int]
        let residual: [Double]
        let weight: Double
        let prior: [Double]
    }
    let cases: [Case]
    let sizes: Sizes

    static func load() throws -> Reference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/effects.json")
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }
}

private func close(_ a: Double?, _ b: Double?, within tolerance: Double = 1e-9) -> Bool {
    switch (a, b) {
    case (nil, nil): true
    case (let a?, let b?): abs(a - b) <= tolerance * max(1, abs(b))
    default: false
    }
}

private func close(_ a: [Double?], _ b: [Double?]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { close($0, $1) }
}

@Suite struct MainEffectsTests {
    /// 4 x 4 x 4 children with random scores.
    private let cube = (0..<64).map { [$0 / 16, $0 / 4 % 4, $0 % 4] }

    private func noise(_ n: Int, seed: UInt64 = 1) -> [Double] {
        var stream = RandomStream(seed: seed, purpose: .test)
        return (0..<n).map { _ in stream.unitDouble() }
    }

    @Test func fitsAgreeWithNumpy() throws {
        let reference = try Reference.load()
        #expect(reference.cases.count == 13)
        for item in reference.cases {
            let fit = try #require(
                try MainEffects(
                    choices: item.choices, counts: item.counts, scores: item.scores, weights: item.weights,
                    lambda: item.chosen == nil ? item.lambda : nil))
            #expect(fit.lambda == item.lambda, "lambda of \(item.name)")
            #expect(close(fit.intercept, item.intercept), "intercept of \(item.name)")
            #expect(fit.effects.count == item.effects.count)
            for (slot, (found, expected)) in zip(fit.effects, item.effects).enumerated() {
                #expect(close(found, expected), "effects of \(item.name), slot \(slot)")
            }
            #expect(close(fit.fitted, item.fitted), "fitted of \(item.name)")
            #expect(close(fit.looResiduals, item.loo), "leave-one-out of \(item.name)")
            #expect(close(fit.looRMSE, item.looRMSE), "leave-one-out error of \(item.name)")
            #expect(close(fit.degreesOfFreedom, item.edf), "degrees of freedom of \(item.name)")
            #expect(close(fit.residualVariance, item.variance), "residual variance of \(item.name)")
            for tried in item.error {
                #expect(close(fit.standardError(tried.choices), tried.value), "standard error in \(item.name)")
            }
        }
    }

    /// What is left when a child is taken out and the model fitted anew.
    @Test func leaveOneOutIsARefit() throws {
        let scores = noise(64)
        let fit = try #require(try MainEffects(choices: cube, counts: [4, 4, 4], scores: scores, lambda: 3))
        for child in stride(from: 0, to: 64, by: 7) {
            var without = scores.map { Optional($0) }
            without[child] = nil
            let refit = try #require(try MainEffects(choices: cube, counts: [4, 4, 4], scores: without, lambda: 3))
            #expect(refit.looResiduals[child] == nil)
            #expect(close(fit.looResiduals[child], scores[child] - refit.fitted[child]))
        }
    }

    /// Additive scores without noise are found again, and the smallest lambda wins.
    @Test func additiveScoresAreRecovered() throws {
        let effects = [[0.1, -0.1, 0.3, -0.3], [0, 0.2, 0, -0.2], [0.05, -0.05, 0.01, -0.01]]
        let scores = cube.map { row in zip(row, effects).reduce(0.5) { $0 + $1.1[$1.0] } }
        let fit = try #require(try MainEffects(choices: cube, counts: [4, 4, 4], scores: scores))
        #expect(fit.lambda == MainEffects.grid.first)
        for (found, expected) in zip(fit.effects, effects) {
            #expect(zip(found, expected).allSatisfy { abs($0! - $1) < 1e-4 })
        }
        #expect(fit.looRMSE! < 1e-4)
    }

    @Test func equalScoresGiveExactZeros() throws {
        let fit = try #require(
            try MainEffects(choices: cube, counts: [4, 4, 4], scores: Array(repeating: 0.1, count: 64)))
        #expect(fit.lambda == MainEffects.grid.last, "equal errors: the largest")
        #expect(fit.intercept == 0.1 && fit.fitted.allSatisfy { $0 == 0.1 })
        #expect(fit.effects.joined().allSatisfy { $0 == 0 })
        #expect(fit.looRMSE == 0 && fit.residualVariance == 0 && fit.standardError([0, 1, 2]) == 0)
    }

    @Test func oneChildAndNone() throws {
        let one = try #require(try MainEffects(choices: [[0, 1], [1, 1]], counts: [2, 2], scores: [0.3, nil]))
        #expect(one.fitted == [0.3, 0.3] && one.effects == [[0, nil], [nil, 0]])
        #expect(one.looResiduals == [nil, nil] && one.looRMSE == nil)
        #expect(one.residualVariance == nil && one.standardError([0, 1]) == nil)
        #expect(one.lambda == MainEffects.grid.last)
        #expect(try MainEffects(choices: [[0]], counts: [2], scores: [nil]) == nil)
        #expect(try MainEffects(choices: [], counts: [2], scores: []) == nil)
        let noSlots = try #require(try MainEffects(choices: [[], []], counts: [], scores: [1, 2]))
        #expect(noSlots.fitted == [1.5, 1.5] && close(noSlots.looResiduals, [-1, 1]))
    }

    @Test func orderOfChildrenChangesNothingBeyondRounding() throws {
        let scores = noise(64)
        let fit = try #require(try MainEffects(choices: cube, counts: [4, 4, 4], scores: scores))
        let turned = try #require(
            try MainEffects(choices: cube.reversed(), counts: [4, 4, 4], scores: scores.reversed()))
        #expect(turned.lambda == fit.lambda && close(turned.fitted.reversed(), fit.fitted))
    }

    @Test func effectsOfASlotSumToZero() throws {
        let rows = cube.filter { $0[0] != 2 && $0[1] + $0[2] > 1 }
        let fit = try #require(try MainEffects(choices: rows, counts: [4, 4, 4], scores: noise(rows.count), lambda: 1))
        #expect(fit.effects[0][2] == nil)
        for slot in fit.effects { #expect(abs(slot.compactMap { $0 }.reduce(0, +)) < 1e-12) }
        // An absent choice predicts like the average one, less surely.
        let mean = [0, 1, 3].reduce(0) { $0 + fit.fitted([$1, 2, 2]) } / 3
        #expect(close(fit.fitted([2, 2, 2]), mean))
        #expect(fit.standardError([2, 2, 2])! > fit.standardError([1, 2, 2])!)
    }

    @Test func operatorsOfASlot() throws {
        let rows = [[0, 1], [0, 0], [1, 1], [2, 1]]
        let scores: [Double?] = [0.2, 0.4, 0.9, nil]
        let fit = try #require(try MainEffects(choices: rows, counts: [4, 2], scores: scores, lambda: 1))
        let found = fit.operatorScores(choices: rows, scores: scores)
        #expect(found.map(\.slot) == [0, 0, 0, 1, 1] && found.map(\.choice) == [0, 1, 2, 0, 1])
        #expect(found.map(\.count) == [2, 1, 0, 1, 2])
        #expect(close(found.map(\.mean), [0.3, 0.9, nil, 0.4, 0.55]))
        #expect(
            found.map(\.effect) == [fit.effects[0][0], fit.effects[0][1], nil, fit.effects[1][0], fit.effects[1][1]])
    }

    @Test func refusals() throws {
        func message(
            _ choices: [[Int]] = [[0, 1]], _ counts: [Int] = [2, 2], _ scores: [Double?] = [1],
            weights: [Double]? = nil,
            lambda: Double? = nil
        ) -> String? {
            #expect(throws: RankingsError.self) {
                try MainEffects(choices: choices, counts: counts, scores: scores, weights: weights, lambda: lambda)
            }?.message
        }
        #expect(message([[0, 1], [1, 1]]) == "scores holds 1 values, expected 2, one a child")
        #expect(message(weights: []) == "weights holds 0 values, expected 1, one a child")
        #expect(message([[0]]) == "child 0 has 1 choices, expected 2, one a slot")
        #expect(message([[0, 2]]) == "child 0 has choice 2 at slot 1, expected 0 to 1")
        #expect(message([[0, 1]], [2, 2], [.nan]) == "scores[0] is nan, expected a finite number")
        #expect(message(weights: [0]) == "weights[0] is 0.0, expected a finite number above 0")
        #expect(message(lambda: 0) == "lambda is 0.0, expected a finite number above 0")
    }
}

@Suite struct SizeTests {
    @Test func agreeWithNumpy() throws {
        let sizes = try Reference.load().sizes
        #expect(close(try residualAfterLogParams(sizes.scores, params: sizes.params), sizes.residual))
        #expect(close(try sizePrior(sizes.scores, params: sizes.params, weight: sizes.weight), sizes.prior))
    }

    @Test func missingScoresTakeNoPart() throws {
        let sizes = try Reference.load().sizes
        let scores = [nil] + sizes.scores.map { Optional($0) }
        #expect(close(try residualAfterLogParams(scores, params: [9] + sizes.params), [nil] + sizes.residual))
        #expect(close(try sizePrior(scores, params: [9] + sizes.params, weight: sizes.weight), [nil] + sizes.prior))
    }

    @Test func equalSizesEqualScoresAndOneChild() throws {
        #expect(close(try residualAfterLogParams([1, 2, 6], params: [7, 7, 7]), [-2, -1, 3]))
        #expect(try residualAfterLogParams([0.3], params: [7]) == [0])
        #expect(try residualAfterLogParams([], params: []) == [])
        #expect(try sizePrior([0.1, 0.1, 0.1], params: [7, 7, 7], weight: 1) == [0, 0, 0])
        #expect(try sizePrior([0.3], params: [7], weight: 2) == [0])
        #expect(close(try sizePrior([0.1, 0.1], params: [10, 20], weight: 2), [-2, 2]))
    }

    @Test func refusals() throws {
        let length = #expect(throws: RankingsError.self) { try residualAfterLogParams([1], params: []) }
        #expect(length?.message == "params holds 0 values, expected 1 as in scores")
        let zero = #expect(throws: RankingsError.self) { try sizePrior([1], params: [0], weight: 1) }
        #expect(zero?.message == "params[0] is 0, expected at least 1")
        #expect(throws: RankingsError.self) { try sizePrior([1], params: [3], weight: .infinity) }
        #expect(throws: RankingsError.self) { try residualAfterLogParams([.infinity], params: [3]) }
    }
}

@Suite struct AgreementTests {
    @Test func tauOfTheChildrenBothHave() throws {
        #expect(try agreement([1, 2, 3], [10, 20, 30]) == 1)
        #expect(try agreement([1, nil, 2, 3], [5, 9, 6, nil]) == 1)
        // C 2, D 1 and no tie.
        #expect(try agreement([1, 2, 3], [2, 1, 3]) == 1.0 / 3)
    }

    @Test func undefinedIsNil() throws {
        #expect(try agreement([1], [2]) == nil)
        #expect(try agreement([], []) == nil)
        #expect(try agreement([1, 1, 1], [1, 2, 3]) == nil)
        #expect(try agreement([nil, 1], [3, 2]) == nil)
        #expect(throws: RankingsError.self) { try agreement([1], []) }
        #expect(throws: RankingsError.self) { try agreement([1, .nan], [1, 2]) }
    }
}
