import Checkpoints
import Foundation
import Foundations
import Searches
import Testing

/// A run stopped or lost anywhere goes on to the bytes of one that was left alone.
@Suite struct InterruptionTests {
    private struct Whole {
        let digest: String?
        let calls: Int
        let steps: Int
    }

    /// The run that nobody interrupts.
    private func whole(_ recipe: Recipe) async throws -> Whole {
        let watcher = Watcher()
        let record = try await Scratch().search(recipe, observer: watcher)
        return Whole(digest: record.digest, calls: watcher.calls, steps: watcher.trained.count)
    }

    /// Crashes at every fifth call from `offset` on: between them the five offsets cover every step, scored batch, commit
    /// and note of a run.
    @Test(arguments: 0..<5)
    func aCrashAnywhereIsMended(_ offset: Int) async throws {
        let recipe = try Micro.recipe()
        let whole = try await whole(recipe)
        for call in stride(from: 1 + offset, through: whole.calls, by: 5) {
            let scratch = try Scratch()
            let error = await failure { try await scratch.search(recipe, observer: Watcher(.crashAtCall(call))) }
            #expect(error is Crash)
            let record = try await scratch.resume(execution: Execution(threads: 1 + call % 3))
            #expect(record.digest == whole.digest, "crash at call \(call)")
        }
    }

    /// A run that crashes again and again, a few calls further each time.
    @Test func manyCrashesInOneRunAreMended() async throws {
        let recipe = try Micro.recipe("checkpoint.every-batches=1")
        let whole = try await whole(recipe)
        let scratch = try Scratch()
        var error = await failure { try await scratch.search(recipe, observer: Watcher(.crashAtCall(1))) }
        var crashes = 0
        var sequence = try scratch.recorded().head.seq
        while error is Crash {
            crashes += 1
            error = await failure { try await scratch.resume(observer: Watcher(.crashAtCall(2 + crashes % 9))) }
            let now = try scratch.recorded().head.seq
            #expect(now >= sequence)
            sequence = now
        }
        #expect(error == nil && crashes > 20)
        #expect(try scratch.recorded().digest == whole.digest)
    }

    @Test(arguments: [1, 7, 20])
    func atMostKStepsAreTrainedAgainAfterACrash(_ k: Int) async throws {
        let recipe = try Micro.recipe("checkpoint.every-batches=\(k)")
        let whole = try await whole(recipe)
        for step in stride(from: 2, to: whole.steps, by: 9) {
            let scratch = try Scratch()
            let (before, after) = (Watcher(.crashAfterStep(step)), Watcher())
            #expect(await failure { try await scratch.search(recipe, observer: before) } is Crash)
            try await scratch.resume(observer: after)
            #expect(before.trained.count + after.trained.count - whole.steps <= k)
        }
    }

    @Test func nothingIsTrainedAgainAfterAStop() async throws {
        let recipe = try Micro.recipe("checkpoint.every-batches=1000000")
        let whole = try await whole(recipe)
        for call in stride(from: 1, to: whole.calls, by: 4) {
            let scratch = try Scratch()
            let (before, after) = (Watcher(.stopAtCall(call)), Watcher())
            let error = await failure { try await scratch.search(recipe, observer: before) }
            #expect((error as? SearchStopped)?.signal == 15 || error == nil)
            let record = try await scratch.resume(observer: after)
            #expect(record.digest == whole.digest, "stop at call \(call)")
            #expect(before.trained + after.trained == Array(1...whole.steps), "stop at call \(call)")
        }
    }

    @Test func aStopTakesEffectAtTheNextStep() async throws {
        let scratch = try Scratch()
        let watcher = Watcher(.stopAfterStep(5))
        let recipe = try Micro.recipe()
        #expect(await failure { try await scratch.search(recipe, observer: watcher) } is SearchStopped)
        #expect(watcher.trained == [1, 2, 3, 4, 5])
        #expect(try scratch.recorded().head.step == 5)
    }

    @Test func aFinishedRunIsResumedToItsResult() async throws {
        let scratch = try Scratch()
        let record = try await scratch.search(Micro.recipe())
        let watcher = Watcher()
        let again = try await scratch.resume(observer: watcher)
        #expect(again.digest == record.digest && again.rounds == record.rounds && again.best == record.best)
        #expect(watcher.trained.isEmpty)
    }

    /// What reports are made of must not depend on an interruption either: every step's loss once, every score.
    @Test func theRecordedRowsAreThoseOfTheWholeRun() async throws {
        let recipe = try Micro.recipe()
        let (left, right) = (try Scratch(), try Scratch())
        try await left.search(recipe)
        _ = await failure { try await right.search(recipe, observer: Watcher(.crashAfterStep(33))) }
        try await right.resume()
        let (a, b) = (try left.store(), try right.store())
        #expect(
            try a.metrics("train.loss").map { [Double($0.step), $0.value] }
                == b.metrics("train.loss").map { [Double($0.step), $0.value] })
        #expect(try a.rounds().map(\.json) == b.rounds().map(\.json))
        for round in 0..<3 { #expect(try a.scores(round).map(\.json) == b.scores(round).map(\.json)) }
    }

    @Test func aRunOnOtherNumbersIsRefused() async throws {
        let scratch = try Scratch()
        let recipe = try Micro.recipe()
        _ = await failure {
            try await scratch.search(
                recipe, execution: Execution(threads: 1, kernels: "portable"), observer: Watcher(.stopAfterStep(30)))
        }
        let best = Execution(threads: 1)
        guard await status({ try await scratch.resume(execution: best) }) != 0 else { return }  // only one level here
        #expect(await status { try await scratch.resume(execution: best) } == 9)
        var inexact = best
        inexact.allowInexact = true
        try await scratch.resume(execution: inexact)
        #expect(try scratch.recorded().ownStamps.contains { $0.contains("numbers may differ") })
        #expect(try scratch.recorded().recipeStamps.isEmpty)
        // Beside a run of the first kind that is told of both.
        var kinds = MachineKinds()
        for _ in 0..<2 { kinds.add(try scratch.recorded()) }
        #expect(kinds.stamp == nil)
        try await scratch.search(recipe, as: "other", execution: Execution(threads: 1, kernels: "portable"))
        kinds.add(try scratch.recorded("other"))
        let stamp = try #require(kinds.stamp)
        #expect(stamp.hasPrefix("Runs were made on different kinds of machine (") && stamp.contains("portable"))
    }
}
