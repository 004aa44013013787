import Architectures
import Foundations
import Testing

/// Strategies of grouping, each against what it stands for.
@Suite struct GroupingTests {
    private static let children = (0..<64).map { (index: Int) -> Child in
        Child([index / 16, index / 4 % 4, index % 4].map { UInt8($0) })
    }

    private func split(_ grouping: Grouping, _ slotWeights: [Double]? = nil) throws -> [[Child]] {
        try Sharing.all(Self.children).split(
            keeping: Set(Self.children), into: grouping, slotWeights: slotWeights
        ).sharing.groups
    }

    private func labels(_ groups: [[Child]]) -> [String] {
        groups.map { $0.map { $0.choices.map { "\($0 + 1)" }.joined() }.joined(separator: " ") }
    }

    /// The partition of the paper, printed by numpy 2.4.6: `mapping = [i % 16 for i in range(64)];
    /// numpy.random.RandomState(42).shuffle(mapping)`. Its own tables count groups in the order of their numbers as
    /// words, 0, 1, 10, ..., 15, 2, ..., where the third here is "Group 8".
    @Test func randomGroupsAreThePapers() throws {
        let expected = [
            "113 123 323 341", "212 213 222 342", "143 144 344 424", "211 231 413 443", "111 122 223 432",
            "121 332 343 421", "221 232 423 444", "234 412 414 433", "133 141 214 314", "131 134 233 324",
            "112 313 422 434", "243 312 322 334", "114 124 244 442", "132 142 331 333", "242 321 411 441",
            "224 241 311 431",
        ]
        #expect(labels(try split(Grouping(by: .random, count: 16))) == expected)
        let words = expected.indices.sorted { "\($0)" < "\($1)" }
        #expect(expected[words[8]] == "143 144 344 424")
    }

