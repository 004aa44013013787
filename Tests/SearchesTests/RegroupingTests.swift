import Architectures
import Checkpoints
import Datasets
import Foundations
import Networks
import Policies
import Searches
import Supernets
import Tensors
import Testing

/// Groups split, inherit, and never meet again.
@Suite struct RegroupingTests {
    @Test func groupsOnlySplit() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe())
        let rounds = try scratch.store().decisions()
        #expect(rounds.map(\.groups.count) == [2, 4, 4])
        var before = [(0..<64).map { _ in "" }]
        before[0] = try scratch.store().scored(0).map(\.child)
        for round in rounds {
            #expect(round.groups.flatMap { $0 }.sorted() == round.survivors.sorted())
            for (group, parent) in zip(round.groups, round.parents) {
                #expect(Set(group).isSubset(of: before[parent]))
            }
            before = round.groups
        }
    }

    @Test func groupsOfOneParentBeginWithEqualBytes() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe("checkpoint.keep=1000"))
        let store = try scratch.store()
        for round in try store.decisions() {
            let end = try store.end(ofRound: round.round)
            let before = try #require(store.manifests().first { $0.seq == end.seq - 1 })
            for (group, parent) in round.parents.enumerated() {
                for kind in ["weights", "momentum", "statistics", "used"] {
                    let inherited = try #require(end.blob("arena/\(group)/\(kind)"))
                    let left = try #require(before.blob("arena/\(parent)/\(kind)"))
                    #expect(
                        try store.read(inherited) == store.read(left), "round \(round.round), group \(group), \(kind)")
                }
            }
            #expect(end.blob("arena/\(round.parents.count)/weights") == nil)
        }
    }

    @Test func groupsPartAfterASplit() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe())
        let store = try scratch.store()
        let arenas = try (0..<4).map { try store.read(#require(store.newest().blob("arena/\($0)/weights"))) }
        #expect(Set(arenas).count == 4)
    }

    /// A recipe cannot be mended in the middle of a run: where its regrouping would merge, groups stay, and the run says so.
    @Test func groupsAreNeverMerged() async throws {
        let scratch = try Scratch()
        let watcher = Watcher()
        let recipe = try Micro.recipe(
            "rounds=[{at: 0.5, regroup: {by: similarity, count: 4}}, {at: 0.7, regroup: {by: similarity, count: 1}}]")
        try await scratch.search(recipe, observer: watcher)
        let counts = try scratch.store().decisions().map(\.groups.count)
        #expect(counts[0] == 4 && counts[1] > 1 && counts[2] == counts[1])
        #expect(watcher.notes.contains { $0.hasPrefix("round 1: groups stay as they are: ") }, "\(watcher.notes)")
    }

    /// A policy can be mended: its wish is refused before it is made durable.
    @Test func aPolicyThatAsksForAMergeIsAskedAgain() async throws {
        func spy(_ second: Int) -> Spy {
            Spy { standing in
                var verdict = try Spy.half(standing)
                verdict.regroup = .init(by: "similarity", count: standing.round == 0 ? 4 : second)
                return verdict
            }
        }
        let recipe = try await Micro.withSpy { try Micro.recipe("policy=spy") }
        let good = try await PolicyCatalogue.$current.withValue(spy(5).catalogue) {
            try await Scratch().search(recipe).digest
        }
        let scratch = try Scratch()
        await PolicyCatalogue.$current.withValue(spy(1).catalogue) {
            let error = await failure { try await scratch.search(recipe) }
            #expect((error as? any Complaint)?.exitCode == .policy)
            let text = error.map { "\($0)" } ?? "no error"
            #expect(text.contains("asks for 1 groups by similarity: "), "\(text)")
        }
        let mended = try await PolicyCatalogue.$current.withValue(spy(5).catalogue) {
            try await scratch.resume().digest
        }
        #expect(mended == good)
    }

    @Test func groupsFromTheStartBeginEqual() async throws {
        let scratch = try Scratch()
        let recipe = try Micro.recipe(
            "sharing={mode: groups, by: similarity, count: 4}",
            "rounds=[{at: 0.5, regroup: {by: similarity, count: 8}}]")
        _ = await failure { try await scratch.search(recipe, observer: Watcher(.stopAfterStep(1))) }
        let run = try scratch.recorded()
        #expect(run.groups.map(\.count) == [16, 16, 16, 16])
        #expect(run.groups.map(\.first) == ["111", "211", "311", "411"])
        let newest = try scratch.store().newest()
        let arenas = (0..<4).map { newest.blob("arena/\($0)/weights")?.sha256 }
        #expect(Set(arenas).count == 2, "one group has trained one step, three have not")
    }

    /// What training one child may touch where the others are left alone.
    @Test(arguments: [0, 21, 63])
    func aStepTouchesItsChildsSlotsOnly(_ index: Int) throws {
        BLAS.pinToOneThread()
        let recipe = try Micro.recipe()
        let space = try recipe.space.resolve()
        let dataset = try recipe.data.open(folder: nil)
        let children = try (0..<64).map { try space.child(at: $0) }
        let sharing = try Sharing.all(children).split(keeping: Set(children), into: Grouping(count: 4)).sharing
        let supernet = try Supernet(
            space: space, dataset: dataset, sharing: sharing,
            engine: Engine(kernels: Kernels.select(named: nil), workers: Workers(threads: 1)), batch: 8, seed: 1)
        let before = snapshot(supernet)
        var plan = BatchPlan(count: 40, batch: 8, seeds: Seeds(1), augmentation: .none)
        _ = try supernet.step(
            [children[index]], batch: plan.batch(step: 0),
            optimizer: Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .skip), rate: 0.1, normMomentum: 0.4)
        let after = snapshot(supernet)
        let own = Set(try supernet.graph(of: children[index]).nodes.flatMap(\.parameters).map(\.name))
        for slot in before.keys {
            let isOwn = slot.arena == sharing.arena(of: children[index]) && own.contains(slot.name)
            #expect((before[slot] != after[slot]) == isOwn, "\(slot)")
        }
    }

    private struct SlotName: Hashable {
        let arena: Int
        let name: String
        let isMomentum: Bool
    }

    private func snapshot(_ supernet: Supernet) -> [SlotName: [Float]] {
        var values: [SlotName: [Float]] = [:]
        for (group, arena) in supernet.weights.arenas.enumerated() {
            for (index, parameter) in supernet.layout.parameters.enumerated() {
                let offset = supernet.layout.offsets[index]
                func take(_ buffer: Buffer) -> [Float] {
                    Array(UnsafeBufferPointer(start: buffer.pointer + offset, count: parameter.count))
                }
                let name = parameter.name
                if parameter.role.isLearnt {
                    values[SlotName(arena: group, name: name, isMomentum: false)] = take(arena.learnt)
                    values[SlotName(arena: group, name: name, isMomentum: true)] = take(arena.momentum)
                } else {
                    values[SlotName(arena: group, name: name, isMomentum: false)] = take(arena.statistics)
                }
            }
        }
        return values
    }
}
