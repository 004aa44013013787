import Architectures
import Foundations
import Searches
import Testing

/// The same loop over spaces that look nothing like the first.
@Suite struct OtherSpaceTests {
    /// The NAS-Bench-201 cell with two operators a slot: 64 children, six slots, strided stages.
    private func small() -> String {
        SearchSpace.nasBench201Text
            .replacingOccurrences(of: "name: nas-bench-201", with: "name: small-201")
            .replacingOccurrences(
                of: "[none, skip_connect, nor_conv_1x1, nor_conv_3x3, avg_pool_3x3]", with: "[none, nor_conv_1x1]"
            )
            .replacingOccurrences(of: "\"0->2\": *operators", with: "\"0->2\": [skip_connect, nor_conv_3x3]")
            .replacingOccurrences(of: "\"1->2\": *operators", with: "\"1->2\": [avg_pool_3x3, nor_conv_1x1]")
    }

    @Test func aSpaceFileIsSearchedAndResumed() async throws {
        let scratch = try Scratch()
        let file = try scratch.write(small(), to: "small.yaml")
        let recipe = try Micro.recipe("space={use: \(file), cells: 1, channels: 4}")
        let record = try await scratch.search(recipe, as: "whole")
        #expect(record.rounds.map(\.survivors.count) == [32, 16, 16])
        #expect(Set(record.children).count == 64)
        _ = await failure { try await scratch.search(recipe, observer: Watcher(.crashAfterStep(31))) }
        // The run does not change with the file it came from.
        _ = try scratch.write("schema: espalier.space/1\n", to: "small.yaml")
        #expect(try await scratch.resume(execution: Execution(threads: 2)).digest == record.digest)
    }

    @Test func theFilesNameIsNoPartOfARun() async throws {
        let scratch = try Scratch()
        let (one, two) = (try scratch.write(small(), to: "one.yaml"), try scratch.write(small(), to: "two.yaml"))
        let first = try await scratch.search(Micro.recipe("space={use: \(one), cells: 1, channels: 4}"), as: "one")
        let second = try await scratch.search(Micro.recipe("space={use: \(two), cells: 1, channels: 4}"), as: "two")
        #expect(first.digest == second.digest)
    }

    @Test func parametersOfTheSpaceAreKept() async throws {
        let scratch = try Scratch()
        let file = try scratch.write(small(), to: "small.yaml")
        try await scratch.search(Micro.recipe("space={use: \(file), cells: 1, channels: 4}"))
        #expect(try scratch.recorded().space.parameters == ["cells": 1, "channels": 4, "affine": 1])
    }

    @Test func aBrokenSpaceFileNamesItsLine() async throws {
        let scratch = try Scratch()
        let file = try scratch.write(
            small().replacingOccurrences(of: "kernel: 1}", with: "kernal: 1}"), to: "broken.yaml")
        let recipe = try Micro.recipe("space=\(file)")
        let error = await failure { try await scratch.search(recipe) }
        #expect((error as? any Complaint)?.exitCode == .recipe)
        #expect("\(error!)".contains("broken.yaml") && "\(error!)".contains("kernel"), "\(error!)")
        #expect(await status { try await scratch.resume() } == 2, "nothing was created")
    }

    @Test func thousandsOfChildrenNeedABudget() async throws {
        let scratch = try Scratch()
        let recipe = try Micro.recipe("space={use: nas-bench-201, cells: 1, channels: 4}")
        let error = await failure { try await scratch.search(recipe) }
        #expect((error as? any Complaint)?.exitCode == .recipe)
        #expect("\(error!)".contains("costs 4000 images"), "\(error!)")
    }

    /// 15,625 children, of which 40 are scored: choices are dropped until the rest can be listed, then children.
    @Test func aSpaceTooLargeToListIsSearchedThroughASample() async throws {
        let scratch = try Scratch()
        let recipe = try Micro.recipe(
            "space={use: nas-bench-201, cells: 1, channels: 4}", "score.sample=40", "train.budget={images: 4000}",
            "rounds=[{at: 0.3}, {at: 0.5}, {at: 0.7}]", "policy={use: drop-operators, by: effect, drop: 6}")
        let record = try await scratch.search(recipe, as: "whole")
        let rounds = try scratch.store("whole").decisions()
        // 5^6, less 6 choices three times over.
        #expect(rounds[0].alive != nil && rounds[0].droppedChoices?.count == 6)
        #expect(record.rounds.last!.survivors.count <= 40)
        for step in [9, 100, 200, 320] {
            let cut = try Scratch()
            _ = await failure { try await cut.search(recipe, observer: Watcher(.crashAfterStep(step))) }
            #expect(try await cut.resume(execution: Execution(threads: 2)).digest == record.digest, "after \(step)")
        }
        // A child that a dropped choice took away still has the weights of that round.
        let dropped = rounds[0].droppedChoices![0]
        let space = try scratch.recorded("whole").space
        let slot = space.slots.firstIndex { $0.name == dropped.slot }!
        let choice = space.slots[slot].choices.firstIndex(of: dropped.choice)!
        var choices = [UInt8](repeating: 1, count: 6)
        choices[slot] = UInt8(choice)
        let stored = try StoredChild.read(space.label(of: Child(choices)), of: "whole", scratch.store("whole"))
        #expect(stored.wasDropped && stored.round == 0)
    }

    @Test func groupsOfASpaceTooLargeToListAreRefused() async throws {
        let scratch = try Scratch()
        let recipe = try Micro.recipe("space={use: nas-bench-201, cells: 1, channels: 4}", "sharing={mode: none}")
        let error = await failure { try await scratch.search(recipe) }
        #expect((error as? any Complaint)?.exitCode == .recipe, "\(error!)")
        #expect("\(error!)".contains("more than score.sample"), "\(error!)")
    }
}
