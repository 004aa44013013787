import CustomPolicies
import Espalier
import Foundation
import Testing

@Suite struct KeepWithinTests {
    /// Children named by their place, with these means and one standard error.
    private func standing(_ means: [Double?], standardError: Double? = 0.01) -> Standing {
        Standing(
            run: "test", round: 0, seed: 1,
            budget: .init(macsSpent: 1, macsTotal: 2, imagesSpent: 100, fraction: 0.5, roundsLeft: 0),
            space: .init(
                name: "toy", children: means.count, alive: means.count,
                slots: [.init(name: "0->1", choices: means.indices.map { "op\($0)" })]),
            survivors: means.enumerated().map { place, mean in
                Survivor(
                    child: "c\(place)", params: 1, macs: 1, genotype: "g\(place)", choices: [place], mean: mean,
                    standardError: mean == nil ? nil : standardError)
            })
    }

    /// sqrt(0.01^2 + 0.01^2) = 0.0141, so 2 errors reach 0.0283 below the best.
    @Test func dropsWhatIsClearlyBehind() async throws {
        let standing = standing([0.50, 0.60, 0.58, 0.57, nil])
        let verdict = try await KeepWithin(errors: 2).decide(standing)
        try verdict.validate(against: standing)
        #expect(verdict.keep == ["c1", "c2", "c4"])
        #expect(verdict.dropped.map(\.child) == ["c3", "c0"])
        #expect(verdict.dropped.last?.reason == "mean score 0.5000, more than 2.0 standard errors behind c1")
        #expect(try await KeepWithin(errors: 8).decide(standing).dropped.isEmpty)
    }

    @Test func keepsEveryoneItKnowsNothingOf() async throws {
        for standing in [standing([nil, nil]), standing([0.1, 0.9], standardError: nil), standing([0.5])] {
            let verdict = try await KeepWithin().decide(standing)
            try verdict.validate(against: standing)
            #expect(verdict.dropped.isEmpty)
        }
    }

    /// The order of the survivors must not matter.
    @Test func doesNotDependOnTheOrder() async throws {
        var standing = standing([0.50, 0.60, 0.60, 0.57, 0.2])
        let verdict = try await KeepWithin().decide(standing)
        standing.survivors.reverse()
        #expect(try await KeepWithin().decide(standing) == verdict)
    }

    /// A whole search, on images drawn for it, in a fraction of a second.
    @Test func prunesASearch() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "keep-within-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let searcher = Searcher(policies: [.keepWithin], checkpoints: folder, threads: 1)
        let recipe = try searcher.recipe(
            text: """
                schema: espalier.recipe/1
                space: {use: deeper-insights, cells: 1, channels: 4}
                data:
                  set: synthetic
                  hold-out: {rank: 16, pick: 16}
                  synthetic: {side: 8, distance: 4, jitter: 0, train: 160, test: 32}
                train: {batch: 16, budget: {steps: 80}}
                score: {measure: loss, window: 1}
                rounds: [{at: 0.5}]
                policy: {use: keep-within, errors: 0.25}
                """)
        let result = try await searcher.start(recipe, run: "first")
        #expect(result.rounds.first?.policy == "keep-within" && result.rounds.first?.dropped.isEmpty == false)
        #expect(result.best != nil && result.best == result.rounds.last?.survivors.first)
    }
}
