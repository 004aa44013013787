import Architectures
import Networks
import Supernets
import Tensors
import Testing

/// Rewrites and kernel levels change speed, and numbers only by rounding.
@Suite struct PassesTests {
    /// Every subset for which a pass is alone on or alone off, besides all and none.
    private static let subsets: [Passes] =
        [Passes.all, []] + Passes.table.flatMap { [Passes.all.subtracting($0.pass), $0.pass] as [Passes] }

    /// Every two passes on without the others.
    private static let pairs: [Passes] = Passes.table.indices.flatMap { first in
        Passes.table[..<first].map { $0.pass.union(Passes.table[first].pass) }
    }

    private static let children = [
        ("deeper-insights", "234"), ("deeper-insights", "111"), ("unaligned", "342"), ("nas-bench-201", "321043"),
        ("nas-bench-201", "023142"),
    ]

    @Test(arguments: children)
    func everyRewriteIsThePlainPlan(name: String, label: String) throws {
        let (fixture, tensors) = try Fixture.load(name)
        let expected = fixture.gradient[label]!
        for passes in Self.subsets {
            let subject = try Subject(fixture, passes: passes)
            let step = try subject.supernet.step(
                [subject.child(label)], batch: subject.batch(expected.first, expected.count),
                optimizer: Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .skip), rate: 0, normMomentum: 0.4)
            #expect(abs(step.losses[0] - expected.loss) <= 1e-6 * expected.loss, "\(passes.names)")
            let gradients = subject.gradients()
            let exact = expected.error.keys.reduce(into: [:]) { $0[$1] = tensors["gradient/\(label)/\($1)"]! }
            let largest = exact.values.joined().reduce(0) { max($0, abs($1)) }
            for (parameter, reference) in exact {
                let scale = max(reference.reduce(0) { max($0, abs($1)) }, 1e-4 * largest)
                let error = zip(gradients[parameter]!, reference).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
                // Through a whole net rounding flips a ReLU or a maximum here and there; `LayerTableTests` is the sharp test.
                #expect(error <= 2e-3, "\(passes.names) \(parameter): off by \(error)")
            }
        }
    }

    /// Passes alone, in pairs and one short of all, on three steps of one child a space.
    @Test(arguments: ["deeper-insights", "nas-bench-201"])
    func everyCombinationGivesTheSameLosses(name: String) throws {
        let (fixture, _) = try Fixture.load(name)
        let expected = fixture.losses["decay"]!.prefix(3).map { $0[0] }
        for passes in Self.subsets + Self.pairs {
            let losses = try Subject(fixture, passes: passes).train(fixture, "decay", steps: 3).map { $0[0] }
            for (loss, reference) in zip(losses, expected) {
                #expect(abs(loss - reference) <= 1e-4 * reference, "\(passes.names): \(losses), \(expected)")
            }
        }
    }

    /// Scores with given statistics, with and without each rewrite.
    @Test(arguments: ["deeper-insights", "unaligned", "nas-bench-201"], [NormStatistics.running, .calibrated])
    func everyRewriteGivesTheSameScores(name: String, statistics: NormStatistics) throws {
        let (fixture, tensors) = try Fixture.load(name)
        func scores(_ passes: Passes) throws -> [Score] {
            let subject = try Subject(fixture, test: 40, passes: passes)
            subject.set { tensors["state/\($0.name)"] }
            return try Evaluator(subject.supernet).score(
                fixture.cycle.map { try subject.child($0) },
                on: subject.supernet.dataset.batches(of: .test, batch: 16), statistics: statistics,
                calibration: [subject.batch(0, 16), subject.batch(16, 9)]
            ).scores
        }
        let expected = try scores([])
        for passes in Self.subsets {
            for (score, reference) in zip(try scores(passes), expected) {
                #expect(abs(score.loss - reference.loss) <= 1e-5 * reference.loss, "\(passes.names)")
                #expect(abs(score.correct - reference.correct) <= 1, "\(passes.names)")
            }
        }
    }

    /// Every kernel level this CPU runs.
    @Test(arguments: Kernels.Level.allCases, ["deeper-insights", "nas-bench-201"])
    func everyKernelLevelGivesPyTorchsLosses(level: Kernels.Level, name: String) throws {
        guard let kernels = Kernels(level) else { return }
        let (fixture, _) = try Fixture.load(name)
        let engine = Engine(kernels: kernels, workers: Workers(threads: 2))
        let losses = try Subject(fixture, engine: engine).train(fixture, "decay", steps: 8)
        for (step, pair) in zip(losses, fixture.losses["decay"]!).enumerated() {
            #expect(abs(pair.0[0] - pair.1[0]) <= 1e-2 * pair.1[0], "step \(step): \(pair.0[0]), \(pair.1[0])")
        }
    }
}
