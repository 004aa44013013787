import Espalier
import Foundation
import Testing

@Suite struct RunTests {
    private let place = Workplace()

    @Test func aRunIsMadeAndRead() async throws {
        let searcher = place.searcher([.keepOne])
        #expect(try searcher.runs().isEmpty)
        let told = Told()
        let recipe = try searcher.recipe(text: Workplace.text(policy: "keep-one"))
        let result = try await searcher.start(recipe, run: "first") { told.note($0) }
        #expect(result.run == "first" && result.phase == "DONE" && result.digest?.count == 64)
        let decision = try #require(result.rounds.first)
        #expect(decision.policy == "keep-one" && decision.survivors.count == 1 && decision.dropped.count == 63)
        #expect(decision.dropped.allSatisfy { $0.reason == "not \(decision.survivors[0])" })
        #expect(decision.scores.map(\.rank) == decision.scores.map(\.rank).sorted() && decision.scores.count == 64)
        #expect(result.best == decision.survivors[0])
        #expect(try searcher.runs() == ["first"])
        // A finished run is read, by anybody.
        #expect(try await searcher.resume("first") == result)
        #expect(try place.searcher().result(of: "first") == result)

        var fractions: [Double] = []
        for case .progress(let fraction, _, _) in told.events { fractions.append(fraction) }
        #expect(fractions.count >= 60 && fractions == fractions.sorted() && fractions.last == 1)
        #expect(told.events.contains { if case .checkpoint = $0 { true } else { false } })
        #expect(told.events.contains { if case .note = $0 { true } else { false } })
    }

    @Test func aCancelledRunGoesOnToTheSameBytes() async throws {
        let searcher = place.searcher()
        let recipe = try searcher.recipe(text: Workplace.text())
        let whole = try await searcher.start(recipe, run: "whole")
        let task = Task {
            try await searcher.start(recipe, run: "cut") { event in
                guard case .progress(let fraction, _, _) = event, fraction > 0.3 else { return }
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        let cut = try searcher.result(of: "cut")
        #expect(cut.best == nil && cut.phase == "TRAIN" && cut.images > 0 && cut.images < whole.images)
        let resumed = try await searcher.resume("cut")
        #expect(resumed.digest == whole.digest && resumed.rounds == whole.rounds && resumed.best == whole.best)
    }

    @Test func whatGoesWrongIsSaid() async throws {
        let searcher = place.searcher([.keepOne, .failing])
        let recipe = try searcher.recipe(text: Workplace.text(policy: "failing"))
        let failed = try await failure { try await searcher.start(recipe, run: "failed") }
        #expect(failed.exitStatus == 8 && failed.message == "failing failed in round 0: OutOfIdeas()")
        #expect(try searcher.result(of: "failed").rounds.isEmpty)
        let taken = try await failure { try await searcher.start(recipe, run: "failed") }
        #expect(taken.exitStatus == 2)
        // Only who knows the policy can go on.
        let unknown = try await failure { try await place.searcher().resume("failed") }
        #expect(unknown.exitStatus == 3 && unknown.message.contains("unknown policy \"failing\""))
        let nothing = try await failure { try searcher.result(of: "fialed") }
        #expect(nothing.exitStatus == 2 && nothing.hint == "did you mean failed?")
        var idle = searcher
        idle.threads = 0
        let threads = try await failure { try await idle.start(recipe, run: "idle") }
        #expect(threads.exitStatus == 2 && threads.message == "threads: expected 1 to 4096, found 0")
    }
}
