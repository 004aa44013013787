import Foundation
import Rankings
import Testing

/// Figures of scipy, numpy and direct formulas over some 2,000 tables: see Fixtures/make_metrics.py.
private struct Reference: Decodable {
    let pairs: [[Double?]]
    let blocks: [[Double?]]
    let flips: [Flip]

    struct Flip: Decodable {
        let seed: Int
        let values: [Double]
        let p: Double
        let ends: [Double?]

        init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            seed = try row.decode(Int.self)
            values = try row.decode([Double].self)
            p = try row.decode(Double.self)
            ends = try (0..<4).map { _ in try row.decodeIfPresent(Double.self) }
        }
    }

    static func load() throws -> Reference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/metrics.json")
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }
}

private func close(_ a: Double?, _ b: Double?, _ tolerance: Double = 1e-12) -> Bool {
    switch (a, b) {
    case (nil, nil): true
    case (let a?, let b?): abs(a - b) <= tolerance * max(1, abs(b))
    default: false
    }
}

@Suite struct MetricsReferenceTests {
    @Test func pairsOfListsAgree() throws {
        let reference = try Reference.load()
        #expect(reference.pairs.count > 1_500)
        for row in reference.pairs {
            let numbers = row[0..<4].map { Int($0 ?? 0) }
            let (seed, n) = (numbers[0], numbers[3])
            let kind = PortableStream.kinds[numbers[1]]
            var stream = PortableStream(seed)
            let x = stream.values(kind, n)
            let y = stream.values(PortableStream.kinds[numbers[2]], n)
            let k = max(1, n / 4)
            let kendall = try #require(try Kendall(x, y))
            let found: [Double?] = [
                kendall.tauB, kendall.pValue, try spearman(x, y), try weightedTau(x, y), kendall.tauA,
                try precision(top: k, scores: x, truth: y), try precision(bottom: k, scores: x, truth: y),
                n <= 40 ? try rankBiasedOverlap(x, y) : nil,
            ]
            for (place, value) in found.enumerated() {
                #expect(close(value, row[4 + place]), "figure \(place) of seed \(seed), \(kind), n \(n)")
            }
            if let mean = row[12] {
                #expect(close(Moments(x)?.mean, mean) && close(Moments(x)?.std, row[13]), "moments of seed \(seed)")
            }
            let truth = try TruthTable(labels: (0..<n).map(String.init), means: y)
            let pick = try #require(x.max().flatMap(x.firstIndex))
            let choice: [Double?] = [
                try sparseTau(x, truth: truth), try regret(pick: "\(pick)", truth: truth),
                try topRank(1, scores: x, truth: y, ties: .indexOrder),
                try topRank(k, scores: x, truth: y, ties: .indexOrder),
            ]
            for (place, value) in choice.enumerated() {
                #expect(close(value, row[14 + place]), "choice \(place) of seed \(seed), \(kind), n \(n)")
            }
        }
    }

    @Test func tablesOfRowsAgree() throws {
        let reference = try Reference.load()
        #expect(reference.blocks.count > 200)
        for row in reference.blocks {
            let numbers = row[0..<5].map { Int($0 ?? 0) }
            let (seed, m, n, k) = (numbers[0], numbers[2], numbers[3], numbers[4])
            let kind = PortableStream.kinds[numbers[1]]
            var stream = PortableStream(seed)
            let base = stream.values("normal", n)
            let table = (0..<m).map { _ -> [Double] in
                let noise = stream.values(kind, n)
                return kind == "normal" ? zip(base, noise).map { $0 / 256 + $1 } : noise
            }
            let name: Comment = "seed \(seed), \(m) rows of \(n), \(kind)"
            #expect(try close(stabilityTau(table), row[5]), name)
            let jackknife = try PairwiseTaus(table)?.jackknife
            #expect(close(jackknife?.standardError, row[6]), name)
            if let half = row[7], let jackknife, let interval = jackknife.interval(within: -9...9) {
                #expect(close(interval.high - jackknife.value, half, 1e-8), name)
            }
            #expect(try close(meanRankBiasedOverlap(table), row[8]), name)
            let sets = try SetStability(top: k, of: table)
            #expect(close(sets?.phi, row[9]), name)
            #expect(close(sets?.jackknife?.standardError, row[10], 1e-9), name)
            let against = Moments(try table.map { try Kendall($0, base)?.tauB })?.mean
            #expect(close(against, row[11]), name)
            let pure = try stabilityTau(table).flatMap { sTau in against.flatMap { noiselessTau(gtTau: $0, sTau: sTau) }
            }
            #expect(close(pure, row[12], 1e-9), name)
        }
    }

    @Test func signFlipsAgreeWithBruteForce() throws {
        let reference = try Reference.load()
        for flip in reference.flips {
            let test = try #require(try SignFlip(flip.values))
            #expect(test.pValue == flip.p, "p of \(flip.values)")
            let ends = [0.95, 0.9].flatMap { level -> [Double?] in
                let interval = test.interval(level: level)
                return [interval?.low, interval?.high]
            }
            #expect(zip(ends, flip.ends).allSatisfy { close($0, $1) }, "\(ends) of \(flip.values)")
        }
    }
}
