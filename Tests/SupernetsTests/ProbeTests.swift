import Architectures
import Datasets
import Foundations
import Networks
import Supernets
import Testing

/// A probe against runs that do by hand what it promises.
@Suite struct ProbeTests {
    private static let labels = ["111", "222", "343", "434"]
    private static let optimizer = Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .decay)

    /// Two groups after some training, so that weights, momentum and statistics are no longer the first ones.
    private func trained(_ name: String = "deeper-insights", labels: [String] = ProbeTests.labels) throws -> Subject {
        let subject = try Subject(
            Fixture.load(name).fixture, groups: [Array(labels[..<2]), Array(labels[2...])], test: 24)
        for (step, label) in (labels + labels.reversed()).enumerated() {
            _ = try subject.supernet.step(
                [subject.child(label)], batch: subject.batch(step * 16, 16), optimizer: ProbeTests.optimizer,
                rate: 0.025,
                normMomentum: 0.4)
        }
        return subject
    }

    private func scored(_ subject: Subject) -> [Batch] { subject.supernet.dataset.batches(of: .test, batch: 16) }

    private func probe(_ subject: Subject, rate: Float) -> Probe {
        Probe(
            subject.supernet, rate: rate, optimizer: ProbeTests.optimizer, normMomentum: 0.3,
            batches: [subject.batch(400, 16), subject.batch(500, 9), subject.batch(600, 16)])
    }

    @Test(arguments: NormStatistics.allCases)
    func theSupernetKeepsItsBytes(statistics: NormStatistics) throws {
        let subject = try trained()
        let before = subject.bytes
        _ = try probe(subject, rate: 0.05).score(
            ProbeTests.labels.map { try subject.child($0) }, on: scored(subject), statistics: statistics,
            calibration: [subject.batch(0, 16)])
        #expect(subject.bytes == before)
    }

    /// At rate 0 nothing moves but running statistics: forward passes alone, r = (1 - m) r + m batch.
    @Test(arguments: [
        ("deeper-insights", ProbeTests.labels), ("nas-bench-201", ["321043", "103421", "234120", "023142"]),
    ])
    func atRateZeroItCalibratesRunningStatistics(name: String, labels: [String]) throws {
        let subject = try trained(name, labels: labels)
        let children = try labels.map { try subject.child($0) }
        let found = try probe(subject, rate: 0).score(children, on: scored(subject), statistics: .running)
        for (child, score) in zip(children, found.scores) {
            let other = try trained(name, labels: labels)
            let (supernet, m) = (other.supernet, Float(0.3))
            let run = Run(
                engine: supernet.engine,
                program: Program(
                    plan: try supernet.plan(of: [child]), passes: supernet.passes, training: true, capacity: 16),
                weights: supernet.weights)
            for batch in probe(other, rate: 0).batches {
                _ = supernet.fill(run, batch)
                try run.forward(count: batch.count)
                for (node, seen) in run.moments {
                    let slots = Array(run.program.plan.nodes[node].slots.suffix(3))
                    let (mean, variance) = (supernet.weights.values(slots[0]), supernet.weights.values(slots[1]))
                    for c in seen.mean.indices {
                        mean[c] = (1 - m) * mean[c] + m * Float(seen.mean[c])
                        variance[c] = (1 - m) * variance[c] + m * Float(seen.unbiasedVariance(c))
                    }
                }
            }
            let expected = try Evaluator(supernet).score([child], on: scored(other), statistics: .running)
            #expect(score == expected.scores[0])
            // The statistics did move.
            let unmoved = try Evaluator(subject.supernet).score([child], on: scored(subject), statistics: .running)
            #expect(score != unmoved.scores[0])
        }
    }

    /// The same steps in a supernet of this child alone, whose optimizer has seen nothing.
    @Test(arguments: NormStatistics.allCases)
    func aboveRateZeroItIsARunAlone(statistics: NormStatistics) throws {
        let subject = try trained()
        let fixture = try Fixture.load("deeper-insights").fixture
        let label = "343"
        let found = try probe(subject, rate: 0.05).score(
            [subject.child("434"), subject.child(label)], on: scored(subject), statistics: statistics,
            calibration: [subject.batch(7, 16)], perImage: true)
        let alone = try Subject(fixture, groups: [[label]], test: 24)
        let blobs = subject.supernet.weights.blobs(of: 1, as: "arena/0")
        #expect(
            alone.supernet.weights.restore { name in
                let bytes = blobs.first { $0.name == name }!.bytes
                return name.hasSuffix("weights") || name.hasSuffix("statistics") ? bytes : bytes.map { _ in 0 }
            })
        var executed = 0
        for batch in probe(alone, rate: 0.05).batches {
            executed += try alone.supernet.step(
                [alone.child(label)], batch: batch, optimizer: ProbeTests.optimizer, rate: 0.05, normMomentum: 0.3
            ).executedMultiplyAdds
        }
        let expected = try Evaluator(alone.supernet).score(
            [alone.child(label)], on: scored(alone), statistics: statistics, calibration: [alone.batch(7, 16)],
            perImage: true)
        #expect(found.scores[1] == expected.scores[0])
        #expect(found.perImage?[1] == expected.perImage?[0])
        let single = try probe(subject, rate: 0.05).score(
            [subject.child(label)], on: scored(subject), statistics: statistics, calibration: [subject.batch(7, 16)])
        #expect(single.executedMultiplyAdds == executed + expected.executedMultiplyAdds)
        #expect(probe(subject, rate: 0.05).images == 16 + 9 + 16)
    }

    /// No child's probe leaves anything for the next.
    @Test func childrenDoNotSeeEachOther() throws {
        let subject = try trained()
        let children = try ProbeTests.labels.map { try subject.child($0) }
        func scores(_ children: [Child]) throws -> [Score] {
            try probe(subject, rate: 0.05).score(children, on: scored(subject), statistics: .running).scores
        }
        let together = try scores(children)
        #expect(Set(together).count == 4)
        #expect(try scores(children.reversed()) == together.reversed())
        for (child, score) in zip(children, together) { #expect(try scores([child]) == [score]) }
        #expect(try scores([]) == [])
    }

    @Test func progressRunsToTheEnd() throws {
        let subject = try trained()
        var seen: [Double] = []
        _ = try probe(subject, rate: 0).score(
            [subject.child("111"), subject.child("434")], on: scored(subject), statistics: .batch
        ) { seen.append($0) }
        // Three steps and two scored batches a child.
        #expect(seen.count == 10 && seen == seen.sorted() && seen.last == 1)
    }

    @Test func aDivergingProbeStops() throws {
        let subject = try trained()
        subject.set(arena: 0) { $0.name == "net.linear.bias" ? Array(repeating: .nan, count: $0.count) : nil }
        let before = subject.bytes
        let diverged = #expect(throws: Diverged.self) {
            try probe(subject, rate: 0.05).score([subject.child("222")], on: scored(subject), statistics: .batch)
        }
        #expect(try diverged?.child == subject.child("222"))
        #expect(subject.bytes == before)
    }
}

