import Architectures
import Checkpoints
import Datasets
import Foundation
import Foundations
import Reports
import Searches
import Testing

/// What a run is charged, and where that ends it.
@Suite struct BudgetTests {
    /// The multiply-adds of each child, from its graph.
    private func costs(_ run: RecordedRun) throws -> [Child: Int] {
        let input = FeatureShape(channels: 3, height: 8, width: 8)
        return try Dictionary(
            uniqueKeysWithValues: (0..<64).map { index in
                let child = try run.space.child(at: index)
                return (child, try run.space.graph(of: child, input: input, classes: 10).multiplyAdds)
            })
    }

    /// Images and MACs by the contract's rule, from what was trained and scored: 3 x MACs(child) a trained image and
    /// 1 x MACs(child) a scored or calibration image.
    private func charge(_ scratch: Scratch, calibration: Int = 0) throws -> (images: Int, macs: Int) {
        let run = try scratch.recorded()
        let store = try scratch.store()
        let costs = try costs(run)
        let plan = BatchPlan(count: 40, batch: 8, seeds: run.recipe.seeds, augmentation: .none)
        var (images, macs, first) = (0, 0, 0)
        for round in try store.decisions() {
            let scored = try store.scored(round.round)
            let alive = try scored.map { try run.space.child(label: $0.child) }.sorted()
            for step in first..<round.step {
                let sampler = Sampler(
                    run.recipe.train.sampling, living: Living(alive), seeds: run.recipe.seeds, macs: { costs[$0]! })
                let trained = sampler.children(round: round.round, step: step - first)
                images += plan.size(step: step)
                macs += 3 * plan.size(step: step) * costs[trained[0]]!
            }
            images += round.scorings * alive.count * (4 + calibration)
            macs += round.scorings * (4 + calibration) * alive.reduce(0) { $0 + costs[$1]! }
            first = round.step
        }
        return (images, macs)
    }

    @Test(arguments: [
        [String](), ["train.sampling=uniform", "seed=9"], ["train.sampling=sequential", "score.window=1"],
        ["train.budget={macs: 3.0e8}", "train.sampling=shuffled-once"],
    ])
    func chargesAreThoseOfTheContract(_ settings: [String]) async throws {
        let scratch = try Scratch()
        let record = try await scratch.search(Micro.recipe(settings))
        let expected = try charge(scratch)
        #expect(record.images == expected.images)
        #expect(record.macs == expected.macs)
    }

    @Test func calibrationImagesAreCharged() async throws {
        let scratch = try Scratch()
        let record = try await scratch.search(
            Micro.recipe("score.bn=calibrated", "score.calibration-images=16", "train.budget.images=6000"))
        let expected = try charge(scratch, calibration: 16)
        #expect(record.images == expected.images)
        #expect(record.macs == expected.macs)
    }

    @Test(arguments: [1500, 1999, 2500])
    func imagesEndWithinOneStep(_ budget: Int) async throws {
        let record = try await Scratch().search(Micro.recipe("train.budget.images=\(budget)"))
        #expect(budget..<budget + 8 ~= record.images)
    }

    @Test(arguments: [2.5e8, 3.21e8])
    func macsEndWithinOneStep(_ budget: Double) async throws {
        let scratch = try Scratch()
        let record = try await scratch.search(Micro.recipe("train.budget={macs: \(budget)}"))
        let largest = 3 * 8 * Double(try costs(scratch.recorded()).values.max()!)
        #expect(Double(record.macs) >= budget && Double(record.macs) < budget + largest)
    }

    @Test func stepsAndEpochsEndExactly() async throws {
        for (budget, steps) in [("{steps: 100}", 100), ("{epochs: 11}", 55)] {
            let scratch = try Scratch()
            try await scratch.search(Micro.recipe("train.budget=\(budget)", "rounds=[{at: 0.07}, {at: 0.6}]"))
            let rounds = try scratch.store().decisions()
            #expect(rounds.map(\.step) == [0.07, 0.6, 1].map { Int((Double(steps) * $0 - 1e-9).rounded(.up)) })
        }
    }

    @Test func decisionsFallAtTheRecipesFractions() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe())
        for (round, at) in zip(try scratch.store().decisions(), [0.5, 0.7, 1]) {
            #expect(round.fraction >= at && round.fraction < at + 8 / 1500.0)
        }
    }

    @Test func theFinalRankingUsesTheImagesHeldBack() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe())
        #expect(try scratch.store().decisions().map(\.role) == ["rank", "rank", "pick"])
        let without = try Scratch()
        try await without.search(Micro.recipe("data.hold-out.pick=0"))
        #expect(try without.store().decisions().map(\.role) == ["rank", "rank", "rank"])
    }

    /// A round that cannot pay its scoring would overspend; it is refused before the first step where that is certain.
    @Test(arguments: [
        ["rounds=[{steps: 1000}]"], ["rounds=[{epochs: 50}]"],
        ["train.budget.images=400"], ["policy=keep-all", "rounds=[{at: 0.5}, {at: 0.6}]"],
        ["rounds=[{at: 0.5}, {at: 0.501}]"], ["train.budget={steps: 4}", "rounds=[{at: 0.3}, {at: 0.4}]"],
    ])
    func aBudgetWithoutRoomIsRefused(_ settings: [String]) async throws {
        let scratch = try Scratch()
        let watcher = Watcher()
        let recipe = try Micro.recipe(settings)
        #expect(await status { try await scratch.search(recipe, observer: watcher) } == 3)
        #expect(watcher.trained.isEmpty)
    }

    /// What only the run shows, such as a policy that keeps too many: the decision that cannot pay for its scoring is left
    /// out, and the run still ends within its budget.
    @Test func aDecisionThatBecameTooDearIsLeftOut() async throws {
        let scratch = try Scratch()
        let watcher = Watcher()
        let record = try await scratch.search(
            Micro.recipe("policy.keep=1", "rounds=[{at: 0.5}, {at: 0.6}]"), observer: watcher)
        #expect(record.rounds.map(\.policy) == ["keep-fraction", "final ranking"])
        #expect(1500..<1508 ~= record.images)
        #expect(watcher.notes.contains { $0.hasPrefix("the decision at 0.6 of the budget is left out") })
    }

    /// Counts beyond any budget stop growing; they never overflow.
    @Test func countsDoNotOverflow() throws {
        let most = 1 << 62
        let none = #"{"steps": 0, "trainedImages": 0, "images": 0, "macs": 0, "executedMACs": 0}"#
        var spending = try JSONDecoder().decode(Spending.self, from: Data(none.utf8))
        spending.chargeStep(images: 65_536, childMACs: Array(repeating: 1 << 44, count: 255), executed: Int.max)
        #expect(spending.macs == most && spending.executedMACs == most && spending.images == 65_536 * 255)
        spending.chargeStep(images: 65_536, childMACs: [1 << 44], executed: 1)
        #expect(spending.macs == most && spending.steps == 2)
        let cost = ScoringCost(
            childMACs: Array(repeating: 1 << 44, count: 20_000), images: 1_000_000,
            calibrationImages: Int(Int32.max), probeImages: 10_000 * 65_536)
        #expect(cost.macs == most && cost.images == 20_000 * (1_000_000 + Int(Int32.max) + 655_360_000))
        spending.chargeScoring(cost, executed: Int.max)
        #expect(spending.macs == most && Int(spending.amount(in: .macs, stepsPerEpoch: 1)) == most)
        let small = ScoringCost(childMACs: [3, 4], images: 10, calibrationImages: 5, probeImages: 1)
        #expect(small.macs == 7 * 18 && small.images == 32)
    }
}
