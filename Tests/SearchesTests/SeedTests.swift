import Checkpoints
import Foundation
import Foundations
import Searches
import Testing

/// Each of the four seeds alone changes its own purpose and nothing else.
@Suite struct SeedTests {
    /// What a uniformly sampled run of 12 steps did, step by step.
    struct Trace {
        let digest: String?
        let losses: [Double]
        /// Charged in all: tells which children were trained.
        let macs: Int
        let scores: [Double]
        /// By step: which parameters have been used so far.
        let used: [Digest]
    }

    private func trace(_ seeds: String, augment: String = "[crop-1, flip]") async throws -> Trace {
        let recipe = try Micro.recipe(
            "seeds=\(seeds)", "policy=keep-all", "rounds=[]", "train.budget={steps: 12}", "train.sampling=uniform",
            "data.augment=\(augment)", "checkpoint.every-batches=1", "checkpoint.keep=100")
        let scratch = try Scratch()
        let record = try await scratch.search(recipe)
        let store = try scratch.store()
        return Trace(
            digest: record.digest, losses: try store.metrics("train.loss").map(\.value), macs: record.macs,
            scores: try store.scored(0).map(\.score),
            used: try store.manifests().compactMap { $0.blob("arena/0/used")?.sha256 })
    }

    private let base = "{init: 1, order: 1, data: 1, augment: 1}"

    @Test func initChangesTheWeightsOnly() async throws {
        let (a, b) = (try await trace(base), try await trace("{init: 2, order: 1, data: 1, augment: 1}"))
        #expect(a.digest != b.digest)
        #expect(a.losses[0] != b.losses[0])
        #expect(a.macs == b.macs && a.used == b.used, "other children were trained")
    }

    @Test func orderChangesTheChildrenOnly() async throws {
        let (a, b) = (try await trace(base), try await trace("{init: 1, order: 2, data: 1, augment: 1}"))
        #expect(a.digest != b.digest)
        #expect(a.macs != b.macs && a.used != b.used)
    }

    @Test func dataChangesTheBatchesOnly() async throws {
        let (a, b) = (try await trace(base), try await trace("{init: 1, order: 1, data: 2, augment: 1}"))
        #expect(a.digest != b.digest)
        #expect(a.losses[0] != b.losses[0])
        #expect(a.macs == b.macs && a.used == b.used, "other children were trained")
    }

    @Test func augmentChangesTheCropsOnly() async throws {
        let other = "{init: 1, order: 1, data: 1, augment: 2}"
        let (a, b) = (try await trace(base), try await trace(other))
        #expect(a.digest != b.digest)
        #expect(a.losses[0] != b.losses[0])
        #expect(a.macs == b.macs && a.used == b.used, "other children were trained")
        // Without crops and flips nothing draws from that seed.
        let (plainA, plainB) = (try await trace(base, augment: "[]"), try await trace(other, augment: "[]"))
        #expect(plainA.losses == plainB.losses)
        #expect(plainA.scores == plainB.scores)
        #expect(plainA.digest != plainB.digest, "the seeds are part of the recipe")
    }
}
