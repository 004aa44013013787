import Checkpoints
import Foundations
import Reports
import Searches
import Testing

/// What a call makes of runs that diverge, and what it tells of how far it is and what is still to come.
@Suite struct ComparisonRunningTests {
    @Test func aRunThatDivergesKeepsNobodyElseBack() async throws {
        let scratch = try Scratch()
        let comparison = try Comparisons.comparison([("bad", Comparisons.diverging()), ("good", Comparisons.recipe())])
        let watcher = Watcher()
        let told = try await Comparisons.run(comparison, scratch, watcher)
        try #require(told.count == 2)
        for (seed, problem) in zip([1, 2], told) {
            #expect(problem.hasPrefix("trial.bad.s\(seed): ") && problem.contains("is not finite"))
            #expect(watcher.notes.contains("\(problem); left unfinished"))
            let (bad, good) = (try scratch.recorded("trial.bad.s\(seed)"), try scratch.recorded("trial.good.s\(seed)"))
            #expect(good.best != nil && good.divergence == nil)
            // Whoever asks the run itself hears why it has not ended.
            let why = try #require(bad.divergence)
            #expect(bad.best == nil && problem == "trial.bad.s\(seed): \(why)")
            #expect(bad.ownStamps == ["This run has diverged and has not ended: \(why)."])
            #expect(try scratch.store("trial.bad.s\(seed)").verify(full: true).errors.isEmpty)
        }
        // The same call tries them again, and nothing else.
        let places = Places()
        #expect(try await Comparisons.run(comparison, scratch, places) == told)
        #expect(places.seen.map(\.number) == [3, 4] && places.seen.allSatisfy { $0.total == 4 })
    }

