import Foundation
import Foundations
import Policies
import Reports
import Searches
import Testing

/// Shards, merging, trunks and the rules of seeds.
@Suite struct ComparisonPartsTests {
    @Test func bothWaysOfCountingNameEveryPartOnce() throws {
        for count in 1...5 {
            for first in [0, 1] {
                let parts = (first..<first + count).compactMap { Shard(index: $0, count: count) }
                #expect(Set(parts.map(\.index)) == Set(0..<count))
            }
            #expect(Shard(index: count + 1, count: count) == nil)
            #expect(Shard(index: -1, count: count) == nil)
        }
        #expect(Shard(index: 0, count: 0) == nil)
    }

    /// Two shards in two folders, merged into a third, hold the runs of the whole.
    @Test func mergedShardsAreTheWhole() async throws {
        let (whole, one, two, merged) = (try Scratch(), try Scratch(), try Scratch(), try Scratch())
        let comparison = try Comparisons.comparison(Comparisons.twins())
        try await Comparisons.run(comparison, whole)
        try await Comparisons.run(comparison, one, shard: .init(index: 0, count: 2))
        try await Comparisons.run(comparison, two, shard: .init(index: 1, count: 2))
        let parts = [one, two].map { ComparisonFile.Part("\($0.root)/trial", in: ".") }
        let file = try ComparisonFile.merge(parts, into: "trial", in: merged.root)
        #expect(file.arms.map(\.name) == ["progressive", "uniform"])
        var digests: [String: String] = [:]
        for member in file.arms.flatMap(\.runs) {
            let root = try #require(member.root)
            #expect([one.root, two.root].contains(root))
            digests[member.run] = try (root == one.root ? one : two).recorded(member.run).digest
        }
        #expect(try digests == Comparisons.digests(comparison, whole))
        // Merged twice it is the same, and there is nothing left to run.
        #expect(try ComparisonFile.merge(parts, into: "trial", in: merged.root).arms.flatMap(\.runs).count == 4)
        let watcher = Watcher()
        try await Comparisons.run(comparison, merged, watcher)
        #expect(watcher.calls == 0)
    }

