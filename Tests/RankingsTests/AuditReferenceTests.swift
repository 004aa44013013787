import Foundation
import Rankings
import Testing

/// Figures of numpy, scipy and enumeration: see Fixtures/make_audit.py.
private struct Reference: Decodable {
    struct Partial: Decodable {
        let scores: [Double]
        let truth: [Double]
        let features: [[Double]]
        let effects: [Double?]
    }
    struct Cut: Decodable {
        let values: [Double]
        let truth: [Double]
        let marked: [Int]
        let kept: Int
        let lost: Double
        let regret: Double
    }
    struct Chance: Decodable {
        let x: Int
        let marked: Int
        let drawn: Int
        let total: Int
        let p: Double
    }
    let partials: [Partial]
    let cuts: [Cut]
    let chances: [Chance]

    static func load() throws -> Reference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/audit.json")
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }
}

@Suite struct AuditReferenceTests {
    @Test func partialEffectsAgreeWithLeastSquares() throws {
        let cases = try Reference.load().partials
        #expect(cases.count == 120)
        for (number, item) in cases.enumerated() {
            let found = try partialEffects(scores: item.scores, truth: item.truth, features: item.features)
            for (place, (mine, theirs)) in zip(found, item.effects).enumerated() {
                let isClose = mine.flatMap { mine in theirs.map { abs(mine - $0) <= 1e-8 * max(1, abs($0)) } }
                #expect(
                    isClose ?? (mine == nil && theirs == nil),
                    "table \(number), feature \(place): \(mine ?? .nan), numpy \(theirs ?? .nan)")
            }
        }
    }

    @Test func expectedCutsAgreeWithEnumeration() throws {
        let cases = try Reference.load().cuts
        #expect(cases.count == 120)
        for item in cases {
            let cut = ExpectedCut(keeping: item.kept, by: item.values, marked: item.marked, truth: item.truth)
            #expect(abs(cut.lost - item.lost) < 1e-12)
            #expect(abs(cut.regret - item.regret) < 1e-12)
        }
    }

    @Test func chancesAgreeWithScipy() throws {
        for item in try Reference.load().chances {
            let p = hypergeometricAtMost(item.x, marked: item.marked, drawn: item.drawn, total: item.total)
            #expect(abs(p - item.p) <= 1e-11 * max(item.p, 1e-3), "\(item.x) of \(item.drawn)")
        }
    }
}
