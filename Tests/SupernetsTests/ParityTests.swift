import Architectures
import Datasets
import Networks
import Supernets
import Testing

/// Whole networks against PyTorch, from the same weights on the same images.
@Suite struct ParityTests {
    @Test(arguments: Fixture.names, ["decay", "skip", "pair"])
    func lossesOfTrainingStepsAreThoseOfPyTorch(name: String, variant: String) throws {
        let (fixture, _) = try Fixture.load(name)
        let expected = fixture.losses[variant]!
        for passes in [Passes.all, .all.subtracting(.winograd), []] {
            let losses = try Subject(fixture, passes: passes).train(fixture, variant, steps: expected.count)
            var worst = 0.0
            for (step, pair) in zip(losses, expected).enumerated() {
                #expect(pair.0.count == pair.1.count)
                for (loss, reference) in zip(pair.0, pair.1) {
                    let difference = abs(loss - reference) / reference
                    let place = "\(passes.names) step \(step): loss \(loss), PyTorch \(reference)"
                    worst = max(worst, difference)
                    #expect(difference <= 1e-2, "\(place)")
                    // The first steps come before rounding has flipped anything.
                    if step < 3 { #expect(difference <= 1e-4, "\(place)") }
                }
            }
            Report.add("losses \(name) \(variant) \(passes.rawValue)", worst)
        }
    }

    @Test(arguments: Fixture.names)
    func gradientsAreAsNearToDoublePrecisionAsPyTorchs(name: String) throws {
        let (fixture, tensors) = try Fixture.load(name)
        let optimizer = Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .skip)
        for (label, expected) in fixture.gradient {
            let subject = try Subject(fixture)
            let step = try subject.supernet.step(
                [subject.child(label)], batch: subject.batch(expected.first, expected.count), optimizer: optimizer,
                rate: 0, normMomentum: 0.4)
            #expect(abs(step.losses[0] - expected.loss) <= 1e-6 * expected.loss)
            let gradients = subject.gradients()
            let exact = expected.error.keys.reduce(into: [:]) { $0[$1] = tensors["gradient/\(label)/\($1)"]! }
            let largest = exact.values.joined().reduce(0) { max($0, abs($1)) }
            for (name, reference) in exact {
                let scale = max(reference.reduce(0) { max($0, abs($1)) }, 1e-4 * largest)
                let error = zip(gradients[name]!, reference).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
                let allowed = 2 * expected.error[name]! + 2e-6
                #expect(Double(error) <= allowed, "\(label) \(name): off by \(error), allowed \(allowed)")
                Report.add("gradients \(fixture.testDescription)", Double(error) / allowed)
                Report.add("gradient error \(fixture.testDescription)", Double(error))
            }
            // What the child does not use has no gradient.
            for (name, gradient) in gradients where exact[name] == nil {
                #expect(gradient.allSatisfy { $0 == 0 }, "\(label): \(name) has a gradient")
            }
        }
    }

    @Test(arguments: Fixture.names, NormStatistics.allCases)
    func scoresAreThoseOfPyTorch(name: String, statistics: NormStatistics) throws {
        let (fixture, tensors) = try Fixture.load(name)
        let subject = try Subject(fixture, test: fixture.tested)
        subject.set { tensors["state/\($0.name)"] }
        var first = 0
        let calibration = fixture.calibration.map { count in
            defer { first += count }
            return subject.batch(first, count)
        }
        for label in fixture.scoredLabels {
            let expected = fixture.scores["\(label)/\(statistics.rawValue)"]!
            let score = try Evaluator(subject.supernet).score(
                [subject.child(label)], on: subject.supernet.dataset.batches(of: .test, batch: fixture.testBatch),
                statistics: statistics, calibration: statistics == .calibrated ? calibration : []
            ).scores[0]
            #expect(score.images == fixture.tested)
            #expect(abs(score.correct - expected.correct) <= 2, "\(score.correct) hits, PyTorch \(expected.correct)")
            #expect(abs(score.loss - expected.loss) <= 1e-5 * expected.loss, "loss \(score.loss), \(expected.loss)")
            Report.add("hits \(name) \(statistics)", Double(abs(score.correct - expected.correct)))
            Report.add("score loss \(name) \(statistics)", abs(score.loss - expected.loss) / expected.loss)
        }
    }

    @Test(arguments: Fixture.names)
    func logitsInBatchModeAreThoseOfPyTorch(name: String) throws {
        let (fixture, tensors) = try Fixture.load(name)
        let subject = try Subject(fixture, test: fixture.testBatch)
        subject.set { tensors["state/\($0.name)"] }
        let batch = subject.supernet.dataset.batches(of: .test, batch: fixture.testBatch)[0]
        for label in fixture.scoredLabels {
            let expected = tensors["logits/\(label)/batch"]!
            let program = Program(
                plan: try subject.supernet.plan(of: [subject.child(label)]), passes: .all, training: false,
                capacity: batch.count)
            let run = Run(engine: subject.supernet.engine, program: program, weights: subject.supernet.weights)
            _ = subject.supernet.fill(run, batch)
            try run.forward(count: batch.count)
            let scale = expected.reduce(0) { max($0, abs($1)) }
            for (k, value) in expected.enumerated() {
                let got = run.logits()[k / fixture.classes * 16 + k % fixture.classes]
                #expect(abs(got - value) <= 2e-5 * scale, "\(label) image \(k / fixture.classes): \(got), \(value)")
            }
        }
    }
}
