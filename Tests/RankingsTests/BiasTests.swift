import Foundation
import Foundations
import Rankings
import Testing

/// Simulated scorings of the 64 children of three slots with four operators, whose parameters go with their truth.
private struct Scorings {
    static let children = (0..<64).map { [$0 / 16, $0 / 4 % 4, $0 % 4] }
    /// Truth: operators add up, and a little of the child's own; in units of its deviation.
    static let truth: [Double] = {
        var stream = RandomStream(seed: 3, purpose: .test)
        let raw = children.map { child in
            child.reduce(0) { $0 + [0, 0.5, 0.9, 1.1][$1] } + 0.5 * stream.gaussian()
        }
        let mean = raw.reduce(0, +) / 64
        let deviation = (raw.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 64).squareRoot()
        return raw.map { ($0 - mean) / deviation }
    }()
    static let params = children.map { child in child.reduce(24_000.0) { $0 + [0, 800, 1_800, 900][$1] } }
    static let features: [BiasFeature] =
        [
            .amount("parameters", params),
            .amount("depth", children.map { Double($0.reduce(0) { $0 + [0, 4, 4, 2][$1] }) }),
        ]
        + (0..<3).flatMap { slot in
            (0..<4).map { choice in .choice("op \(choice) on \(slot)", children.map { $0[slot] == choice }) }
        }

    /// A score, and a truth measured with `error`; `planted` lifts operator 2 on slot 1.
    static func draw(
        _ number: Int, noise: Double, error: Double, planted: Double = 0
    ) -> (scores: [Double], measured: [Double]) {
        var stream = RandomStream(seed: 31, purpose: .test, step: number)
        let measured = truth.map { $0 + error * stream.gaussian() }
        let scores = zip(truth, children).map { $0 + noise * stream.gaussian() + ($1[1] == 2 ? planted : 0) }
        return (scores, measured)
    }
}

extension RandomStream {
    fileprivate mutating func gaussian() -> Double {
        (-2 * log(1 - unitDouble())).squareRoot() * cos(2 * .pi * unitDouble())
    }
}

/// Is the null what it says? `ESPALIER_SOAK=1`: 2,000 scorings with the full number of draws; else 300 with 199, which
/// test each feature alone: Holm's factor asks for more.
@Suite struct BiasTests {
    private static let soak = ProcessInfo.processInfo.environment["ESPALIER_SOAK"] == "1"
    private static let scorings = soak ? 2_000 : 300

