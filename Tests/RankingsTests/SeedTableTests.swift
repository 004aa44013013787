import Foundation
import Rankings
import Testing

/// Values that numpy and scipy made: see Fixtures/make_seeds.py.
private struct Reference: Decodable {
    let values: [[Double?]]
    let known: [Int]
    let means, stds: [Double]
    let runs, whole: [Int]
    let sTau: Double?
    let perSeed: [Double?]
    let gtTau: Double?

    static func load() throws -> [Reference] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/seeds.json")
        return try JSONDecoder().decode([Reference].self, from: Data(contentsOf: file))
    }

    var table: SeedTable {
        get throws {
            try SeedTable(
                children: values[0].indices.map { "c\($0)" }, seeds: values.indices.map { UInt64(10 + $0) },
                values: values)
        }
    }
}

@Suite struct SeedTableTests {
    private func expectNear(_ a: Double?, _ b: Double?, sourceLocation: SourceLocation = #_sourceLocation) {
        switch (a, b) {
        case (nil, nil): break
        case (let a?, let b?): #expect(abs(a - b) < 1e-12, sourceLocation: sourceLocation)
        default: #expect(a == b, sourceLocation: sourceLocation)
        }
    }

    @Test func momentsAndCeilingsAgreeWithSciPy() throws {
        let references = try Reference.load()
        #expect(references.count == 24)
        for reference in references {
            let table = try reference.table
            let truth = try table.truth
            #expect(truth?.labels ?? [] == reference.known.map { "c\($0)" })
            #expect(truth?.runs ?? [] == reference.runs)
            for (row, mean) in reference.means.enumerated() {
                expectNear(truth?.means[row], mean)
                expectNear(truth?.stds?[row], reference.stds[row])
            }
            let ceiling = try table.ceiling
            #expect(ceiling.seeds == reference.whole.map { UInt64(10 + $0) })
            expectNear(ceiling.sTau, reference.sTau)
            expectNear(ceiling.gtTau, reference.gtTau)
            #expect(ceiling.perSeed.count == reference.perSeed.count)
            for (own, other) in zip(ceiling.perSeed, reference.perSeed) { expectNear(own, other) }
        }
    }

    /// Three children by hand: the second and third change places in the last seed.
    @Test func aCeilingByHand() throws {
        let table = try SeedTable(
            children: ["a", "b", "c"], seeds: [0, 1, 2], values: [[3, 2, 1], [6, 4, 2], [9, 1, 5]])
        let ceiling = try table.ceiling
        // Pairs of seeds: 1, 1/3, 1/3.
        expectNear(ceiling.sTau, 5.0 / 9)
        // Means of the others: (7.5, 2.5, 3.5), (6, 1.5, 3), (4.5, 3, 1.5).
        #expect(ceiling.perSeed.count == 3)
        for (own, hand) in zip(ceiling.perSeed, [1.0 / 3, 1.0 / 3, 1.0 / 3]) { expectNear(own, hand) }
    }

    @Test func theTableReadsBackToTheSameBits() throws {
        for reference in try Reference.load() {
            let table = try reference.table
            let notes = table.children.map { "n-\($0)" }
            let text = try table.csv(extra: [("note", notes)])
            guard let truth = try table.truth else {
                #expect(text == "label,gt_mean,gt_std,gt_runs,note,seed_10,seed_11\n")
                continue
            }
            #expect(try TruthTable(csv: text, path: "t.csv") == truth)
            let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
            for (row, child) in reference.known.enumerated() {
                #expect(lines[row + 1][4] == "n-c\(child)")
                #expect(lines[row + 1].dropFirst(5).map { Double($0) } == reference.values.map { $0[child] })
            }
        }
    }

    @Test func whatDoesNotFitIsRefused() {
        let bad: [([String], [UInt64], [[Double?]])] = [
            (["a", "b"], [0], [[1]]), (["a"], [0, 1], [[1]]), (["a", "a"], [0], [[1, 2]]),
            (["a"], [0, 0], [[1], [2]]),
            (["a"], [0], [[.nan]]),
        ]
        for (children, seeds, values) in bad {
            #expect(throws: RankingsError.self) {
                try SeedTable(children: children, seeds: seeds, values: values)
            }
        }
    }
}
