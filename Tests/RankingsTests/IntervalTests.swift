import Foundation
import Foundations
import Rankings
import Testing

@Suite struct IntervalTests {
    @Test func signFlipByHand() throws {
        // 3, 1, 2: sums of |+-3 +-1 +-2|: 6 twice, 4 twice, 2 twice, 0 twice. Two of eight reach 6.
        let test = try #require(try SignFlip([3, 1, 2]))
        #expect(test.pValue == 0.25)
        #expect(test.mean == 2)
        #expect(test.interval() == nil)
        // q = floor(.5 * 4) = 2: the second smallest and largest of 1, 1.5, 2, 2, 2, 2.5, 3.
        #expect(test.interval(level: 0.5) == Interval(low: 1.5, high: 2.5, level: 0.5, method: .signFlip))
    }

    @Test func fewValuesHaveNoIntervalAtHighLevels() throws {
        func isBounded(_ count: Int, _ level: Double) throws -> Bool {
            try SignFlip((0..<count).map(Double.init))?.interval(level: level) != nil
        }
        #expect(try !isBounded(5, 0.95) && isBounded(6, 0.95))
        #expect(try !isBounded(4, 0.9) && isBounded(5, 0.9))
        #expect(SignFlip.smallestP(count: 5) == 0.0625)
        #expect(try SignFlip([]) == nil)
        #expect(try SignFlip([4])?.pValue == 1)
    }

    @Test func zerosTiesAndLargeNumbers() throws {
        let zeros = try #require(try SignFlip([0, 0, 0, 0, 0, 0, 0]))
        #expect(zeros.pValue == 1)
        #expect(zeros.interval()?.low == 0 && zeros.interval()?.high == 0)
        // Seven equal tenths: rounding must not make sums differ that are equal.
        #expect(try SignFlip([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])?.pValue == 1.0 / 64)
        #expect(try SignFlip([0.1, 0.2, -0.3, 0.3, 0.4, -0.7])?.pValue == 1)
        let huge = try #require(try SignFlip([1e308, 1e308, 1e308, 1e308, 1e308, 1.5e308]))
        #expect(huge.pValue == 1.0 / 32 && huge.interval()?.high == 1.5e308)
        #expect(throws: RankingsError.self) { try SignFlip([1, .nan]) }
        #expect(throws: RankingsError.self) { try SignFlip([1, .infinity]) }
    }

    /// The interval leaves out 0 exactly where the test rejects it, whether patterns are counted or drawn.
    @Test func intervalAndTestAgree() throws {
        for (seed, count) in [6, 8, 11, 20, 21, 30].enumerated() {
            for shift in 0..<(count < 20 ? 40 : 8) {
                var stream = PortableStream(seed * 100 + shift)
                let values = (0..<count).map { _ in Double(stream.below(1_000)) - 500 + 12 * Double(shift) }
                let test = try #require(try SignFlip(values))
                let interval = try #require(test.interval())
                #expect(interval.contains(0) == (test.pValue > 0.05), "\(count) values, shift \(shift)")
                #expect(try SignFlip(values) == test)
            }
        }
    }

    @Test func studentQuantiles() {
        // Tables: t(.975) with 1, 4, 9, 63 degrees.
        for (degrees, t) in [(1.0, 12.7062047), (4, 2.7764451), (9, 2.2621572), (63, 1.9983405)] {
            #expect(abs(studentQuantile(upper: 0.025, degrees: degrees) - t) < 1e-6)
        }
        #expect(studentQuantile(upper: 0.5, degrees: 3) < 1e-8)
    }

    @Test func jackknifeOfAMeanIsItsStandardError() throws {
        // Deleted means of 1, 2, 3, 6 are 11/3, 10/3, 3, 2; s / sqrt n = sqrt(14 / 3 / 4).
        let found = try #require(Jackknife(3, deleted: [11.0 / 3, 10.0 / 3, 3, 2]))
        #expect(abs(found.standardError - (14.0 / 12).squareRoot()) < 1e-12)
        #expect(Jackknife(1, deleted: [1, nil, 1]) == nil)
        #expect(Jackknife(1, deleted: [1, 1]) == nil)
        #expect(Jackknife(1, deleted: [1, 1, 1])?.interval() == nil)
    }

    @Test func tauOverChildren() throws {
        // The same jackknife by leaving each child out for real.
        var stream = PortableStream(5)
        for count in [6, 9, 30] {
            let x = stream.values("ties", count)
            let y = zip(x, stream.values("ties", count)).map { $0 + $1 }
            let found = try #require(try Kendall.jackknife(x, y))
            let deleted = try x.indices.map { item in
                let rest = x.indices.filter { $0 != item }
                return try Kendall(x, y, inside: rest)?.tauB
            }
            let expected = try #require(Jackknife(found.value, deleted: deleted))
            #expect(abs(found.standardError - expected.standardError) < 1e-12)
        }
        #expect(try Kendall.jackknife([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]) == nil)
        #expect(try Kendall.jackknife([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6])?.interval() == nil)
    }
}

/// Coverage and rejection of the intervals by simulation: 2,000 null samples each.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["ESPALIER_SOAK"] == "1"))
struct IntervalSimulationTests {
    @Test(arguments: [6, 8, 10], ["normal", "skewed"]) func calibration(count: Int, kind: String) throws {
        let trials = 2_000
        var (covered, rejected) = (0, 0)
        for trial in 0..<trials {
            var stream = RandomStream(seed: 11, purpose: .test, step: trial, lane: count)
            let values = (0..<count).map { _ -> Double in
                let radius = -2 * log(1 - stream.unitDouble())
                let angle = cos(2 * .pi * stream.unitDouble())
                return kind == "normal" ? radius.squareRoot() * angle : radius / 2 - 1
            }
            let test = try #require(try SignFlip(values))
            if test.interval()?.contains(0) == true { covered += 1 }
            if test.pValue <= 0.05 { rejected += 1 }
        }
        let size = Double(Int(0.05 * SignFlip.patterns(count: count))) / SignFlip.patterns(count: count)
        let rate = Double(rejected) / Double(trials)
        print(
            "n \(count), \(kind): sign-flip rejects \(rate) (exact \(size)), covers \(Double(covered) / Double(trials))"
        )
        #expect(covered + rejected == trials)
        let error = (size * (1 - size) / Double(trials)).squareRoot()
        if kind == "normal" { #expect(abs(rate - size) < 2.58 * error) }
    }
}
