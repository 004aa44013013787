import Checkpoints
import Searches
import Testing

/// A store whose map begins with 1 MiB grows with the run, under its checkpoints, its round ends and its resumptions, and
/// the run ends with the bytes of one that had room from the start.
@Suite struct GrowingMapTests {
    /// Half a million weights: a state outgrows the first map at once, and four groups of them do so again.
    private let settings = ["space.channels=128", "train.budget={images: 700}", "checkpoint.every-batches=5"]

    private var small: Execution {
        var execution = Execution(threads: 2)
        execution.mapBytes = 1 << 20
        return execution
    }

    @Test func aMapOf1MiBGrowsToTheEndOfARun() async throws {
        let recipe = try Micro.recipe(settings)
        let whole = try await Scratch().search(recipe, execution: Execution(threads: 2))

        let scratch = try Scratch()
        #expect(try await scratch.search(recipe, execution: small).digest == whole.digest)
        // Such a file needs a map of 32 MiB: the first one was doubled five times.
        #expect(try scratch.store().bytesOnDisk > 16 << 20)

        let stopped = try Scratch()
        let error = await failure {
            try await stopped.search(recipe, execution: small, observer: Watcher(.stopAfterStep(20)))
        }
        #expect(error is SearchStopped)
        let resumed = try await stopped.resume(execution: small)
        #expect(resumed.digest == whole.digest)
        #expect(try stopped.store().verify(full: true).errors.isEmpty)
    }
}
