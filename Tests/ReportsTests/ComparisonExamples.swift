import Foundations
import Rankings
import Reports

extension Examples {
    /// Twelve pairs of a verdict with all that a record can hold: a truth with errors, free rankings, an arm on paper, a
    /// placebo, picks trained anew, audits, stability, and a bias that dropping amplifies.
    static let filled: ComparisonRecord = try! FilledComparison().record()
}

/// 32 children of five slots with two operators each; scores are the truth, noise, and a lift for one operator.
private struct FilledComparison {
    private static let seeds: Range<UInt64> = 1000..<1012

    private let labels: [String]
    private let anatomy: SpaceAnatomy
    private let truth: RunTruth

    /// What one scoring gives: every child's score.
    typealias Scores = [String: Double]

    /// The run of a seed, and the last scores of the children it kept.
    struct Made {
        let record: RunRecord
        let last: Scores
    }

    init() throws {
        let choices = (0..<32).map { number in (0..<5).map { number >> $0 & 1 } }
        let labels = choices.map { $0.map { "\($0 + 1)" }.joined() }
        // The operator of the first slot brings no parameters, and next to nothing else: what lifts it is bias.
        let worth = [0.0005, 0.017, 0.011, 0.007, 0.005]
        let means = choices.map { own in zip(own, worth).reduce(0.7) { $0 + Double($1.0) * $1.1 } }
        let table = try TruthTable(
            labels: labels, means: means, stds: labels.map { _ in 0.003 }, runs: labels.map { _ in 3 })
        var children: [String: SpaceAnatomy.Child] = [:]
        for (label, own) in zip(labels, choices) {
            let size = own.dropFirst().reduce(0, +)
            children[label] = .init(
                choices: own, params: 1_000 + 100 * size, macs: 9_000 + 700 * size, depth: 3 + 4 * size)
        }
        self.labels = labels
        anatomy = SpaceAnatomy(
            slots: (0..<5).map { .init(name: "s\($0)", choices: ["pool", "conv"]) }, children: children)
        truth = RunTruth(
            table, subset: ("without pool on s1", labels.filter { Array($0)[1] == "2" }), likelyBest: table.likelyBest,
            free: [FreeRanking("more conv", values: labels.map { label in Double(label.count { $0 == "2" }) })])
    }

    func record() throws -> ComparisonRecord {
        let pruned = Self.seeds.map { run("progressive", $0, keeping: 16, macs: 500_000_000, last: lifted($0)) }
        let uniform = Self.seeds.map { run("uniform", $0, keeping: 32, macs: 501_000_000, last: plain($0)) }
        let paper = Self.seeds.map { run("uniform", $0, keeping: 16, macs: 501_000_000, last: plain($0)) }
        let again = Self.seeds.map { run("again", $0, keeping: 16, macs: 500_000_000, last: lifted($0)) }
        var arms = [
            try arm("progressive", nil, recipe: "00ff", pruned, beside: uniform),
            try arm(
                "uniform", "dropping and regrouping together, scored at the same times", recipe: "11aa", uniform,
                beside: uniform),
            try arm(
                "uniform-elim", "training fewer children, beside only ranking fewer", recipe: "00ff", paper,
                beside: uniform),
            try arm("again", "nothing: the same recipe under another name", recipe: "00ff", again, beside: uniform),
        ]
        arms[2].paperOf = "uniform"
        for (place, runs) in [(0, pruned), (3, again)] {
            arms[place].biasGap = try BiasGap(
                zip(runs, uniform).compactMap { own, twin in
                    BiasGap.Pair(own.last, beside: twin.last, truth: truth.table, anatomy: anatomy)
                })
        }
        let free = try RunFigures(pruned[0].record, truth).summaries.dropFirst()
        return try ComparisonRecord(
            name: "filled", stamps: ["Made-up runs & a made-up truth.", "Arms progressive and again are one recipe."],
            free: Array(free), arms: arms
        ).judged(truth: truth.table)
    }