    /// For each scoring the tests of all features.
    private static func tests(
        noise: Double, error: Double, planted: Double = 0, count: Int = scorings, draws: Int? = soak ? nil : 199
    ) async throws -> [BiasTest] {
        try await withThrowingTaskGroup(of: [(Int, BiasTest)].self) { group in
            for lane in 0..<4 {
                group.addTask {
                    try stride(from: lane, to: count, by: 4).map { number in
                        let drawn = Scorings.draw(number, noise: noise, error: error, planted: planted)
                        return (
                            number,
                            try BiasTest(
                                scores: drawn.scores, truth: drawn.measured,
                                errors: error > 0 ? drawn.measured.map { _ in error } : nil,
                                features: Scorings.features, draws: draws, lane: number)
                        )
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func bound(_ count: Int) -> Double { 0.05 + 2.58 * (0.05 * 0.95 / Double(count)).squareRoot() }

    /// No bias: each feature's p is below .05 in at most 5 %, at a low tau, at a high one, and with a noisy truth. The
    /// bound on the worst of the features is wider, since it is the worst of 14; it is left out where the truth's error is a
    /// third of its spread, see ``BiasNull``.
    @Test(arguments: [(2.0, 0.0), (0.6, 0.0), (1.0, 0.2), (1.0, 0.35)])
    func falseAlarmsAreRare(noise: Double, error: Double) async throws {
        let tests = try await Self.tests(noise: noise, error: error)
        let tau = tests.compactMap(\.tau).reduce(0, +) / Double(tests.count)
        let rates = Scorings.features.indices.map { place in
            Double(tests.count { ($0.findings[place].tested?.p ?? 1) <= 0.05 }) / Double(tests.count)
        }
        let any =
            Double(tests.count { $0.findings.contains { $0.tested?.isShown(0.05) == true } }) / Double(tests.count)
        let mean = rates.reduce(0, +) / Double(rates.count)
        print(
            "bias null: tau \(tau), error \(error): rejected \(mean) on average, \(rates.max() ?? 0) at worst, any by Holm \(any)"
        )
        #expect(mean <= Self.bound(tests.count))
        #expect(error > 0.3 || (rates.max() ?? 1) <= 0.05 + 3.5 * (0.05 * 0.95 / Double(tests.count)).squareRoot())
        #expect(any <= Self.bound(tests.count))
        // It must be able to reject, too.
        #expect(mean >= 0.02)
    }

    /// Planted bug: rank error against parameters, as if a correlation of zero were what noise makes of it.
    @Test func aRawCorrelationFailsTheSameCheck() throws {
        let alarms = try (0..<Self.scorings).count { number in
            let drawn = Scorings.draw(number, noise: 1, error: 0)
            let error = zip(try ranks(drawn.scores), try ranks(drawn.measured)).map { $1 - $0 }
            let r = try #require(try spearman(error, Scorings.params))
            let t = r * (62 / (1 - r * r)).squareRoot()
            return 2 * studentTail(abs(t), degrees: 62) <= 0.05
        }
        let rate = Double(alarms) / Double(Self.scorings)
        print("bias null: the raw correlation rejects \(rate)")
        #expect(rate > 3 * Self.bound(Self.scorings))
    }

    @Test func aPlantedBiasIsFoundAndNamed() async throws {
        let place = try #require(Scorings.features.firstIndex { $0.name == "op 2 on 1" })
        let tests = try await Self.tests(noise: 1, error: 0.2, planted: 1.5, count: 60, draws: 1_999)
        let found = tests.count { test in
            let tested = test.findings[place].tested
            return tested?.isShown(0.05) == true && (tested?.effect ?? 0) > (tested?.high ?? 0)
        }
        let largest = tests.count { test in
            let choices = test.findings.filter(\.isChoice)
            return choices.max { ($0.tested?.effect ?? 0) < ($1.tested?.effect ?? 0) }?.feature == "op 2 on 1"
        }
        print("bias null: a planted bias of 1.5 deviations is shown in \(found) of 60, named first in \(largest)")
        #expect(found >= 48)
        #expect(largest >= 48)
    }

    @Test func changesOfNothingAreNotShown() async throws {
        let count = Self.soak ? 500 : 80
        let rejected = try (0..<count).count { number in
            let first = Scorings.draw(number, noise: 1, error: 0)
            let second = Scorings.draw(number + 10_000, noise: 0.7, error: 0)
            let change = try BiasChange(
                earlier: first.scores, later: second.scores, truth: Scorings.truth, features: Scorings.features,
                draws: Self.soak ? nil : 399, lane: number)
            return change.findings.contains { $0.change.p <= 0.05 && $0.feature == "op 2 on 1" }
        }
        #expect(Double(rejected) / Double(count) <= Self.bound(count))
    }

    @Test func aBiasThatAppearsGrew() throws {
        let first = Scorings.draw(1, noise: 0.5, error: 0)
        let second = Scorings.draw(2, noise: 0.5, error: 0, planted: 2)
        let change = try BiasChange(
            earlier: first.scores, later: second.scores, truth: Scorings.truth, features: Scorings.features)
        #expect(change.findings.first { $0.feature == "op 2 on 1" }?.move == .grew)
        let back = try BiasChange(
            earlier: second.scores, later: first.scores, truth: Scorings.truth, features: Scorings.features)
        #expect(back.findings.first { $0.feature == "op 2 on 1" }?.move == .shrank)
    }

    @Test func fewChildrenCannotTell() throws {
        let few = Array(0..<9).map(Double.init)
        let test = try BiasTest(scores: few, truth: few.reversed(), features: [.amount("size", few)])
        #expect(test.draws == 0 && test.findings[0].tested == nil && test.tau == -1)
        // Two with the choice are too few, and so are two without it.
        let twelve = Array(0..<12).map { Double($0 * 7 % 12) }
        let rare = try BiasTest(
            scores: twelve, truth: Array(0..<12).map(Double.init),
            features: [
                .choice("rare", (0..<12).map { $0 < 2 }), .choice("usual", (0..<12).map { $0 >= 2 }),
                .choice("some", (0..<12).map { $0 % 2 == 0 }), .amount("equal", twelve.map { _ in 5 }),
            ])
        #expect(rare.findings.map { $0.tested == nil } == [true, true, false, true])
        #expect(rare.findings.map(\.with) == [2, 10, 6, nil])
        let constant = try BiasTest(
            scores: twelve.map { _ in 1 }, truth: twelve, features: [.amount("size", few + [1, 2, 3])])
        #expect(constant.tau == nil && constant.draws == 0)
    }

    /// A perfect and a reversed ranking have no error that noise could have made differently.
    @Test func perfectRankingsShowNothing() throws {
        for scores in [Scorings.truth, Scorings.truth.map { -$0 }] {
            let test = try BiasTest(scores: scores, truth: Scorings.truth, features: Scorings.features, draws: 199)
            #expect(test.findings.allSatisfy { $0.tested?.p == 1 && abs($0.tested?.effect ?? 1) < 1e-6 })
        }
    }

    @Test func drawsAreFunctionsOfTheirKey() throws {
        let drawn = Scorings.draw(5, noise: 1, error: 0)
        func test(_ lane: Int) throws -> BiasTest {
            try BiasTest(
                scores: drawn.scores, truth: drawn.measured, features: Scorings.features, draws: 99, lane: lane)
        }
        #expect(try test(1) == test(1))
        #expect(try test(1) != test(2))
    }
}