    /// What a session has said is forgotten where a later one gets further.
    @Test func aRunThatGetsFurtherHasNotDiverged() async throws {
        let scratch = try Scratch()
        func stop(_ session: (Watcher) async throws -> RunRecord) async throws {
            let error = await failure { try await session(Watcher(.stopAtCall(15))) }
            #expect(error is SearchStopped)
        }
        try await stop { try await scratch.search(Micro.recipe(), observer: $0) }
        #expect(try scratch.recorded().divergence == nil)
        let store = try CheckpointStore.open(RunFolder(root: scratch.root, name: "micro"), for: .writing)
        try store.record([.event(json: #"{"detail":"what was said","kind":"diverged"}"#)])
        store.close()
        #expect(try scratch.recorded().divergence == "what was said")
        try await stop { try await scratch.resume(observer: $0) }
        #expect(try scratch.recorded().divergence == nil)
    }

    /// The arms of its seed cannot be made; those of the next are tried.
    @Test func aTrunkThatDivergesTakesItsArmsAlong() async throws {
        let scratch = try Scratch()
        let comparison = try Comparisons.comparison(
            [("bad", Comparisons.diverging(images: 3000)), ("good", Comparisons.recipe(images: 3000))], trunk: 0.3)
        let places = Places()
        let told = try await Comparisons.run(comparison, scratch, places)
        #expect(told.map { $0.prefix { $0 != ":" } } == ["trial.trunk.s1", "trial.trunk.s2"])
        #expect(
            places.notes == told.enumerated().map { "\($1); left unfinished, and with it the arms of seed \($0 + 1)" })
        #expect(places.seen.map(\.number) == [1, 4] && places.seen.allSatisfy { $0.total == 6 })
        let file = try #require(try ComparisonFile.find("trial", in: scratch.root))
        for seed: UInt64 in [1, 2] {
            #expect(try ComparisonFile.trunkFolder(of: file.name, seed, in: scratch.root).name == "trial.trunk.s\(seed)")
            #expect(try scratch.recorded("trial.trunk.s\(seed)").divergence != nil)
        }
        for member in file.arms.flatMap(\.runs) { #expect(try !member.folder(in: scratch.root).exists) }
    }

    /// Runs that were done before come first; trunks are runs too, and their forks have the rest of the budget to do.
    @Test func whoWatchesKnowsHowManyRunsAreLeft() async throws {
        let scratch = try Scratch()
        let recipe = try Comparisons.recipe(images: 3000)
        let arms = [("a", recipe), ("b", Comparison.uniform(recipe))]
        try await Comparisons.run(Comparisons.comparison(arms, seeds: [2]), scratch)
        let places = Places()
        try await Comparisons.run(Comparisons.comparison(arms, seeds: [1, 2]), scratch, places)
        #expect(places.seen.map(\.number) == [3, 4] && places.seen.allSatisfy { $0.total == 4 && $0.end == 1 })
        #expect(places.seen.map(\.after) == [1, 0])

        let forked = try Comparisons.comparison(arms, name: "forked", seeds: [4], trunk: 0.3)
        let trunk = Places()
        try await Comparisons.run(forked, scratch, trunk)
        #expect(trunk.seen.map(\.number) == [1, 2, 3] && trunk.seen.allSatisfy { $0.total == 3 })
        #expect(trunk.seen.map(\.end) == [0.3, 1, 1])
        for (place, after) in zip(trunk.seen, [1.4, 0.7, 0]) { #expect(abs(place.after - after) < 1e-9) }
        // A part counts its own; done, there is nothing to turn to.
        let part = Places()
        let shard = try #require(Shard("1/2"))
        try await Comparisons.run(Comparisons.comparison(arms, seeds: [5, 6]), scratch, shard: shard, part)
        #expect(part.seen.map(\.number) == [1, 2] && part.seen.allSatisfy { $0.total == 2 })
        let done = Places()
        try await Comparisons.run(forked, scratch, done)
        #expect(done.seen.isEmpty)
    }

    /// A test rests on the seeds of all calls; time and disk are those of this one, of trunks and picks too.
    @Test func aForecastCountsAllThereWillBe() async throws {
        let scratch = try Scratch()
        let recipe = try Comparisons.recipe(images: 3000)
        let arms = [("a", recipe), ("b", Comparison.uniform(recipe))]
        func forecast(_ comparison: Comparison, by alone: Recipe? = nil) async throws -> ComparisonForecast {
            try await ComparisonForecast(
                comparison, retrainingBy: alone, in: scratch.root, probing: 0.01, execution: Execution(threads: 1),
                observer: SilentObserver())
        }
        func ofArms(_ forecast: ComparisonForecast) -> Double { forecast.arms.reduce(0) { $0 + $1.bytes } }
        try await Comparisons.run(Comparisons.comparison(arms, seeds: [1]), scratch)
        let more = try await forecast(Comparisons.comparison(arms, seeds: [2, 3]))
        #expect(more.pairs == 3 && more.contrasts == 1)
        #expect(more.arms.allSatisfy { $0.runs == 2 && $0.done == 0 })
        #expect(more.trunkBytes == 0 && more.retrainingBytes == 0 && more.bytes == ofArms(more))
        // An arm that joins later has the seeds of its calls, and there is one contrast more.
        let joined = try await forecast(Comparisons.comparison(arms + [("c", recipe)], seeds: [2]))
        #expect(joined.pairs == 1 && joined.contrasts == 2)
        // What a run would refuse a plan does.
        let mixed = try Comparisons.comparison(arms, seeds: [1000])
        #expect(
            await failure { try await forecast(mixed) } as? SearchError == .mixedSeeds(development: 1, verdict: 1000))

        let forked = try await forecast(
            Comparisons.comparison(arms, name: "forked", seeds: [2, 3], trunk: 0.3), by: Micro.recipe())
        #expect(forked.trunkBytes > 0 && forked.retrainingBytes > 0)
        #expect(abs(forked.bytes - ofArms(forked) - forked.trunkBytes - forked.retrainingBytes) < 1)
        // Two trunks of all children, four picks of one child each.
        #expect(forked.retrainingBytes / 4 < forked.trunkBytes / 2)
    }
}

/// Remembers which runs were turned to, and what was told.
private final class Places: SearchObserver {
    private(set) var seen: [RunPlace] = []
    private(set) var notes: [String] = []
    let shouldStop = false
    let signal: Int32 = 0

    func turned(to place: RunPlace) { seen.append(place) }
    func stepped(_ progress: SearchProgress) {}
    func durable(sequence: Int, step: Int) {}
    func note(_ line: String) { if line.contains("left unfinished") { notes.append(line) } }
}
