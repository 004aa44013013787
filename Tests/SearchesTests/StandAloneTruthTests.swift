import Checkpoints
import Foundation
import Foundations
import Searches
import Testing

/// Children trained alone, over seeds.
@Suite struct StandAloneTruthTests {
    private func truth(
        _ scratch: Scratch, children: [String] = ["111", "434"], seeds: [UInt64] = [1, 2], _ settings: String...
    ) throws -> StandAloneTruth {
        try StandAloneTruth(
            name: "small", recipe: Micro.recipe(["train.budget.images=200"] + settings), children: children,
            seeds: seeds,
            in: scratch.root)
    }

    @discardableResult
    private func run(
        _ truth: StandAloneTruth, _ observer: any TruthObserver = TruthWatcher(), shard: Shard? = nil, threads: Int = 1
    ) async throws -> StandAloneTruth.Rest {
        try await truth.run(
            shard: shard, in: truth.found(), execution: Execution(threads: threads), observer: observer)
    }

    private func csv(_ truth: StandAloneTruth) throws -> String { try truth.table(truth.found()).csv() }

    /// No second trainer: the recipe of a run, given to a search, makes the same bytes and the same accuracy.
    @Test func aRunIsAPlainSearchOfOneChild() async throws {
        let scratch = try Scratch()
        let truth = try truth(scratch)
        try await run(truth)
        let found = try truth.found()
        #expect(found.results.count == 4)
        for member in truth.members {
            let record = try await scratch.search(truth.recipe(of: member), as: "plain-\(member.run)")
            let own = try RecordedRun(.open(RunFolder(root: truth.root, name: member.run), for: .reading), name: "own")
            #expect(record.digest == own.digest)
            #expect(record.children == [member.child] && record.best == member.child)
            let score = try #require(record.rounds.last?.scores.first?.score)
            #expect(found.results[member]?.accuracy == score)
            #expect(found.results[member]?.images == 8, "all test images")
        }
        #expect(Set(found.results.values.map(\.accuracy)).count > 1)
    }

    /// The same numbers whatever the role and statistics it is scored with; only the score differs.
    @Test func theFinalScoreIsAsAskedFor() async throws {
        let scratch = try Scratch()
        let recipe = try Micro.recipe("train.budget={steps: 12}", "score.probe.batches=3", "score.size-prior=1")
        for score in [FinalScore(), FinalScore(role: .pick, statistics: .running)] {
            let alone = recipe.alone(scored: score)
            #expect(alone.score.role == score.role && alone.score.statistics == score.statistics)
            #expect(alone.score.window == 1 && alone.score.probe.batches == 0 && alone.score.model.sizePrior == 0)
            #expect(alone.rounds.isEmpty && alone.policy == .keepAll && alone.sharing == .all)
            #expect(alone.train.budget == recipe.train.budget && alone.data == recipe.data)
            let truth = try StandAloneTruth(
                name: score.role.rawValue, recipe: recipe, children: ["222"], seeds: [3], scored: score,
                in: scratch.root)
            try await run(truth)
            #expect(try truth.found().results.values.first?.images == (score.role == .test ? 8 : 4))
        }
    }

    @Test func aTruthCutShortGoesOnToTheSameTable() async throws {
        let (whole, cut) = (try Scratch(), try Scratch())
        try await run(truth(whole))
        let interrupted = try truth(cut)
        var crashes = 0
        while let error = await failure({
            try await run(interrupted, TruthWatcher(crashes % 2 == 0 ? .crashAtCall(23) : .stopAtCall(17)))
        }) {
            #expect(error is Crash || error is SearchStopped)
            crashes += 1
            try #require(crashes < 40)
        }
        #expect(crashes >= 4)
        #expect(try csv(interrupted) == csv(truth(whole)))
        let watcher = TruthWatcher()
        try await run(interrupted, watcher)
        #expect(watcher.inner.calls == 0 && watcher.begun.isEmpty, "a finished truth does nothing")
    }

    @Test func onlyWhatIsMissingIsMade() async throws {
        let scratch = try Scratch()
        try await run(truth(scratch, seeds: [1]))
        let first = try csv(truth(scratch, seeds: [1]))
        let watcher = TruthWatcher()
        try await run(truth(scratch, children: ["111", "222", "434"], seeds: [1, 2]), watcher)
        #expect(watcher.begun.map(\.member.run) == ["222.s1", "111.s2", "222.s2", "434.s2"])
        #expect(watcher.begun.map(\.number) == [3, 4, 5, 6] && watcher.begun.allSatisfy { $0.total == 6 })
        #expect(try csv(truth(scratch, seeds: [1])) == first)
    }

    @Test func seedsComeFirst() throws {
        let scratch = try Scratch()
        let runs = try truth(scratch).members.map(\.run)
        #expect(runs == ["111.s1", "434.s1", "111.s2", "434.s2"])
    }

