import Foundation
import Rankings
import Testing

/// Values that scipy made, or counting: see Fixtures/make_paired.py.
private struct Reference: Decodable {
    struct Case: Decodable {
        let name: String
        let differences: [Double]
        let flip: Double
        let statistic, wilcoxon, sign: Double?
    }
    struct Approximate: Decodable {
        let differences: [Double]
        let wilcoxon: Double
    }
    struct Table: Decodable {
        let means, se: [Double]
        let a, b: [Int]
        let error: Double
    }
    let cases: [Case]
    let approximate: [Approximate]
    let table: Table
    let detectable: [String: Double]

    static func load() throws -> Reference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/paired.json")
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }
}

private func close(_ a: Double?, _ b: Double?, within error: Double = 1e-12) -> Bool {
    switch (a, b) {
    case (nil, nil): true
    case (let a?, let b?): abs(a - b) <= error
    default: false
    }
}

@Suite struct PairedTests {
    private func comparison(_ differences: [Double], tableError: Double = 0) throws -> PairedComparison {
        let base = differences.indices.map { 70 + Double($0) }
        return try #require(
            try PairedComparison(zip(base, differences).map { $0 + $1 }, base, tableError: tableError))
    }

    @Test func testsAgreeWithScipy() throws {
        let reference = try Reference.load()
        #expect(reference.cases.count > 40)
        for item in reference.cases {
            #expect(try close(SignFlip(item.differences)?.pValue, item.flip), "sign-flip of \(item.name)")
            #expect(try close(SignedRanks(item.differences)?.pValue, item.wilcoxon), "Wilcoxon of \(item.name)")
            #expect(try close(SignedRanks(item.differences)?.statistic, item.statistic), "W of \(item.name)")
            #expect(close(signTest(item.differences), item.sign), "sign test of \(item.name)")
        }
        for item in reference.approximate {
            #expect(try close(SignedRanks(item.differences)?.pValue, item.wilcoxon, within: 1e-9))
        }
    }

    @Test func theSignTestStaysFiniteForMany() throws {
        #expect(signTest(Array(repeating: 1, count: 5_000) + Array(repeating: -1, count: 5_000)) == 1)
        let p = try #require(signTest(Array(repeating: 1, count: 2_000)))
        #expect(p >= 0 && p < 1e-300)
    }

    @Test func theDetectableEffectIsTheSimulatedOne() throws {
        for (pairs, simulated) in try Reference.load().detectable {
            let count = try #require(Int(pairs))
            let found = try #require(detectableEffect(pairs: count))
            #expect(abs(found / simulated - 1) < 0.02, "\(pairs) pairs: \(found), simulated \(simulated)")
        }
        for pairs in 0..<6 { #expect(detectableEffect(pairs: pairs) == nil) }
        #expect(attainableSize(pairs: 10, alpha: 0.05) == 25.0 / 512)
        #expect(try #require(detectableEffect(pairs: 1_000)) < 0.09)
    }

    @Test func theTablesErrorIsThatOfDrawingItAnew() throws {
        let item = try Reference.load().table
        let labels = item.means.indices.map { "c\($0)" }
        let table = try TruthTable(labels: labels, means: item.means)
        let (a, b) = (item.a.map { labels[$0] }, item.b.map { labels[$0] })
        let error = try table.error(of: a, against: b, standardErrors: item.se)
        #expect(abs(error / item.error - 1) < 0.01)
        #expect(try table.error(of: a, against: a, standardErrors: item.se) == 0)
        #expect(throws: RankingsError.self) {
            try table.error(of: ["x"], against: ["c0"], standardErrors: item.se)
        }
    }

    /// Two children, deviations (ddof 0) .1 and .3 over 2 and 3 runs: s^2 = (2 x .01 + 3 x .09) / 3.
    @Test func deviationsArePooled() throws {
        let table = try TruthTable(labels: ["a", "b", "c"], means: [1, 2, 3], stds: [0.1, 0.3, 0], runs: [2, 3, 1])
        let pooled = ((2 * 0.01 + 3 * 0.09) / 3.0).squareRoot()
        let errors = try #require(table.pooledStandardErrors())
        #expect(zip(errors, [2.0, 3, 1]).allSatisfy { abs($0 - pooled / $1.squareRoot()) < 1e-12 })
        #expect(try TruthTable(labels: ["a"], means: [1]).pooledStandardErrors() == nil)
        #expect(try TruthTable(labels: ["a"], means: [1], stds: [0], runs: [1]).pooledStandardErrors() == nil)
    }

    /// Without a table error the sign-flip interval; with one the sides of a right triangle.
    @Test func seedsAndTableJoin() throws {
        let differences = [0.4, 1.1, -0.2, 0.9, 0.3, 0.7, 1.4, 0.1, 0.6, 0.5]
        let plain = try comparison(differences)
        let flips = try #require(try SignFlip(plain.differences)?.interval(level: 0.95))
        let interval = try #require(plain.interval())
        #expect(abs(interval.low - flips.low) < 1e-12 && abs(interval.high - flips.high) < 1e-12)
        let noisy = try comparison(differences, tableError: 0.2)
        let wide = try #require(noisy.interval())
        let z = 1.959964 * 0.2
        #expect(abs(wide.low - (plain.effect - hypot(plain.effect - flips.low, z))) < 1e-6)
        #expect(abs(wide.high - (plain.effect + hypot(flips.high - plain.effect, z))) < 1e-6)
        // Standard deviation .4733, detectable 1.002 of it; the table adds n x .2^2 to its square.
        #expect(abs(try #require(plain.detectableEffect) - 0.4743) < 0.001)
        #expect(abs(try #require(noisy.detectableEffect) - 1.002 * (0.4733 * 0.4733 + 0.4).squareRoot()) < 0.01)
    }

    @Test func fewPairsHaveNoTest() throws {
        let five = try comparison([1, 2, 3, 4, 5])
        #expect(five.pValue == 0.0625 && five.attainableP == 0.0625)
        #expect(five.interval() == nil && five.detectableEffect == nil && Conclusion(five) == .none)
        #expect(try PairedComparison([], []) == nil)
        #expect(throws: RankingsError.self) { try PairedComparison([1], [1, 2]) }
        #expect(throws: RankingsError.self) { try PairedComparison([.nan], [1]) }
    }

    @Test func theWordsFollowTheFigures() throws {
        let gains = [0.4, 1.1, 0.2, 0.9, 0.3, 0.7, 1.4, 0.1, 0.6, 0.5]
        #expect(try Conclusion(comparison(gains)) == .better)
        #expect(try Conclusion(comparison(gains.map(-))) == .worse)
        #expect(try Conclusion(comparison(Array(gains.prefix(9)))) == .none)
        // A table that is not sure of the children takes the word back.
        #expect(try Conclusion(comparison(gains, tableError: 0.5)) == .inconclusive)
        let small = [0.05, -0.04, 0.02, -0.06, 0.01, 0.03, -0.02, 0.04, -0.05, 0.02]
        #expect(try Conclusion(comparison(small)) == .equivalent)
        #expect(try Conclusion(comparison(small), margin: nil) == .inconclusive)
        #expect(try Conclusion(comparison(small, tableError: 0.2)) == .inconclusive)
        #expect(try Conclusion(comparison(gains.enumerated().map { $0 % 2 == 0 ? $1 : -$1 })) == .inconclusive)
    }

    @Test func correlationIsPearsons() throws {
        func correlation(_ a: [Double], _ b: [Double]) throws -> Double? { try PairedComparison(a, b)?.correlation }
        let equal = try #require(try correlation([1, 2, 3, 4], [2, 4, 6, 8]))
        let other = try #require(try correlation([1, 2, 3, 4], [1, 3, 2, 4]))
        #expect(abs(equal - 1) < 1e-12 && abs(other - 0.8) < 1e-12)
        #expect(try correlation([1, 2, 3], [0.7, 0.7, 0.7]) == nil)
    }
}