    /// Of other sizes and seeds, from the same program.
    @Test func shufflesAreThoseOfNumPy() throws {
        func shuffled(_ n: Int, _ m: Int, _ seed: UInt32) throws -> [Int?] {
            let children = (0..<n).map { Child([UInt8($0)]) }
            let grouping = Grouping(by: .random, count: m, partition: seed)
            let sharing = try Sharing.all(children).split(keeping: Set(children), into: grouping).sharing
            return children.map { sharing.arena(of: $0) }
        }
        #expect(try shuffled(7, 3, 0) == [0, 2, 1, 0, 0, 2, 1])
        #expect(
            try shuffled(100, 8, 123_456) == [
                6, 3, 3, 6, 1, 1, 1, 2, 5, 3, 3, 7, 1, 1, 6, 5, 5, 6, 5, 1, 2, 7, 2, 4, 0, 7, 0, 0, 0, 6, 5, 5, 2, 2, 6,
                3, 5, 3, 4, 1, 7, 2, 1, 5, 4, 6, 0, 3, 5, 3, 1, 7, 7, 1, 3, 4, 1, 7, 7, 0, 6, 4, 5, 0, 4, 0, 7, 2, 4, 0,
                7, 3, 6, 5, 6, 5, 4, 4, 2, 2, 6, 6, 2, 2, 7, 4, 3, 4, 2, 2, 0, 4, 7, 0, 3, 0, 3, 0, 1, 1,
            ])
    }

    @Test func weightedSlicesAgreeAtTheHeaviestSlot() throws {
        let groups = try split(Grouping(count: 4, weighted: .macs), [1, 1, 2])
        #expect(groups.map { Set($0.map { $0.choices[2] }) } == [[0], [1], [2], [3]])
        // Weights without a weighted grouping change nothing.
        let plain = try split(Grouping(count: 4))
        #expect(try split(Grouping(count: 4), [1, 1, 2]) == plain)
    }

    /// Every partition of few children into groups of the right sizes.
    private func best(_ matrix: SimilarityMatrix, _ count: Int) -> Double {
        let n = matrix.children.count
        var best = -Double.infinity
        var groups = [[Int]](repeating: [], count: count)
        func place(_ child: Int) {
            if child == n {
                let sizes = groups.map(\.count).sorted()
                guard sizes.last! - sizes[0] <= 1 else { return }
                return best = max(best, Agglomeration.inside(matrix, groups))
            }
            for group in 0..<count where groups[group].count <= n / count {
                if group > 0, groups[group].isEmpty, groups[group - 1].isEmpty { continue }
                groups[group].append(child)
                place(child + 1)
                groups[group].removeLast()
            }
        }
        place(0)
        return best
    }

    /// On random matrices it comes close to the best partition there is, and mostly finds it.
    @Test func agglomerationComesCloseToTheBest() {
        var found = 0
        for seed in 0..<100 {
            var stream = RandomStream(seed: UInt64(seed), purpose: .test)
            let n = 4 + stream.below(5)
            let count = 2 + stream.below(2)
            var rows = [[Double]](repeating: Array(repeating: 1, count: n), count: n)
            for a in 0..<n {
                for b in 0..<a {
                    rows[a][b] = Double(stream.unit())
                    rows[b][a] = rows[a][b]
                }
            }
            let matrix = SimilarityMatrix(Array(Self.children.prefix(n)), rows)
            let groups = Agglomeration.parts(matrix, count: count)
            let sizes = groups.map(\.count).sorted()
            #expect(groups.flatMap { $0 }.sorted() == Array(0..<n) && sizes.last! - sizes[0] <= 1)
            #expect(groups == groups.map { $0.sorted() }.sorted { $0[0] < $1[0] })
            let best = best(matrix, count)
            let inside = Agglomeration.inside(matrix, groups)
            #expect(inside <= best + 1e-12 && inside >= 0.8 * best, "seed \(seed): \(inside) of \(best)")
            if inside > best - 1e-12 { found += 1 }
        }
        #expect(found >= 70, "the best in \(found) of 100")
    }

    /// Hidden blocks are found exactly, whatever the order of the children.
    @Test(arguments: 0..<20)
    func agglomerationFindsBlocks(seed: UInt64) throws {
        var stream = RandomStream(seed: seed, purpose: .test)
        let count = 2 + stream.below(5)
        let size = 2 + stream.below(5)
        let children = Array(Self.children.prefix(count * size))
        var block = children.indices.map { $0 % count }
        block.shuffle(using: &stream)
        let rows = children.indices.map { a in
            children.indices.map { b in (block[a] == block[b] ? 0.9 : 0.1) }
        }
        let (sharing, parents) = try Sharing.all(children).split(
            keeping: Set(children), into: Grouping(by: .gradient, count: count),
            similarity: SimilarityMatrix(children, rows))
        #expect(parents == Array(repeating: 0, count: count))
        let expected = (0..<count).map { b in Set(children.indices.filter { block[$0] == b }.map { children[$0] }) }
        #expect(Set(sharing.groups.map { Set($0) }) == Set(expected))
    }

    /// Pearson's correlation by its other formula, n sum xy - sum x sum y.
    @Test func correlationTakesTheScoringsMeanAway() throws {
        var stream = RandomStream(seed: 5, purpose: .test)
        let children = Array(Self.children.prefix(6))
        let scores = children.map { _ in (0..<5).map { k in Double(stream.unit()) + Double(k) } }
        let matrix = try SimilarityMatrix.correlation(children, scores: scores)
        let n = 5.0
        let rest = scores.map { row in
            row.indices.map { k in row[k] - scores.reduce(0) { $0 + $1[k] } / Double(children.count) }
        }
        for a in children.indices {
            for b in 0..<a {
                func sum(_ f: (Double, Double) -> Double) -> Double {
                    zip(rest[a], rest[b]).reduce(0) { $0 + f($1.0, $1.1) }
                }
                let (x, y) = (sum { x, _ in x }, sum { _, y in y })
                let expected =
                    (n * sum { $0 * $1 } - x * y)
                    / ((n * sum { x, _ in x * x } - x * x) * (n * sum { _, y in y * y } - y * y)).squareRoot()
                #expect(abs(matrix[a, b] - expected) < 1e-12 && matrix[a, b] == matrix[b, a])
            }
        }
    }

    @Test func correlationOfNothingIsZero() throws {
        let children = Array(Self.children.prefix(3))
        let two = try SimilarityMatrix.correlation(children, scores: [[0.1, 0.2], [0.2, 0.4], [0.3, 0.1]])
        #expect(two[0, 1] == 0 && two[1, 2] == 0)
        // All gain alike: nothing is left but rounding.
        let alike = try SimilarityMatrix.correlation(
            children, scores: [[0.1, 0.2, 0.7], [0.1, 0.2, 0.7], [0.1, 0.2, 0.7]])
        #expect(alike[0, 1] == 0 && alike[2, 0] == 0)
        // Opposites about the mean.
        let apart = try SimilarityMatrix.correlation(
            Array(children.prefix(2)), scores: [[0.1, 0.5, 0.2], [0.5, 0.1, 0.4]])
        #expect(abs(apart[0, 1] + 1) < 1e-12)
    }

    @Test func tooManyToCompareIsRefused() throws {
        let many = try #require(Restriction(try SearchSpace.builtIn("nas-bench-201")).list())
        let error = #expect(throws: SharingError.self) {
            try Sharing.all(many).split(keeping: Set(many), into: Grouping(count: 2, using: .agglomeration))
        }
        #expect(error?.exitCode == .recipe && error?.message.contains("15625") == true)
    }

    /// Counting choices gives what comparing every pair gives.
    @Test(arguments: 0..<20)
    func theReportIsThatOfEveryPair(seed: UInt64) throws {
        var stream = RandomStream(seed: seed, purpose: .test)
        var groups: [[Child]] = Array(repeating: [], count: 2 + stream.below(5))
        for child in Self.children { groups[stream.below(groups.count)].append(child) }
        groups.removeAll(where: \.isEmpty)
        let weights = seed % 2 == 0 ? nil : [1, 0.5, 2.25]
        let matrix = try SimilarityMatrix.sharedChoices(Self.children, slotWeights: weights)
        for (counted, compared) in zip(
            GroupReport.sharedChoices(groups, slotWeights: weights), GroupReport.of(groups, by: matrix))
        {
            #expect(counted.size == compared.size && abs(counted.within - compared.within) < 1e-12)
            let between = (try #require(counted.between), try #require(compared.between))
            #expect(abs(between.0 - between.1) < 1e-12)
        }
    }

    /// Slices of the 64: among four that fix two of three choices, one in four pairs... none agree at the third.
    @Test func theReportOfSlices() throws {
        let report = GroupReport.sharedChoices(try split(Grouping(count: 16)))
        #expect(report.allSatisfy { $0.size == 4 && abs($0.within - 2.0 / 3) < 1e-15 })
        // Each child agrees at a slot with 15 others; 3 + 3 + 0 of those agreements are inside.
        #expect(report.allSatisfy { abs($0.between! - Double(3 * 15 - 6) / 3 / 60) < 1e-15 })
        let whole = GroupReport.sharedChoices([Self.children])
        #expect(whole[0].between == nil && abs(whole[0].within - 45.0 / 3 / 63) < 1e-15)
    }

    @Test func slotWeightsOfASpace() throws {
        let space = try SearchSpace.builtIn("deeper-insights")
        let input = FeatureShape(channels: 3, height: 32, width: 32)
        #expect(try space.slotWeights(.none, input: input, classes: 10) == nil)
        #expect(try space.slotWeights(.depth, input: input, classes: 10) == [3, 2, 1])
        // By hand: per cell and pixel, 16 channels, separable k: 2 (16 k^2 + 256), dilated 5: 400 + 256, pooling 0.
        let mean = Double((2 * (144 + 256) + 2 * (400 + 256) + 656) * 1024 * 4) / 4
        #expect(try space.slotWeights(.macs, input: input, classes: 10) == [mean, mean, mean])
    }

    @Test func adaptiveCountsGrowAsChildrenGo() {
        func count(_ survivors: Int, _ alive: Int = 1, least: Int = 4, below: Int = 64) -> Int {
            Sharing.adaptiveCount(survivors: survivors, original: 64, alive: alive, least: least, below: below)
        }
        #expect([64, 32, 16, 8, 4, 1].map { count($0) } == [1, 2, 4, 2, 1, 1])
        #expect(count(33, 1, below: 32) == 1 && count(32, 1, below: 32) == 2)
        #expect(count(8, 4) == 4, "groups do not merge")
        for below in [8, 32, 64] {
            var alive = 1
            for survivors in stride(from: 64, through: 1, by: -1) {
                let next = count(survivors, alive, below: below)
                #expect(next >= alive)
                #expect(next == alive || next * 4 <= survivors && survivors <= below)
                alive = next
            }
            #expect(alive > 1)
        }
    }
}
