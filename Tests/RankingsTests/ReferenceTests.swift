import Foundation
import Rankings
import Testing

/// Values that scipy made: see Fixtures/make_ranks.py.
private struct Reference: Decodable {
    struct Case: Decodable {
        let name: String
        let x, y: [Double]
        let tauB, p, rho: Double?
        let tauA: Double
        let discordant: Int
        let ranks: [Double]
    }
    struct Table: Decodable {
        let rows: [[Double]]
        let truth: [Double]
        let sTau, mean, std, lastMean, lastStd: Double?
        let gt: [Double?]
    }
    let cases: [Case]
    let tables: [Table]

    static func load() throws -> Reference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/ranks.json")
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }
}

private func close(_ a: Double?, _ b: Double?) -> Bool {
    switch (a, b) {
    case (nil, nil): true
    case (let a?, let b?): abs(a - b) <= 1e-12
    default: false
    }
}

@Suite struct ReferenceTests {
    @Test func kendallAndSpearmanAgreeWithScipy() throws {
        let reference = try Reference.load()
        #expect(reference.cases.count > 200)
        for item in reference.cases {
            let kendall = try #require(try Kendall(item.x, item.y))
            #expect(close(kendall.tauB, item.tauB), "tau-b of \(item.name)")
            #expect(close(kendall.tauA, item.tauA), "tau-a of \(item.name)")
            #expect(kendall.discordant == item.discordant, "discordant pairs of \(item.name)")
            #expect(close(kendall.pValue, item.p), "p of \(item.name)")
            #expect(try close(spearman(item.x, item.y), item.rho), "rho of \(item.name)")
            #expect(try ranks(item.x, from: .smallest) == item.ranks, "ranks of \(item.name)")
        }
    }

    @Test func tablesAgreeWithNumpy() throws {
        for (index, table) in try Reference.load().tables.enumerated() {
            let taus = try table.rows.map { try Kendall($0, table.truth)?.tauB }
            #expect(try close(stabilityTau(table.rows), table.sTau), "S-Tau of table \(index)")
            #expect(zip(taus, table.gt).allSatisfy(close), "GT-Taus of table \(index)")
            #expect(close(Moments(taus)?.mean, table.mean))
            #expect(close(Moments(taus)?.std, table.std))
            #expect(close(Moments(last: 2, of: taus)?.mean, table.lastMean))
            #expect(close(Moments(last: 2, of: taus)?.std, table.lastStd))
        }
    }
}
