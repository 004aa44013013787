import Foundation
import Searches
import Testing

/// What may change without changing a run, and what may not.
@Suite struct DigestTests {
    @Test(arguments: [2, 3, 4])
    func threadsDoNotMatter(_ threads: Int) async throws {
        let recipe = try Micro.recipe()
        #expect(try await digest(recipe) == digest(recipe, execution: Execution(threads: threads)))
    }

    @Test(arguments: [1, 7, 100, 1_000_000_000])
    func checkpointIntervalsDoNotMatter(_ batches: Int) async throws {
        #expect(
            try await digest(Micro.recipe()) == digest(Micro.recipe("checkpoint.every-batches=\(batches)")))
    }

    @Test func checkpointsByTheClockDoNotMatter() async throws {
        let often = try Micro.recipe("checkpoint.every-seconds=0.1", "checkpoint.keep=1")
        #expect(try await digest(Micro.recipe()) == digest(often))
    }

    @Test func nameAndFolderDoNotMatter() async throws {
        let recipe = try Micro.recipe()
        let scratch = try Scratch()
        let first = try await scratch.search(recipe, as: "one")
        let second = try await scratch.search(recipe, as: "another.name")
        let elsewhere = try await Scratch().search(recipe, as: "one")
        #expect(first.digest == second.digest)
        #expect(first.digest == elsewhere.digest)
    }

    @Test func repeatsAreEqual() async throws {
        let recipe = try Micro.recipe()
        var digests: Set<String?> = []
        for _ in 0..<5 { digests.insert(try await digest(recipe)) }
        #expect(digests.count == 1)
    }

    @Test(arguments: [
        "seed=6", "policy=keep-all", "policy.keep=0.25", "train.optimizer.unsampled=skip", "train.sampling=uniform",
        "score.bn=calibrated", "score.bn=running", "score.measure=accuracy", "score.window=1", "data.augment=[]",
        "data.synthetic.seed=2", "train.budget.images=12001",
    ])
    func whatDecidesARunIsInItsDigest(_ setting: String) async throws {
        // Enough for the dearest of them; the other key comes last.
        let base = ["train.budget.images=12000"]
        #expect(try await digest(Micro.recipe(base)) != digest(Micro.recipe(base + [setting])))
    }

    /// Another seed must change the numbers, not only the recipe's text that the digest starts from.
    @Test func anotherSeedGivesOtherScores() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe(), as: "five")
        try await scratch.search(Micro.recipe("seed=6"), as: "six")
        #expect(try scratch.store("five").scored(0).map(\.score) != scratch.store("six").scored(0).map(\.score))
    }
}
