import Datasets
import Foundation
import Foundations
import Searches
import Testing

/// The runs of a comparison see the same images.
@Suite struct ComparisonImagesTests {
    /// A recipe on image files, and two folders of them that differ in one pixel.
    private func files(_ scratch: Scratch) throws -> (recipe: Recipe, one: String, other: String) {
        let (one, other) = ("\(scratch.root)/images-one", "\(scratch.root)/images-other")
        let drawn = try Micro.recipe().data.open(folder: nil)
        for folder in [one, other] { try drawn.write(.idx, folder: folder) }
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: other).first { $0.hasPrefix("train-images") })
        let url = URL(fileURLWithPath: "\(other)/\(name)")
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: url)
        let recipe = try Micro.recipe("data={set: idx, hold-out: {rank: 4, pick: 4}, augment: [crop-1, flip]}")
        return (try Comparison.equalised([("a", recipe)], data: one).recipes[0], one, other)
    }

    private func run(
        _ comparison: Comparison, _ scratch: Scratch, on folder: String?, _ watcher: Watcher = Watcher()
    ) async throws {
        try await comparison.run(
            in: scratch.root, execution: Execution(threads: 1, data: folder), observer: watcher)
    }

    @Test func runsOnOtherImagesAreNotAdded() async throws {
        let scratch = try Scratch()
        let (recipe, one, other) = try files(scratch)
        let (first, second) = (
            try Comparisons.comparison([("a", recipe)], seeds: [1]),
            try Comparisons.comparison([("a", recipe)], seeds: [2])
        )
        try await run(first, scratch, on: one)
        let watcher = Watcher()
        let error = await failure { try await run(second, scratch, on: other, watcher) } as? SearchError
        #expect(error?.exitCode == .dataset)
        #expect(error?.message.hasPrefix("arm a has other images than run trial.a.s1: SHA-256 ") == true)
        #expect(watcher.calls == 0)
        #expect(try ComparisonFile.find("trial", in: scratch.root)?.arms[0].runs.map(\.seed) == [1])
        // What is done needs no images, and the right ones are welcome.
        try await run(first, scratch, on: other)
        try await run(second, scratch, on: one)
        #expect(try scratch.recorded("trial.a.s2").imagesHash == scratch.recorded("trial.a.s1").imagesHash)
    }

    @Test func armsOfOtherFilesAreRefused() async throws {
        let scratch = try Scratch()
        let (recipe, one, other) = try files(scratch)
        var (a, b) = (recipe, recipe)
        (a.data.folder, b.data.folder) = (one, other)
        let comparison = try Comparisons.comparison([("a", a), ("b", b)], seeds: [1])
        let watcher = Watcher()
        let error = await failure { try await run(comparison, scratch, on: nil, watcher) } as? SearchError
        #expect(error?.message.hasPrefix("arm b has other images than arm a: SHA-256 ") == true)
        #expect(watcher.calls == 0)
        #expect(try ComparisonFile.find("trial", in: scratch.root) == nil)
        // A folder of the command line goes before.
        try await run(comparison, scratch, on: one)
    }

    @Test func partsOnOtherImagesAreNotMerged() async throws {
        let scratch = try Scratch()
        let (recipe, one, other) = try files(scratch)
        for (name, folder, seed) in [("first", one, 1), ("second", other, 2)] {
            let part = try Comparisons.comparison([("a", recipe)], name: name, seeds: [UInt64(seed)])
            try await run(part, scratch, on: folder)
        }
        let parts = ["first", "second"].map { ComparisonFile.Part($0, in: scratch.root) }
        let error = #expect(throws: SearchError.self) {
            try ComparisonFile.merge(parts, into: "both", in: scratch.root)
        }
        #expect(error?.exitCode == .dataset)
        #expect(error?.message.hasPrefix("run second.a.s2 has other images than run first.a.s1: SHA-256 ") == true)
        #expect(try ComparisonFile.find("both", in: scratch.root) == nil)
    }
}
