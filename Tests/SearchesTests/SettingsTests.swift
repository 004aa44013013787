import Foundation
import Foundations
import Searches
import Testing

/// Every way to share, sample, rank, schedule and prune: a run killed anywhere goes on to the same digest, on any number
/// of threads. A new setting is one more row.
@Suite struct SettingsTests {
    static let rows: [[String]] = [
        ["sharing={mode: groups, by: similarity, count: 4}", "rounds=[{at: 0.5}]"],
        ["sharing={mode: groups, by: random, count: 4, partition: 7}", "rounds=[{at: 0.5}]"],
        [
            "sharing={mode: groups, by: similarity, count: 3, weighted: macs, using: agglomeration}",
            "rounds=[{at: 0.5}]",
        ],
        ["sharing={mode: prefix, cells: 1}", "rounds=[{at: 0.5}]"],
        ["sharing={mode: keyword, share: [bn, stem]}", "rounds=[{at: 0.5}]"],
        ["sharing={mode: none}", "rounds=[{at: 0.5}]"],
        ["sharing={mode: adaptive, below: 32}", "rounds=[{at: 0.5}, {at: 0.7}]"],
        ["sharing={mode: groups, by: random, count: 2, independent: true}", "train.budget={images: 800}"]
            + ["rounds=[{at: 0.5}]"],
        ["sharing={mode: all, independent: true}"],
        ["rounds=[{at: 0.5, regroup: {by: random, count: 2, reset: momentum}}]"],
        ["rounds=[{at: 0.5, regroup: {by: similarity, count: 3, weighted: depth, reset: weights}}]"],
        ["rounds=[{at: 0.5}, {at: 0.7, regroup: {by: correlation, count: 3}}]"],
        ["rounds=[{at: 0.5, regroup: {by: gradient, count: 2, batches: 1}}]", "train.budget={images: 2500}"],
        ["rounds=[{steps: 60}, {steps: 100}]", "train.budget={images: 2500}"],
        ["rounds=[{epochs: 10}]", "train.budget={steps: 120}"],
        ["train.sampling=uniform"], ["train.sampling=sequential"], ["train.sampling=shuffled-once"],
        ["train.sampling=fair"], ["train.sampling=sandwich"], ["train.sampling={use: by-score, floor: 0.3}"],
        ["score.window=4", "score.smooth=main-effects"], ["score.measure=accuracy", "score.residual=log-params"],
        ["score.size-prior=1", "score.smooth=main-effects"], ["score.gate=0.2"], ["score.gate=0.99"],
        ["score.bn=running"], ["score.bn=calibrated", "score.calibration-images=16", "train.budget.images=6000"],
        ["score.probe={batches: 1, lr: 0}", "score.bn=running", "train.budget.images=5000"],
        ["score.probe={batches: 2, lr: 0.01}", "train.budget.images=9000"],
        ["train.optimizer.schedule=constant", "train.optimizer.unsampled=skip"],
        ["train.optimizer.restart=round", "train.optimizer.warm-up=0.1"],
        ["policy=successive-halving"], ["policy={use: drop-operators, by: mean, drop: 2}"],
        ["policy={use: drop-operators, by: angle}"], ["policy=params"], ["policy=macs"], ["policy=random"],
        ["policy={use: regret-guard, wrap: keep-fraction, probation: 3}"],
        ["policy={program: [\(SettingsTests.program)]}"],
        ["policy={use: regret-guard, wrap: {program: [\(SettingsTests.program)]}, probation: 3}"],
        ["policy=confident-cut", "score.window=4", "rounds=[{at: 0.6}]", "train.budget.images=4000"],
    ]

    /// A policy in another language; it stands beside the sources.
    static let program = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../policies/examples/keep_top_half.sh").standardized.path

    @Test(arguments: rows.indices)
    func aKilledRunEndsInTheSameBytes(_ index: Int) async throws {
        let recipe = try Micro.recipe(Self.rows[index])
        let watcher = Watcher()
        // On disk: some of them hold a set of weights a child.
        let whole = try await Scratch(onDisk: true).search(recipe, observer: watcher)
        #expect(whole.phase == "DONE" && whole.best != nil)
        #expect(try Recipe(StrictYAML.parse(recipe.text, path: "again")) == recipe)
        for call in [watcher.calls / 3, watcher.calls / 2 + 1, watcher.calls - 9, watcher.calls - 2] {
            let scratch = try Scratch(onDisk: true)
            _ = await failure { try await scratch.search(recipe, observer: Watcher(.crashAtCall(call))) }
            let resumed = try await scratch.resume(execution: Execution(threads: 2))
            #expect(resumed.digest == whole.digest, "\(Self.rows[index]), killed at call \(call) of \(watcher.calls)")
        }
    }
}