    /// Both arms train alike up to the decision.
    private func first(_ seed: UInt64) -> Scores { scores(seed, lane: 0, noise: 0.02, lift: 0) }
    private func plain(_ seed: UInt64) -> Scores { scores(seed, lane: 1, noise: 0.02, lift: 0.008) }
    private func lifted(_ seed: UInt64) -> Scores { scores(seed, lane: 2, noise: 0.012, lift: 0.02) }

    /// Noise is uniform on both sides of 0.
    private func scores(_ seed: UInt64, lane: Int, noise: Double, lift: Double) -> Scores {
        var stream = RandomStream(seed: seed, purpose: .test, lane: lane)
        var scores: Scores = [:]
        for (label, mean) in zip(truth.table.labels, truth.table.means) {
            let drawn = noise * (2 * stream.unitDouble() - 1)
            scores[label] = mean + drawn + (label.hasPrefix("2") ? lift : 0)
        }
        return scores
    }

    /// One decision by the first scoring, then the final ranking of those that are left.
    private func run(_ arm: String, _ seed: UInt64, keeping count: Int, macs: Int, last: Scores) -> Made {
        let before = first(seed)
        func ranked(_ children: [String], _ scores: Scores) -> [RunRecord.Scored] {
            children.sorted { scores[$0] ?? 0 > scores[$1] ?? 0 }.enumerated().map { place, label in
                RunRecord.Scored(
                    child: label, score: scores[label], rank: place + 1, group: 0,
                    params: anatomy.children[label]?.params ?? 0, macs: anatomy.children[label]?.macs ?? 0)
            }
        }
        let cut = ranked(labels, before)
        let kept = cut.prefix(count).map(\.child)
        let after = ranked(kept, last)
        let record = RunRecord(
            run: "filled.\(arm).s\(seed)", phase: "DONE", seed: seed, images: 4_096, macs: macs, executedMacs: macs,
            storeBytes: 1_048_576,
            rounds: [
                RunRecord.Round(
                    round: 0, policy: count < labels.count ? "keep-fraction" : "keep-all", images: 2_048,
                    macs: macs / 2, survivors: kept,
                    dropped: cut.dropFirst(count).map { RunRecord.Dropped(child: $0.child, reason: "cut") },
                    scores: cut),
                RunRecord.Round(
                    round: 1, policy: "keep-all", images: 4_096, macs: macs, survivors: after.map(\.child), dropped: [],
                    scores: after),
            ], best: after[0].child)
        return Made(record: record, last: last.filter { kept.contains($0.key) })
    }

    private func arm(
        _ name: String, _ purpose: String?, recipe: String, _ runs: [Made], beside twins: [Made]
    ) throws -> ComparisonRecord.Arm {
        var arm = ComparisonRecord.Arm(
            name: name, purpose: purpose, recipe: recipe,
            seeds: try zip(runs, twins).map { own, twin in try outcome(own.record, beside: twin.record) })
        arm.stability = try ArmStability(runs.map { try $0.record.compositeRanking() })
        return arm
    }

    private func outcome(_ record: RunRecord, beside twin: RunRecord) throws -> ComparisonRecord.Outcome {
        let figures = try RunFigures(record, truth)
        let own = figures.summaries[0]
        var outcome = ComparisonRecord.Outcome(
            seed: record.seed, run: record.run, images: record.images, macs: record.macs, best: record.best,
            truthRank: figures.pickRank.map(Double.init), truthMean: record.best.flatMap { truth.table[$0] },
            gtTau: own.tauB, topRank: ["1": own.top1 ?? 0, "3": own.top3 ?? 0])
        (outcome.tauA, outcome.tauInside, outcome.regret) = (own.tauA, own.tauInside, figures.pickRegret)
        outcome.hit = record.best.flatMap { best in truth.likelyBest.map { $0.contains(best) } }
        outcome.retrained = outcome.truthMean.map { $0 - 0.01 }
        outcome.kept = try SurvivorTaus(
            record.compositeRanking(), beside: twin.compositeRanking(), truth: truth.table)
        outcome.audit = try AuditSummary(paper: record, truth)
        return outcome
    }
}
