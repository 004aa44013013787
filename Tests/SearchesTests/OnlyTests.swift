import Foundation
import Foundations
import Searches
import Testing

/// A recipe whose space names the children a run begins with.
@Suite struct OnlyTests {
    private let space = "space={use: deeper-insights, cells: 1, channels: 4, only: [434, '111', 222, 343]}"

    @Test func onlyTheyLive() async throws {
        let scratch = try Scratch()
        let record = try await scratch.search(Micro.recipe(space))
        #expect(Set(record.children) == ["434", "111", "222", "343"])
        #expect(record.rounds.map(\.survivors.count) == [2, 1, 1])
        #expect(record.digest != (try await digest(Micro.recipe())))
    }

    @Test(arguments: ["{mode: groups, by: similarity, count: 2}", "{mode: none}", "{mode: all, independent: true}"])
    func theyShareAsAsked(_ sharing: String) async throws {
        let scratch = try Scratch()
        let record = try await scratch.search(
            Micro.recipe(space, "sharing=\(sharing)", "policy=keep-all", "rounds=[]"))
        #expect(record.rounds.last?.scores.count == 4)
    }

    /// One child alone, by every rule that is made for several.
    @Test(arguments: ["uniform", "sequential", "shuffled-once", "fair", "sandwich", "by-score"])
    func oneAloneIsEnough(_ sampling: String) async throws {
        let scratch = try Scratch()
        let record = try await scratch.search(
            Micro.recipe(
                "space={use: deeper-insights, cells: 1, channels: 4, only: [434]}", "train.sampling=\(sampling)",
                "score.smooth=main-effects", "score.gate=0.3", "score.size-prior=1", "train.budget.images=300"))
        #expect(record.best == "434" && record.rounds.allSatisfy { $0.scores.count == 1 })
    }

    @Test func aSpaceTooLargeToListIsListedByName() async throws {
        let scratch = try Scratch()
        let recipe = try Micro.recipe(
            "space={use: nas-bench-201, channels: 4, cells: 1, only: ['012340', '333333']}",
            "train.budget.images=300", "score.sample=100", "rounds=[]", "policy=keep-all")
        let record = try await scratch.search(recipe)
        #expect(record.rounds.last?.survivors.count == 2)
    }

    @Test func theOrderOfNamesDoesNotMatterToTheRun() async throws {
        let other = "space={use: deeper-insights, cells: 1, channels: 4, only: [111, 222, 343, 434]}"
        let (a, b) = (try Scratch(), try Scratch())
        let (first, second) = (try await a.search(Micro.recipe(space)), try await b.search(Micro.recipe(other)))
        #expect(first.rounds == second.rounds)
    }

    @Test func whatNamesNoChildIsRefused() throws {
        let recipe = try Micro.recipe("space={use: deeper-insights, only: [435]}")
        let error = #expect(throws: SearchError.self) { try recipe.space.resolve() }
        #expect(error?.exitCode == .recipe && error?.hint == "the nearest is 434")
        #expect(throws: YAMLError.self) { try Micro.recipe("space={use: deeper-insights, only: [434, '434']}") }
        #expect(throws: YAMLError.self) { try Micro.recipe("space={use: deeper-insights, only: []}") }
        #expect(throws: YAMLError.self) { try Micro.recipe("space={use: deeper-insights, only: 434}") }
    }

    @Test func itReadsBack() throws {
        let recipe = try Micro.recipe(space)
        #expect(recipe.space.only == ["434", "111", "222", "343"])
        #expect(try Recipe(StrictYAML.parse(recipe.text, path: "r")) == recipe)
    }
}
