import Checkpoints
import Datasets
import Networks
import Policies
import Searches
import Supernets
import Testing

/// A child evaluated or exported from the store is the child that was scored.
@Suite struct StoredChildTests {
    /// A run in which one group dies whole, and children leave groups that live on.
    private func run(_ statistics: String, _ scratch: Scratch) async throws -> RecordedRun {
        let spy = Spy { standing in
            let kept = standing.survivors.enumerated().filter { place, survivor in
                standing.round == 0 ? place % 4 != 3 : survivor.group != 1 && place % 5 != 0
            }
            return .keeping(kept.map(\.element.child), of: standing)
        }
        return try await PolicyCatalogue.$current.withValue(spy.catalogue) {
            try await scratch.search(
                Micro.recipe(
                    "policy=spy", "score.bn=\(statistics)", "score.calibration-images=16", "data.hold-out.rank=12",
                    "train.budget.images=24000",
                    "rounds=[{at: 0.4, regroup: {by: similarity, count: 4}}, {at: 0.8, regroup: none}]"))
            return try scratch.recorded()
        }
    }

    private func score(_ stored: StoredChild, _ run: RecordedRun, _ store: CheckpointStore, role: Role, threads: Int)
        throws -> Supernets.Score
    {
        let dataset = try run.recipe.data.open(folder: nil)
        let supernet = try stored.supernet(dataset, execution: Execution(threads: threads))
        let statistics = run.recipe.score.statistics
        let calibration = dataset.calibration(
            images: run.recipe.score.calibrationImages, batch: run.recipe.train.batch, round: stored.round,
            seeds: run.recipe.seeds, augmentation: run.recipe.data.augmentation)
        return try Evaluator(supernet).score(
            [stored.child], on: dataset.batches(of: role, batch: run.recipe.train.batch), statistics: statistics,
            calibration: statistics == .calibrated ? calibration : []
        ).scores[0]
    }

    @Test(arguments: ["batch", "running", "calibrated"])
    func itsScoreIsTheRecordedOne(_ statistics: String) async throws {
        let scratch = try Scratch()
        let run = try await run(statistics, scratch)
        let store = try scratch.store()
        let rounds = try store.decisions()
        var seen: [String: Int] = ["whole group": 0, "group lives on": 0, "alive": 0]
        for round in rounds {
            let rows = try store.scored(round.round)
            let leaving = round.round == 2 ? rows : rows.filter { !$0.kept }
            // One child in three of those that left in each way is enough.
            for row in leaving.enumerated().filter({ $0.offset % 3 == 0 }).map(\.element) {
                let stored = try StoredChild.read(row.child, of: run.name, store)
                #expect(stored.round == round.round && stored.wasDropped == (round.round < 2))
                let score = try score(stored, run, store, role: round.round == 2 ? .pick : .rank, threads: 2)
                #expect(score.loss == row.losses.last, "child \(row.child) of round \(round.round)")
                #expect(score.accuracy == row.accuracies.last)
                let way =
                    round.round == 2 ? "alive" : round.parents.contains(row.group) ? "group lives on" : "whole group"
                seen[way]! += 1
            }
        }
        #expect(seen.values.allSatisfy { $0 > 2 }, "\(seen)")
    }

    @Test func anExportHoldsTheStoredBytes() async throws {
        let scratch = try Scratch()
        let run = try await run("batch", scratch)
        let store = try scratch.store()
        let dataset = try run.recipe.data.open(folder: nil)
        for label in try store.scored(0).map(\.child) {
            let stored = try StoredChild.read(label, of: run.name, store)
            let supernet = try stored.supernet(dataset, execution: Execution(threads: 1))
            let parameters = try supernet.graph(of: stored.child).nodes.flatMap(\.parameters)
            let tensors = try stored.tensors()
            #expect(tensors.map(\.name) == parameters.map(\.name))
            #expect(Set(tensors.map(\.name)).count == tensors.count)
            for (tensor, parameter) in zip(tensors, parameters) where parameter.role != .batchesTracked {
                let slot = WeightSlot(arena: 0, parameter: supernet.layout.index(parameter))
                let values = UnsafeRawBufferPointer(start: supernet.weights.values(slot), count: parameter.count * 4)
                #expect(tensor.bytes == Array(values) && tensor.shape == parameter.shape)
            }
        }
    }

    @Test func aRunWithoutWeightsSaysSo() async throws {
        let scratch = try Scratch()
        _ = await failure { try await scratch.search(Micro.recipe("data={set: idx, hold-out: {rank: 4, pick: 4}}")) }
        let run = try scratch.recorded()
        #expect(await status { try StoredChild.read("111", of: run.name, scratch.store()) } == 2)
        #expect(await status { try StoredChild.read("555", of: run.name, scratch.store()) } == 2)
    }
}
