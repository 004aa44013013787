import Foundation
import Foundations
import Rankings
import Testing

/// Do comparisons of equals reject as often as they say, and do intervals hold what they are to hold? 2,000 simulated
/// comparisons a row (`ESPALIER_SOAK=1`: 20,000); the table goes to standard output.
@Suite struct PairedSimulationTests {
    private static let draws = ProcessInfo.processInfo.environment["ESPALIER_SOAK"] == "1" ? 20_000 : 2_000

    /// How seeds come out: pairs of values whose means differ by `gap`.
    fileprivate enum Outcomes: String, CaseIterable {
        /// Normal differences.
        case normal
        /// Both arms pick among six children, each seed anew: many ties.
        case picks
        /// The same, and the table they are judged by is itself drawn.
        case noisyTable = "noisy table"
        /// Both arms always pick the same two equally good children: nothing but the table's error tells them apart.
        case onlyTable = "only the table"
    }

    private struct Row {
        var rejected = 0
        var covered = 0
        var better = 0
        var count = 0
    }

    /// Six children's true values, and the error of the table.
    private static let truth = [77.0, 76.4, 76.1, 75.2, 74.0, 71.0]
    private static let error = 0.3

    private static func simulate(_ outcomes: Outcomes, pairs: Int, gap: Double) throws -> Row {
        var row = Row()
        for draw in 0..<draws {
            var stream = RandomStream(seed: 11, purpose: .test, round: pairs, step: draw, lane: outcomes.hashLane)
            let (comparison, effect) = try one(outcomes, pairs: pairs, gap: gap, &stream)
            row.count += 1
            row.rejected += comparison.pValue <= 0.05 ? 1 : 0
            row.covered += comparison.interval().map { $0.contains(effect) } ?? true ? 1 : 0
            row.better += [.better, .worse].contains(Conclusion(comparison)) ? 1 : 0
        }
        return row
    }

    private static func one(
        _ outcomes: Outcomes, pairs: Int, gap: Double, _ stream: inout RandomStream
    ) throws -> (PairedComparison, effect: Double) {
        let labels = truth.indices.map { "c\($0)" }
        func comparison(_ a: [Int], _ b: [Int], noise: Double, effect: Double) throws -> (PairedComparison, Double) {
            let means = truth.map { $0 + noise * stream.normal() }
            let table = try TruthTable(labels: labels, means: means)
            let tableError = try table.error(
                of: a.map { labels[$0] }, against: b.map { labels[$0] },
                standardErrors: truth.map { _ in noise })
            let pair = try #require(
                try PairedComparison(a.map { means[$0] }, b.map { means[$0] }, tableError: tableError))
            return (pair, effect)
        }
        switch outcomes {
        case .normal:
            let a = (0..<pairs).map { _ in 70 + stream.normal() + gap }
            let b = (0..<pairs).map { _ in 70 + stream.normal() }
            return (try #require(try PairedComparison(a, b)), gap)
        case .picks, .noisyTable:
            // Half of the time the arm with the gap takes the best child instead.
            let a = (0..<pairs).map { _ in stream.unitDouble() < gap ? 0 : stream.below(6) }
            let b = (0..<pairs).map { _ in stream.below(6) }
            let mean = truth.reduce(0, +) / 6
            return try comparison(a, b, noise: outcomes == .picks ? 0 : error, effect: gap * (truth[0] - mean))
        case .onlyTable:
            // Children 0 and 1 made equally good: what is left of their difference is the table's error.
            let a = Array(repeating: 0, count: pairs)
            let b = Array(repeating: 1, count: pairs)
            return try comparison(a, b, noise: error, effect: truth[0] - truth[1])
        }
    }

    private static func limit(_ rate: Double) -> Double {
        2.58 * (rate * (1 - rate) / Double(draws)).squareRoot()
    }

    @Test func equalsAreRejectedAsOftenAsSaid() throws {
        print("comparisons of equals: outcomes, pairs, rejected at 5 %, attainable, covered by 95 %")
        for outcomes in [Outcomes.normal, .picks, .noisyTable] {
            for pairs in [6, 8, 10] {
                let row = try Self.simulate(outcomes, pairs: pairs, gap: 0)
                let rate = Double(row.rejected) / Double(row.count)
                let size = try #require(attainableSize(pairs: pairs, alpha: 0.05))
                let covered = Double(row.covered) / Double(row.count)
                print(String(format: "  %@ %d: %.4f, %.4f, %.4f", outcomes.rawValue, pairs, rate, size, covered))
                #expect(rate <= 0.05 + Self.limit(0.05), "\(outcomes) \(pairs)")
                if outcomes == .normal { #expect(abs(rate - size) <= Self.limit(size), "normal \(pairs)") }
                #expect(covered >= 0.95 - Self.limit(0.95), "\(outcomes) \(pairs) covers \(covered)")
                if pairs == 10 { #expect(Double(row.better) / Double(row.count) <= 0.05 + Self.limit(0.05)) }
            }
        }
    }

    @Test func intervalsHoldTheEffect() throws {
        print("comparisons of unequals: outcomes, pairs, p <= 5 %, covered by 95 %")
        for outcomes in [Outcomes.normal, .picks, .noisyTable, .onlyTable] {
            for pairs in [6, 8, 10] {
                let row = try Self.simulate(outcomes, pairs: pairs, gap: outcomes == .normal ? 1 : 0.5)
                let covered = Double(row.covered) / Double(row.count)
                print(
                    String(
                        format: "  %@ %d: %.4f, %.4f", outcomes.rawValue, pairs,
                        Double(row.rejected) / Double(row.count), covered))
                // Skewed differences are not symmetric about their mean: a sign-flip interval falls a little short.
                let wanted = outcomes == .picks || outcomes == .noisyTable ? 0.93 : 0.95
                #expect(covered >= wanted - Self.limit(wanted), "\(outcomes) \(pairs) covers \(covered)")
            }
        }
    }

    /// A table that is taken for exact tells apart what is equal, with every seed agreeing.
    @Test func aTableTakenForExactMisleads() throws {
        let labels = ["a", "b"]
        var (naive, honest) = (0, 0)
        for draw in 0..<Self.draws {
            var stream = RandomStream(seed: 12, purpose: .test, step: draw)
            let means = labels.map { _ in 76 + Self.error * stream.normal() }
            let table = try TruthTable(labels: labels, means: means)
            let (a, b) = (Array(repeating: "a", count: 10), Array(repeating: "b", count: 10))
            let tableError = try table.error(of: a, against: b, standardErrors: [Self.error, Self.error])
            let values = (a.map { table[$0] ?? 0 }, b.map { table[$0] ?? 0 })
            func isNamed(_ tableError: Double) throws -> Bool {
                let pair = try #require(try PairedComparison(values.0, values.1, tableError: tableError))
                return [.better, .worse].contains(Conclusion(pair))
            }
            naive += try isNamed(0) ? 1 : 0
            honest += try isNamed(tableError) ? 1 : 0
        }
        #expect(naive == Self.draws)
        #expect(Double(honest) / Double(Self.draws) <= 0.05 + Self.limit(0.05))
    }
}

extension PairedSimulationTests.Outcomes {
    fileprivate var hashLane: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension RandomStream {
    fileprivate mutating func normal() -> Double {
        let radius = (-2 * log(1 - unitDouble())).squareRoot()
        return radius * cos(2 * .pi * unitDouble())
    }
}