/// The values of single images behind a score.
@Suite struct ImageScoresTests {
    @Test(arguments: NormStatistics.allCases)
    func theySumToTheScore(statistics: NormStatistics) throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let subject = try Subject(fixture, test: 40)
        let children = try ["434", "111", "222"].map { try subject.child($0) }
        let evaluator = Evaluator(subject.supernet)
        func score(_ children: [Child], perImage: Bool = true) throws -> Evaluator.Result {
            try evaluator.score(
                children, on: subject.supernet.dataset.batches(of: .test, batch: 16), statistics: statistics,
                calibration: [subject.batch(0, 16)], perImage: perImage)
        }
        let found = try score(children)
        let images = try #require(found.perImage)
        #expect(images.count == 3)
        for (child, (score, images)) in zip(children, zip(found.scores, images)) {
            #expect(images.losses.count == 40 && images.correct.count == 40)
            #expect(images.correct.reduce(0) { $0 + Int($1) } == score.correct)
            let mean = images.losses.reduce(0) { $0 + Double($1) } / 40
            #expect(abs(mean - score.loss) <= 1e-12 * mean)
            // Which image is which: a batch of its own images alone, where nothing couples them.
            if statistics == .running {
                let one = try evaluator.score(
                    [child], on: [Batch(role: .test, indices: [33])], statistics: .running, perImage: true)
                #expect(one.perImage?[0].losses == [images.losses[33]])
            }
        }
        let plain = try score(children, perImage: false)
        #expect(plain.perImage == nil && plain.scores == found.scores)
    }
}
