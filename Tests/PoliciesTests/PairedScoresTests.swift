import Foundation
import Policies
import Testing

/// What numpy and scipy make of raw scores: see Fixtures/make_pairs.py.
private struct PairsCase: Decodable {
    let values: [[[Float]]]
    let leaders: Int
    let rho, level, snapshotVariance, imageShare, series: Double
    let img, fix: [[Double]]
    let means, adjusted: [Double]
    let worse: [Bool]
    let choices: [[Int]]?

    static func load() throws -> [PairsCase] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/pairs.json")
        return try JSONDecoder().decode([PairsCase].self, from: Data(contentsOf: file))
    }

    var scores: PairedScores {
        get throws {
            try PairedScores(
                values, children: values[0].indices.map { "c\($0)" }, steps: values.indices.map { 10 * $0 }, cycle: 10)
        }
    }
}

private func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-6) }

@Suite struct PairedScoresTests {
    @Test func componentsAgreeWithNumpy() throws {
        for item in try PairsCase.load() {
            let m = item.values[0].count
            let parts = PairedComponents(try item.scores, places: Array(0..<m), choices: item.choices)
            #expect(near(parts.snapshotVariance, item.snapshotVariance))
            #expect(near(parts.imageShare, item.imageShare))
            #expect(near(parts.series, item.series))
            for c in 0..<m {
                #expect(near(parts.means[c], item.means[c]))
                for j in 0..<m where j != c {
                    #expect(near(parts.passing(c, j), item.img[c][j]), "S_img^2 of \(c), \(j)")
                    #expect(near(parts.lasting(c, j), item.fix[c][j]), "S_fix^2 of \(c), \(j)")
                }
            }
        }
    }

    @Test func cutsAgreeWithScipy() throws {
        for item in try PairsCase.load() {
            let parts = PairedComponents(
                try item.scores, places: Array(item.values[0].indices), choices: item.choices)
            let test = CutTest(parts, leaders: item.leaders, level: item.level, rho: item.rho)
            for (found, expected) in zip(test.adjusted, item.adjusted) {
                // What cannot lead to a cut is not worked out, and is 1.
                #expect(near(found, expected) || expected > 0.9 && found == 1, "\(test.adjusted)")
            }
            #expect(test.isWorse == item.worse)
            for c in item.worse.indices {
                #expect(test.isWorse[c] ? test.better[c] >= item.leaders : test.better[c] < item.leaders)
            }
        }
    }

    @Test func aSubsetIsThatOfItsChildren() throws {
        let item = try PairsCase.load()[0]
        let some = [4, 1, 3]
        let alone = try PairedScores(
            item.values.map { row in some.map { row[$0] } }, children: ["a", "b", "c"], steps: [1, 2, 3, 4], cycle: 1)
        let parts = PairedComponents(try item.scores, places: some)
        let expected = PairedComponents(alone, places: [0, 1, 2])
        #expect(near(parts.snapshotVariance, expected.snapshotVariance))
        #expect(near(parts.imageShare, expected.imageShare))
        #expect(parts.means == expected.means && parts.passing(0, 2) == expected.passing(0, 2))
    }

    @Test func aChildWithoutFiniteScoresIsLeftOut() throws {
        var values = try PairsCase.load()[0].values
        values[2][1][7] = .nan
        values[0][4][0] = -.infinity
        let labels = (0..<6).map { "c\($0)" }
        let scores = try PairedScores(values, children: labels, steps: [1, 2, 3, 4], cycle: 1)
        #expect(scores.children == ["c0", "c2", "c3", "c5"])
        #expect(scores.means.allSatisfy { $0.count == 4 })
    }

    @Test func spacing() throws {
        func scores(_ steps: [Int], cycle: Int) throws -> PairedScores {
            try PairedScores(steps.map { _ in [[0, 1]] }, children: ["a"], steps: steps, cycle: cycle)
        }
        #expect(try scores([0, 64, 130], cycle: 64).areApart)
        #expect(try !scores([0, 64, 127], cycle: 64).areApart)
        #expect(try scores([5], cycle: 64).areApart)
        #expect(try scores([5, 6], cycle: 0).areApart)
    }

    @Test func crossesJSONExactly() throws {
        let scores = try PairsCase.load()[2].scores
        let data = try JSONEncoder().encode(scores)
        #expect(try JSONDecoder().decode(PairedScores.self, from: data) == scores)
        let keys = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any]).keys.sorted()
        #expect(keys == ["children", "cycle", "images", "lasting", "means", "passing", "steps"])
        var standing = Standings.of([0.1, 0.2])
        #expect(!String(decoding: try JSONEncoder().encode(standing), as: UTF8.self).contains("pairs"))
        standing.pairs = scores
        let text = try JSONEncoder().encode(standing)
        #expect(try JSONDecoder().decode(Standing.self, from: text).pairs == scores)
    }

    @Test(arguments: [
        (#""mean": []"#, "unknown key \"mean\" in pairs (did you mean means?)"),
        (#""children": ["a", "a"]"#, "pairs: a child stands twice in children"),
        (#""steps": [3, 3]"#, "pairs: steps do not rise"),
        (#""means": [[0, 0]]"#, "pairs: means has 1 rows, expected one a step, 2"),
        (#""means": [[0, 0], [1]]"#, "pairs: means has a row of 1, expected a child each, 2"),
        (#""lasting": [1, 0]"#, "pairs: lasting holds 2 numbers, expected m (m + 1) / 2 = 3"),
        (#""passing": [1, 0, -1]"#, "pairs: passing holds a negative sum of squares"),
        (#""images": 0"#, "pairs: images is 0, expected 1 or more"),
        (#""cycle": -1"#, "pairs: cycle is -1, expected 0 or more"),
    ])
    func refusesWhatDoesNotFit(_ change: String, _ expected: String) throws {
        let good =
            #"{"children": ["a", "b"], "images": 9, "steps": [1, 2], "cycle": 1, "means": [[0, 1], [0, 1]], "lasting": [1, 0, 1], "passing": [1, 0, 1]}"#
        var object = try #require(JSONSerialization.jsonObject(with: Data(good.utf8)) as? [String: Any])
        _ = try JSONDecoder().decode(PairedScores.self, from: Data(good.utf8))
        let more = try #require(JSONSerialization.jsonObject(with: Data("{\(change)}".utf8)) as? [String: Any])
        object.merge(more) { $1 }
        let data = try JSONSerialization.data(withJSONObject: object)
        let error = #expect(throws: PolicyError.self) { try JSONDecoder().decode(PairedScores.self, from: data) }
        #expect(error?.description == expected)
    }

    @Test func refusesRaggedScores() {
        #expect(throws: PolicyError.self) {
            try PairedScores([[[1, 2], [1]]], children: ["a", "b"], steps: [1], cycle: 1)
        }
        #expect(throws: PolicyError.self) { try PairedScores([[[1]]], children: ["a", "b"], steps: [1], cycle: 1) }
        #expect(throws: PolicyError.self) { try PairedScores([], children: [], steps: [], cycle: 1) }
    }

    @Test func aMissingKeyIsRefused() {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(PairedScores.self, from: Data("{}".utf8)) }
    }
}
