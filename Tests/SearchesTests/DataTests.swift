import Datasets
import Foundation
import Foundations
import Searches
import Testing

/// The images of a run are those it began with.
@Suite struct DataTests {
    /// A recipe on image files, and the files.
    private func files(_ scratch: Scratch, _ settings: String...) throws -> (recipe: Recipe, folder: String) {
        let folder = scratch.root + "/images"
        let drawn = try Micro.recipe().data.open(folder: nil)
        try drawn.write(.idx, folder: folder)
        let data = "data={set: idx, hold-out: {rank: 4, pick: 4}, augment: [crop-1, flip]}"
        return (try Micro.recipe([data] + settings), folder)
    }

    /// Changes one pixel of a training image that the run uses.
    private func flipAPixel(_ folder: String) throws {
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasPrefix("train-images") })
        let url = URL(fileURLWithPath: "\(folder)/\(name)")
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: url)
    }

    @Test func filesGiveTheRunOfTheirSet() async throws {
        let scratch = try Scratch()
        let (recipe, folder) = try files(scratch)
        let execution = Execution(threads: 1, data: folder)
        let record = try await scratch.search(recipe, execution: execution)
        try await scratch.search(Micro.recipe(), as: "drawn")
        // Classes are those of the labels found, so only the equality of repeats is asked for.
        #expect(try await scratch.search(recipe, as: "again", execution: execution).digest == record.digest)
    }

    @Test func changedImagesAreRefusedOnResume() async throws {
        let scratch = try Scratch()
        let (recipe, folder) = try files(scratch)
        let execution = Execution(threads: 1, data: folder)
        let whole = try await scratch.search(recipe, as: "whole", execution: execution).digest
        _ = await failure {
            try await scratch.search(recipe, execution: execution, observer: Watcher(.stopAfterStep(9)))
        }
        try flipAPixel(folder)
        let error = await failure { try await scratch.resume(execution: execution) }
        #expect((error as? SearchError)?.exitCode == .dataset)
        #expect("\(error!)".contains("not those the run began with"))
        try flipAPixel(folder)
        #expect(try await scratch.resume(execution: execution).digest == whole)
    }

    @Test func aRunWithoutItsDataWaits() async throws {
        let scratch = try Scratch()
        let (recipe, folder) = try files(scratch)
        let whole = try await scratch.search(recipe, as: "whole", execution: Execution(threads: 1, data: folder)).digest
        #expect(await status { try await scratch.search(recipe) } == 4)
        #expect(try scratch.recorded().head.phase == .train)
        #expect(await status { try await scratch.resume() } == 4)
        #expect(
            await status { try await scratch.resume(execution: Execution(threads: 1, data: scratch.root + "/none")) }
                == 4)
        #expect(try await scratch.resume(execution: Execution(threads: 1, data: folder)).digest == whole)
    }

    @Test func theFolderIsNoPartOfARun() async throws {
        let scratch = try Scratch()
        let (recipe, folder) = try files(scratch)
        let moved = scratch.root + "/images-moved"
        try FileManager.default.copyItem(atPath: folder, toPath: moved)
        let first = try await scratch.search(recipe, execution: Execution(threads: 1, data: folder))
        var inRecipe = recipe
        inRecipe.data.folder = moved
        #expect(try await scratch.search(inRecipe, as: "moved").digest == first.digest)
    }

    @Test func anEmptyRoleIsRefused() async throws {
        let scratch = try Scratch()
        let (_, folder) = try files(scratch)
        #expect(await status { try Micro.recipe("data.hold-out.rank=0") } == 3)
        let recipe = try Micro.recipe("data={set: idx, hold-out: {rank: 40, pick: 8}}")
        #expect(await status { try await scratch.search(recipe, execution: Execution(threads: 1, data: folder)) } == 4)
    }
}
