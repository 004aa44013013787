import Foundation
import Foundations
import Rankings
import Testing

/// Values that scipy and numpy made: see Fixtures/make_confidence.py.
private struct Reference: Decodable {
    struct Family: Decodable {
        let p, holm, conjunctions: [Double]
    }
    struct Noise: Decodable {
        let rows: [[Double]]
        let series, white, beta, cap, rho: Double
    }
    let normal, student, beta, ar: [[Double]]
    let families: [Family]
    let noise: [Noise]

    static func load() throws -> Reference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/confidence.json")
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }
}

private func near(_ a: Double, _ b: Double, _ tolerance: Double = 1e-10) -> Bool {
    abs(a - b) <= tolerance * max(abs(a), abs(b))
}

@Suite struct ConfidenceTests {
    @Test func tailsAgreeWithScipy() throws {
        let reference = try Reference.load()
        for row in reference.normal { #expect(near(normalTail(row[0]), row[1], 1e-12), "z \(row[0])") }
        for row in reference.beta {
            #expect(near(incompleteBeta(row[0], row[1], row[2]), row[3], 1e-11), "I of \(row)")
        }
        #expect(reference.student.count == 100)
        for row in reference.student {
            // log Gamma of half of nine million leaves nine digits.
            let tolerance = row[1] > 1e6 ? 1e-7 : 1e-9
            #expect(near(studentTail(row[0], degrees: row[1]), row[2], tolerance), "t \(row[0]), \(row[1]) degrees")
        }
    }

    @Test func tailsAtTheirEnds() {
        #expect(normalTail(.infinity) == 0 && normalTail(-.infinity) == 1 && normalTail(.nan).isNaN)
        #expect(studentTail(3, degrees: .infinity) == normalTail(3))
        #expect(studentTail(.infinity, degrees: 4) == 0 && studentTail(.nan, degrees: 4).isNaN)
        #expect(studentTail(0, degrees: 0.01) == 0.5)
        for z in [-3, 0, 0.5, 6] { #expect(abs(normalQuantile(upper: normalTail(z)) - z) < 2e-9) }
        #expect(near(normalDensity(1), 0.24197072451914337))
    }

    @Test func multipleTestsAgreeWithTheirClosures() throws {
        for family in try Reference.load().families {
            #expect(zip(holmAdjusted(family.p), family.holm).allSatisfy { near($0, $1, 1e-14) }, "\(family.p)")
            for (place, expected) in family.conjunctions.enumerated() {
                #expect(near(partialConjunction(family.p, atLeast: place + 1), expected, 1e-14), "\(family.p)")
            }
        }
        #expect(holmAdjusted([]) == [])
        #expect(partialConjunction([], atLeast: 1) == 1)
    }

    @Test func snapshotNoiseAgreesWithNumpy() throws {
        let reference = try Reference.load()
        for row in reference.ar {
            let noise = SnapshotNoise(count: Int(row[0]))
            #expect(near(noise.ratio(row[1]), row[2]), "ratio of \(row)")
            #expect(near(noise.degrees(row[1]), row[3]), "degrees of \(row)")
        }
        for item in reference.noise {
            let found = SnapshotNoise(count: item.rows.count).largestRho(
                covariance: item.rows, series: item.series, white: item.white, beta: item.beta, cap: item.cap)
            #expect(near(found, item.rho), "\(item.rows.count) snapshots, \(item.series) series")
        }
    }

    @Test func independentSnapshotsCountInFull() {
        #expect(near(SnapshotNoise(count: 4).ratio(0), 0.25))
        #expect(near(SnapshotNoise(count: 4).degrees(0), 3))
        // The limit of many snapshots: 1 / w_eff with w_eff = w (1 - rho) / (1 + rho).
        #expect(near(SnapshotNoise(count: 2_000).ratio(0.5), 1.5 / 0.5 / 2_000, 2e-3))
    }

    /// The bound is missed with a chance of at most beta: .05 of 2,000 within 2.58 standard errors.
    @Test(arguments: [0, 0.5, 0.9])
    func theBoundOnRhoHolds(_ rho: Double) {
        let (w, m, beta, runs) = (4, 20, 0.05, 2_000)
        var missed = 0
        for run in 0..<runs {
            var stream = RandomStream(seed: 8, purpose: .test, step: run)
            let rows = residuals(rho, snapshots: w, series: m, stream: &stream)
            let covariance = rows.map { a in rows.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(m) } }
            let bound = SnapshotNoise(count: w).largestRho(
                covariance: covariance, series: Double(m), white: 0, beta: beta, cap: 0.99)
            if bound < rho { missed += 1 }
        }
        #expect(Double(missed) / Double(runs) <= beta + 2.58 * (beta * (1 - beta) / Double(runs)).squareRoot())
    }

    @Test func withoutNoiseNothingIsKnownOfRho() {
        let noise = SnapshotNoise(count: 4)
        let none = [[Double]](repeating: [0, 0, 0, 0], count: 4)
        #expect(noise.largestRho(covariance: none, series: 9, white: 0, beta: 0.05, cap: 0.9) == 0.9)
        let little = (0..<4).map { row in (0..<4).map { $0 == row ? 0.75 : -0.25 } }
        #expect(noise.largestRho(covariance: little, series: 9, white: 1, beta: 0.05, cap: 0.9) == 0.9)
    }
}

/// [w, m]: AR(1) series of unit variance without their means.
private func residuals(_ rho: Double, snapshots: Int, series: Int, stream: inout RandomStream) -> [[Double]] {
    func normal() -> Double {
        (-2 * log(1 - stream.unitDouble())).squareRoot() * cos(2 * .pi * stream.unitDouble())
    }
    let columns = (0..<series).map { _ in
        var values = [normal()]
        for _ in 1..<snapshots { values.append(rho * (values.last ?? 0) + (1 - rho * rho).squareRoot() * normal()) }
        let mean = values.reduce(0, +) / Double(snapshots)
        return values.map { $0 - mean }
    }
    return (0..<snapshots).map { snapshot in columns.map { $0[snapshot] } }
}
