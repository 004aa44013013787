import Checkpoints
import Foundation
import Foundations
import Searches
import Testing

/// A resume that cannot go on here changes nothing of the run: no checkpoint is given up, no rollback accepted, no store
/// upgraded.
@Suite struct RefusedResumeTests {
    private func bytes(_ scratch: Scratch, _ file: String) throws -> Data {
        try Data(contentsOf: URL(filePath: "\(scratch.root)/micro/\(file)"))
    }

    /// What the store holds, without events: a session that ends notes nothing.
    private func contents(_ scratch: Scratch) throws -> [String] {
        let store = try scratch.store()
        defer { store.close() }
        return try store.manifests().map { "\($0)" } + store.rounds().map(\.json)
    }

    @Test func goingBackNeedsAMachineThatCanGoOn() async throws {
        let scratch = try Scratch()
        let recipe = try Micro.recipe()
        let whole = try await scratch.search(recipe)
        let (before, database) = (try contents(scratch), try bytes(scratch, "db/data.mdb"))
        let other = Execution(threads: 1, kernels: "portable")
        let seq = try #require(try scratch.store().manifests().first { $0.isRoundEnd }).seq
        let code = await status { try await scratch.resume(wishes: ResumeWishes(from: seq), execution: other) }
        guard code != 0 else { return }  // Only one level here.
        #expect(code == 9)
        #expect(try contents(scratch) == before)
        #expect(try bytes(scratch, "db/data.mdb") == database)
        #expect(try scratch.recorded().best == whole.best)
        let again = try await scratch.resume(wishes: ResumeWishes(from: seq))
        #expect(again.digest == whole.digest)
    }

    @Test func aForkThatCannotGoOnIsNotMade() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe())
        let other = Execution(threads: 1, kernels: "portable")
        let code = await status {
            _ = try ProgressiveSearch.fork(
                ForkPoint("micro@1"), as: "fork", recipe: { $0 }, in: scratch.root, execution: other,
                observer: SilentObserver())
        }
        guard code != 0 else { return }
        #expect(code == 9)
        #expect(!FileManager.default.fileExists(atPath: scratch.root + "/fork"))
    }

    /// The folder of a run is removed and a new run of that name made while the old one is at work: the old one leaves, and
    /// the new one is whole.
    @Test func aReplacedFolderEndsTheOldRunAndNotTheNew() async throws {
        let scratch = try Scratch()
        let recipe = try Micro.recipe("checkpoint.every-batches=10")
        let old = try ProgressiveSearch.start(
            name: "micro", recipe: recipe, in: scratch.root, execution: Execution(threads: 1),
            observer: SilentObserver())
        try FileManager.default.moveItem(atPath: scratch.root + "/micro", toPath: scratch.root + "/away")
        let new = try await scratch.search(recipe)
        let card = try bytes(scratch, "run.json")
        let error = await failure { _ = try await old.run() }
        #expect(
            (error as? StoreError)?.message
                == "cannot go on with \(scratch.root)/micro: its folder was removed or replaced while the run was at work"
        )
        #expect((error as? StoreError)?.exitCode == .storage)
        #expect(try bytes(scratch, "run.json") == card)
        #expect(try scratch.recorded().digest == new.digest)
        #expect(try scratch.store().verify(full: true).errors == [])
    }
}
