import Architectures
import Datasets
import Foundation
import Networks
import Supernets
import Testing

/// Cosines between children's gradients, and that taking them leaves no trace.
@Suite struct GradientSimilarityTests {
    private struct Case: Decodable {
        let space: String
        let children: [String]
        let first: Int
        let counts: [Int]
        let similarity: [[Double]]
    }

    private static let spaces = ["deeper-insights", "nas-bench-201"]

    private static func load(_ space: String) throws -> (expected: Case, fixture: Fixture) {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/similarity.json")
        let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: file))
        return (try #require(cases.first { $0.space == space }), try Fixture.load(space).fixture)
    }

    private static func batches(_ expected: Case, _ subject: Subject) -> [Batch] {
        var first = expected.first
        return expected.counts.map { count in
            defer { first += count }
            return subject.batch(first, count)
        }
    }

    /// In float32 a ReLU or a maximum near its kink may fall the other way than in PyTorch's float64.
    @Test(arguments: spaces)
    func cosinesAreThoseOfPyTorch(space: String) throws {
        let (expected, fixture) = try Self.load(space)
        let subject = try Subject(fixture, groups: [expected.children])
        let (similarity, executed) = try subject.supernet.gradientSimilarity(
            expected.children.map { try subject.child($0) }, batches: Self.batches(expected, subject))
        var worst = 0.0
        for (a, row) in expected.similarity.enumerated() {
            for (b, reference) in row.enumerated() {
                worst = max(worst, abs(similarity[a][b] - reference))
                #expect(abs(similarity[a][b] - reference) <= 1e-4, "\(expected.children[a]), \(expected.children[b])")
                #expect(similarity[a][b] == similarity[b][a])
            }
            #expect(similarity[a][a] == 1)
        }
        Report.add("gradient cosine \(space)", worst)
        // What a step on the same images executes.
        let optimizer = Optimizer(momentum: 0, weightDecay: 0, unsampled: .skip)
        let steps = try Self.batches(expected, subject).reduce(0) { sum, batch in
            try expected.children.reduce(sum) {
                try $0
                    + subject.supernet.step(
                        [subject.child($1)], batch: batch, optimizer: optimizer, rate: 0, normMomentum: 0.4
                    ).executedMultiplyAdds
            }
        }
        #expect(executed == steps && executed > 0)
    }

    /// With momentum and decay 0 a step's momentum buffer is its gradient.
    @Test(arguments: spaces)
    func cosinesAreThoseOfTheOptimizersGradients(space: String) throws {
        let (expected, fixture) = try Self.load(space)
        let subject = try Subject(fixture, groups: [expected.children])
        let batch = subject.batch(40, 16)
        let similarity = try subject.supernet.gradientSimilarity(
            expected.children.map { try subject.child($0) }, batches: [batch]
        ).similarity
        let gradients = try expected.children.map { label -> [String: [Double]] in
            let alone = try Subject(fixture, groups: [expected.children])
            let child = try alone.child(label)
            _ = try alone.supernet.step(
                [child], batch: batch, optimizer: Optimizer(momentum: 0, weightDecay: 0, unsampled: .skip), rate: 0,
                normMomentum: 0.4)
            let plan = try alone.supernet.plan(of: [child])
            let momentum = alone.supernet.weights.arenas[0].momentum.pointer
            var result: [String: [Double]] = [:]
            for slot in plan.nodes.flatMap(\.slots) {
                let parameter = alone.supernet.layout.parameters[slot.parameter]
                guard parameter.role.isLearnt else { continue }
                let offset = alone.supernet.layout.offsets[slot.parameter]
                result[parameter.name] = (0..<parameter.count).map { Double(momentum[offset + $0]) }
            }
            return result
        }
        for (a, first) in gradients.enumerated() {
            for (b, second) in gradients.enumerated() {
                let shared = Set(first.keys).intersection(second.keys).sorted()
                let x = shared.flatMap { first[$0]! }
                let y = shared.flatMap { second[$0]! }
                func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
                let cosine = dot(x, y) / (dot(x, x) * dot(y, y)).squareRoot()
                #expect(abs(similarity[a][b] - cosine) <= 1e-12, "\(expected.children[a]), \(expected.children[b])")
            }
        }
    }

    /// Weights, momentum, statistics and marks of use, and what comes of them later.
    @Test(arguments: spaces)
    func nothingIsTouched(space: String) throws {
        let (expected, fixture) = try Self.load(space)
        let subject = try Subject(fixture)
        let plain = try Subject(fixture)
        _ = try subject.train(fixture, "decay", steps: 2)
        _ = try plain.train(fixture, "decay", steps: 2)
        let before = subject.bytes
        let children = try fixture.cycle.map { try subject.child($0) }
        let once = try subject.supernet.gradientSimilarity(children, batches: Self.batches(expected, subject))
        #expect(subject.bytes == before)
        // Nor does one call leave anything behind for the next, or for a step.
        let again = try subject.supernet.gradientSimilarity(children, batches: Self.batches(expected, subject))
        #expect(once.similarity == again.similarity && once.executed == again.executed)
        _ = try subject.train(fixture, "pair", steps: 2)
        _ = try plain.train(fixture, "pair", steps: 2)
        #expect(subject.bytes == plain.bytes)
    }

    @Test(arguments: spaces)
    func threadsAndLaneOrderChangeNothing(space: String) throws {
        let (expected, fixture) = try Self.load(space)
        func similarity(_ threads: Int, _ shuffle: UInt64?) throws -> [[Double]] {
            let subject = try Subject(
                fixture, groups: [expected.children], engine: Subject.engine(threads: threads, shuffle: shuffle))
            return try subject.supernet.gradientSimilarity(
                expected.children.map { try subject.child($0) }, batches: Self.batches(expected, subject)
            ).similarity
        }
        let plain = try similarity(1, nil)
        for (threads, shuffle) in [(1, 5), (2, nil), (4, 7)] as [(Int, UInt64?)] {
            #expect(try similarity(threads, shuffle) == plain, "\(threads) threads")
        }
    }

    /// Equal weights in two arenas are still two sets of weights.
    @Test func groupsShareNothing() throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let subject = try Subject(fixture, groups: [["111", "222"], ["343"]])
        let similarity = try subject.supernet.gradientSimilarity(
            ["111", "222", "343"].map { try subject.child($0) }, batches: [subject.batch(0, 16)]
        ).similarity
        #expect(similarity[0][2] == 0 && similarity[2][1] == 0 && similarity[2][2] == 1)
        #expect(similarity[0][1] != 0 && abs(similarity[0][1]) < 1)
    }

    @Test func aLossThatIsNoNumberIsRefused() throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let subject = try Subject(fixture)
        subject.set { $0.name == "net.linear.bias" ? Array(repeating: .nan, count: $0.count) : nil }
        #expect(throws: Diverged.self) {
            try subject.supernet.gradientSimilarity([subject.child("111")], batches: [subject.batch(0, 16)])
        }
    }
}