    @Test func partsOfOtherNamesAndSeedsAreMerged() async throws {
        let scratch = try Scratch()
        for (name, seed) in [("first", 1), ("second", 2)] {
            let part = try Comparisons.comparison(Comparisons.twins(), name: name, seeds: [UInt64(seed)])
            try await Comparisons.run(part, scratch)
        }
        let parts = ["first", "second"].map { ComparisonFile.Part($0, in: scratch.root) }
        let file = try ComparisonFile.merge(parts, into: "both", in: scratch.root)
        #expect(file.arms.allSatisfy { $0.runs.map(\.seed) == [1, 2] })
        #expect(file.arms[0].runs.map(\.run) == ["first.progressive.s1", "second.progressive.s2"])
        #expect(file.arms.flatMap(\.runs).allSatisfy { $0.root == nil })
        let other = try Comparisons.comparison(
            [("progressive", Comparisons.recipe(images: 4000)), ("uniform", Comparisons.recipe(images: 4000))],
            name: "third", seeds: [3])
        try await Comparisons.run(other, scratch)
        let error = #expect(throws: SearchError.self) {
            try ComparisonFile.merge([.init("third", in: scratch.root)], into: "both", in: scratch.root)
        }
        #expect(error?.message == "the parts' arms called uniform were made with different recipes")
        #expect(throws: SearchError.noComparison(name: "none", root: scratch.root)) {
            try ComparisonFile.merge([.init("none", in: scratch.root)], into: "both", in: scratch.root)
        }
    }

    /// A job array makes a verdict in parts; a further call that chooses its own seeds is none of them.
    @Test func partsOfAVerdictAreMerged() async throws {
        let scratch = try Scratch()
        let recipe = try Comparisons.recipe()
        let arms = [("a", recipe), ("b", Comparison.uniform(recipe))]
        for (name, seed) in [("first", 1000), ("second", 1001)] as [(String, UInt64)] {
            try await Comparisons.run(Comparisons.comparison(arms, name: name, seeds: [seed]), scratch)
        }
        let parts = ["first", "second"].map { ComparisonFile.Part($0, in: scratch.root) }
        let file = try ComparisonFile.merge(parts, into: "both", in: scratch.root)
        #expect(file.stage == .verdict && file.arms.allSatisfy { $0.runs.map(\.seed) == [1000, 1001] })
        let more = try Comparisons.comparison(arms, name: "both", seeds: [1002])
        let error = await failure { try await Comparisons.run(more, scratch) }
        #expect(error as? SearchError == .verdictFixed(comparison: "both", what: "the seeds were others"))
    }

    @Test func armsOnOtherRolesAreNotAdded() async throws {
        let scratch = try Scratch()
        try await Comparisons.run(Comparisons.comparison([("a", Comparisons.recipe())], seeds: [1]), scratch)
        let tested = try [("c", Comparisons.recipe("score.on=test"))]
        let refusal = SearchError.unequalArms("the arms score on different roles: a on rank, c on test")
        let added = try Comparisons.comparison(tested, seeds: [1])
        #expect(await failure { try await Comparisons.run(added, scratch) } as? SearchError == refusal)
        try await Comparisons.run(Comparisons.comparison(tested, name: "other", seeds: [2]), scratch)
        #expect(throws: refusal) {
            try ComparisonFile.merge([.init("other", in: scratch.root)], into: "trial", in: scratch.root)
        }
        let unpicked = try Comparisons.comparison([("c", Comparisons.recipe("data.hold-out.pick=0"))], seeds: [1])
        #expect(
            await failure { try await Comparisons.run(unpicked, scratch) } as? SearchError
                == .unequalArms("the arms make the final choice on different roles: a on pick, c on rank"))
    }

    @Test func developmentAndVerdictSeedsAreKeptApart() async throws {
        let recipe = try Comparisons.recipe()
        let arms = [("a", recipe), ("b", Comparison.uniform(recipe))]
        let error = #expect(throws: SearchError.mixedSeeds(development: 8, verdict: 1000)) {
            try Comparisons.comparison(arms, seeds: [8, 9, 1000])
        }
        #expect(error?.exitCode == .usage)
        #expect(try Comparisons.comparison(arms, seeds: [999]).stage == .development)
        #expect(try Comparisons.comparison(arms, seeds: [1000]).stage == .verdict)
        // A name that has development seeds gets no verdict seeds.
        let scratch = try Scratch()
        try await Comparisons.run(Comparisons.comparison(arms, seeds: [1]), scratch)
        let mixed = try Comparisons.comparison(arms, seeds: [1000])
        #expect(await status { try await Comparisons.run(mixed, scratch) } == 2)
        // More development seeds are welcome.
        try await Comparisons.run(Comparisons.comparison(arms, seeds: [2]), scratch)
        #expect(try ComparisonFile.find("trial", in: scratch.root)?.arms[0].runs.map(\.seed) == [1, 2])
    }

    @Test func aVerdictIsFixedBeforeItsFirstRun() async throws {
        let recipe = try Comparisons.recipe()
        let uniform = Comparison.uniform(recipe)
        let scratch = try Scratch()
        let fixed = try Comparisons.comparison([("a", recipe), ("b", uniform)], seeds: [1000, 1001])
        // Fixed although nothing but the first step was made.
        #expect(await failure { try await Comparisons.run(fixed, scratch, Watcher(.crashAtCall(3))) } != nil)
        let others = [
            ([("a", recipe), ("b", uniform)], [1000, 1001, 1002], "the seeds were others"),
            (
                [("a", try Comparisons.recipe("train.optimizer.lr=0.01")), ("b", uniform)], [1000, 1001],
                "the recipe of a has changed"
            ),
            ([("a", recipe), ("c", uniform)], [1000, 1001], "the arms were a, b, now a, c"),
        ]
        for (arms, seeds, what) in others {
            let other = try Comparisons.comparison(arms, seeds: seeds.map { UInt64($0) })
            let error = await failure { try await Comparisons.run(other, scratch) }
            #expect(error as? SearchError == .verdictFixed(comparison: "trial", what: what))
        }
        try await Comparisons.run(fixed, scratch)
        #expect(try scratch.recorded("trial.b.s1001").best != nil)
    }

    /// Both arms of a seed share the trunk's past and pay for it; killed and resumed they come to the same ends.
    @Test func armsAreForkedFromTrunks() async throws {
        let (whole, cut) = (try Scratch(), try Scratch())
        let recipe = try Comparisons.recipe(
            "sharing={mode: adaptive, by: similarity, below: 16, least: 4}", "rounds=[{at: 0.5}, {at: 0.7}]",
            "train.batch=4", images: 3000)
        let comparison = try Comparisons.comparison(
            [("a", recipe), ("b", Comparison.uniform(recipe)), ("again", recipe)], seeds: [4], trunk: 0.3)
        try await Comparisons.run(comparison, whole)
        let (a, b) = (try whole.recorded("trial.a.s4"), try whole.recorded("trial.b.s4"))
        let trunk = try whole.recorded("trial.trunk.s4")
        #expect(trunk.best == nil && a.origin?.run == "trial.trunk.s4" && a.origin?.digest == b.origin?.digest)
        #expect(a.groups.flatMap(\.self).count == 16 && b.groups.flatMap(\.self).count == 64)
        #expect(a.record(storeBytes: 0).rounds.count == 4)
        let costs = [a.spending.macs, b.spending.macs].map(Double.init)
        #expect((costs.max() ?? 0) / (costs.min() ?? 1) < 1.005)
        // On paper nobody is cut where the trunk ends: that decision is no arm's own.
        let paper = try await b.eliminated(
            by: PolicySpecification(recorded: recipe.policy.yaml).make(), storeBytes: 0)
        #expect(paper.rounds.map(\.survivors.count) == [64, 32, 16, 16])
        // The same recipe from the same trunk: a placebo is the same run.
        #expect(try whole.recorded("trial.again.s4").best == a.best)
        var crashes = 0
        while await failure({ try await Comparisons.run(comparison, cut, Watcher(.crashAtCall(300))) }) != nil {
            crashes += 1
        }
        #expect(crashes >= 3)
        #expect(try Comparisons.digests(comparison, whole) == Comparisons.digests(comparison, cut))
        let early = #expect(throws: SearchError.self) {
            try Comparisons.comparison([("a", recipe)], trunk: 0.5)
        }
        #expect(
            early?.message == "a decides at 0.5 of the budget, not after the trunk's end at 0.5 of the budget")
    }

    /// Known from the recipes alone, before the trunk is paid for.
    @Test func whatCannotGoOnFromTheTrunkIsRefused() throws {
        let recipe = try Comparisons.recipe()
        var (batch, alone, few) = (recipe, recipe, recipe)
        batch.train.batch = 4
        alone.sharing.mode = .none
        few.space.only = ["111", "222", "333", "444"]
        for (other, key) in [(batch, "train.batch"), (alone, "sharing"), (few, "space")] {
            #expect(throws: SearchError.offTrunk(arm: "b", first: "a", why: "\(key) is not the trunk's")) {
                try Comparisons.comparison([("a", recipe), ("b", other)], trunk: 0.3)
            }
        }
        let plain = try Comparisons.comparison([("a", recipe), ("b", Comparison.uniform(recipe))], trunk: 0.3)
        #expect(plain.trunk == 0.3)
    }

    /// Who watches a comparison hears of the trunk's scorings and decision too.
    @Test func trunksAreWatched() async throws {
        let scratch = try Scratch()
        let watcher = Listener()
        let comparison = try Comparisons.comparison([("a", Comparisons.recipe(images: 3000))], seeds: [4], trunk: 0.3)
        try await Comparisons.run(comparison, scratch, watcher)
        #expect(watcher.decided == [0, 1, 2, 3] && watcher.scored.first == 0)
    }

    /// Of a fork too: the trunk's decision keeps everyone and takes one scoring, also before a policy that plans its own.
    @Test(arguments: [["score.window=3"], ["policy=successive-halving", "rounds=[{at: 0.4}]"]])
    func costOfForksIsForeseen(settings: [String]) async throws {
        let scratch = try Scratch()
        var recipe = try Micro.recipe(settings + ["train.budget.images=6000"])
        recipe = try Comparison.equalised([("a", recipe)], data: nil).recipes[0]
        let comparison = try Comparisons.comparison([("a", recipe)], seeds: [4], trunk: 0.3)
        try await Comparisons.run(comparison, scratch)
        let ground = try Foresight.Ground(
            recipe, space: recipe.space.resolve(), dataset: recipe.data.open(folder: nil))
        let foreseen = Foresight(
            comparison.recipe(of: comparison.arms[0], seed: 4), ground,
            trunk: comparison.trunkRecipe(seed: 4, until: 0.3))
        let record = try await scratch.resume("trial.a.s4")
        #expect(abs(foreseen.images / Double(record.images) - 1) < 0.03, "\(foreseen) \(record.images)")
        #expect(foreseen.survivors == record.rounds.dropFirst().dropLast().map(\.survivors.count))
    }

    /// What a run is foreseen to charge is what it charges, but for the children that happen to be left.
    @Test func costIsForeseen() async throws {
        for settings in [
            ["train.budget.images=4000"], ["train.budget={steps: 400}"],
            ["train.budget.images=6000", "score.bn=calibrated", "score.calibration-images=16"],
            ["train.budget.images=8000", "policy=successive-halving", "rounds=[{at: 0.2}]"],
        ] {
            let recipe = try Micro.recipe(settings)
            let dataset = try recipe.data.open(folder: nil)
            let ground = try Foresight.Ground(recipe, space: recipe.space.resolve(), dataset: dataset)
            let foreseen = Foresight(recipe, ground)
            let scratch = try Scratch()
            let record = try await scratch.search(recipe)
            #expect(abs(foreseen.macs / Double(record.macs) - 1) < 0.08, "\(settings): \(foreseen) \(record.macs)")
            #expect(abs(foreseen.images / Double(record.images) - 1) < 0.03, "\(settings)")
            let kept = record.rounds.dropLast().map(\.survivors.count)
            #expect(foreseen.survivors == kept, "\(settings)")
        }
    }
}

/// Remembers the rounds of what is scored and decided.
private final class Listener: SearchObserver {
    private(set) var scored: [Int] = []
    private(set) var decided: [Int] = []
    let shouldStop = false
    let signal: Int32 = 0

    func stepped(_ progress: SearchProgress) {}
    func durable(sequence: Int, step: Int) {}
    func note(_ line: String) {}
    func scored(_ scoring: RunTrace.Scoring) { scored.append(scoring.round) }
    func decided(_ round: RunRecord.Round, step: Int) { decided.append(round.round) }
}