    @Test func partsAreEverythingOnce() async throws {
        let scratch = try Scratch()
        let truth = try truth(scratch, children: ["111", "222", "333", "434"], seeds: [1, 2, 3])
        for count in 1...5 {
            let parts = (1...count).map { truth.members(of: Shard(index: $0, count: count)) }
            #expect(parts.flatMap { $0 }.map(\.run).sorted() == truth.members.map(\.run).sorted())
            #expect(parts.map(\.count).max()! - parts.map(\.count).min()! <= 1)
        }
        #expect(Shard("0/2") == Shard("2/2") && Shard("1/2") != Shard("2/2"))
        // Two halves make the whole.
        let second = try #require(Shard("2/2"))
        try await run(truth, shard: second)
        #expect(try truth.found().results.count == 6)
        try await run(truth)
        #expect(try truth.found().results.count == 12)
        for bad in ["3/2", "-1/2", "1", "a/b", "1/2/3", "", "0/0", "1/0"] { #expect(Shard(bad) == nil, "\(bad)") }
    }

    @Test func anotherRecipeUnderTheNameIsRefused() async throws {
        let scratch = try Scratch()
        try await run(truth(scratch, seeds: [1]))
        for other in [
            try truth(scratch, seeds: [5], "train.batch=4"), try truth(scratch, "train.optimizer.lr=0.01"),
            try truth(scratch, "space={use: deeper-insights, cells: 2, channels: 4}"),
        ] {
            let watcher = TruthWatcher()
            let error = await failure { try await run(other, watcher) } as? SearchError
            #expect(error?.exitCode == .recipe && error?.message.contains("made with another recipe") == true)
            #expect(watcher.begun.isEmpty)
        }
        // What decides nothing may differ; so may what a child alone has no use for.
        _ = try truth(scratch, "policy=random", "checkpoint.every-batches=3", "rounds=[]").found()
    }

    /// A run that another process works on is left to it.
    @Test func aRunUnderWayElsewhereIsPassedOver() async throws {
        let scratch = try Scratch()
        let truth = try truth(scratch, seeds: [1])
        let error = await failure { try await run(truth, TruthWatcher(.crashAtCall(20))) }
        #expect(error is Crash)
        let path = "\(truth.root)/111.s1/run.lock"
        let held = open(path, O_RDWR | O_CLOEXEC)
        #expect(flock(held, LOCK_EX | LOCK_NB) == 0)
        let rest = try await run(truth)
        #expect(rest.elsewhere.map(\.run) == ["111.s1"])
        #expect(try truth.found().results.keys.map(\.run) == ["434.s1"])
        close(held)
        #expect(try await run(truth).elsewhere.isEmpty)
        #expect(try truth.found().results.count == 2)
    }

    @Test func aTrainingThatDivergesKeepsNobodyElseBack() async throws {
        let scratch = try Scratch()
        let rest = try await run(truth(scratch, "train.optimizer={lr: 1000, weight-decay: 1000}"))
        #expect(rest.diverged.count == 4)
        #expect(try truth(scratch, "train.optimizer={lr: 1000, weight-decay: 1000}").found().results.isEmpty)
    }

    @Test func otherImagesAreRefused() async throws {
        let scratch = try Scratch()
        let truth = try truth(scratch, seeds: [1])
        try await run(truth)
        var found = try truth.found()
        found.results = [:]
        found.data = String(repeating: "0", count: 64)
        let error = await failure {
            try await truth.run(in: found, execution: Execution(threads: 1), observer: TruthWatcher())
        }
        #expect((error as? SearchError)?.exitCode == .dataset)
    }

    /// A finished run gives its free room back.
    @Test func finishedStoresAreSmall() async throws {
        let scratch = try Scratch()
        let truth = try truth(scratch, "checkpoint.every-batches=1")
        try await run(truth)
        try await scratch.search(truth.recipe(of: truth.members[0]), as: "plain")
        let size = { (path: String) in
            try FileManager.default.attributesOfItem(atPath: path + "/db/data.mdb")[.size] as? Int ?? 0
        }
        let (own, plain) = (try size("\(truth.root)/\(truth.members[0].run)"), try size("\(scratch.root)/plain"))
        #expect(own < plain * 3 / 4, "\(own) of \(plain) bytes")
    }
}

/// A ``Watcher`` that also keeps which runs began.
private final class TruthWatcher: TruthObserver {
    let inner: Watcher
    private(set) var begun: [TruthProgress] = []

    init(_ moment: Watcher.Moment = .never) { inner = Watcher(moment) }

    var signal: Int32 { inner.signal }
    var shouldStop: Bool { inner.shouldStop }
    func stepped(_ progress: SearchProgress) throws { try inner.stepped(progress) }
    func durable(sequence: Int, step: Int) throws { try inner.durable(sequence: sequence, step: step) }
    func note(_ line: String) throws { try inner.note(line) }
    func begins(_ run: TruthProgress) { begun.append(run) }
    func ended(_ run: TruthProgress, _ result: StandAloneTruth.Result) {}
}
