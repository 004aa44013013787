import ArgumentParser
import Checkpoints
import Foundation
import Foundations
import Searches

struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Run arms over the same seeds at equal cost, and say what that shows.",
        usage:
            "\(ProgramName.current) compare [<options>]\n\(ProgramName.current) compare merge <part>... [<options>]",
        discussion: """
            An arm is a recipe. The first one is compared with every other; one alone with its uniform twins: everyone \
            kept in one group, scored at the same times (uniform) or not at all before the end (uniform-star). All spend \
            the same charged multiply-adds. Every run is kept as NAME.ARM.sSEED; the same command goes on where it \
            stopped, and 'report NAME' writes the result again.

            Seeds below 1000 are for development. Seeds from 1000 on are for a verdict: arms, recipes and seeds are fixed \
            before the first run.

            'compare merge PART...' makes one comparison of the shards of one, or of parts with seeds of their own. A part \
            is NAME, or FOLDER/NAME where it lives in another folder.
            """)

    @Argument(help: ArgumentHelp("Nothing, or 'merge' and the parts.", valueName: "merge part"))
    var words: [String] = []
    @Option(help: ArgumentHelp("The comparison's name.", valueName: "name")) var name = "comparison"
    @OptionGroup var wanted: ArmOptions
    @Option(help: ArgumentHelp("Seeds: a range as 0..9, or numbers separated by commas.", valueName: "seeds"))
    var seeds = "0..9"
    @Flag(
        help:
            "Only tell what would be run, what it can show, and how long it takes; runs a few seconds of the first arm."
    )
    var plan = false
    @Option(
        help: ArgumentHelp(
            "Only this part of the runs: i of n, or slurm for a job array's own numbers.", valueName: "i/n"))
    var shard: String?
    @Option(
        help: ArgumentHelp(
            "Train every pick anew, alone and with a fresh seed, by this recipe, whose budget is that of one child.",
            valueName: "recipe"))
    var retrainPicks: String?
    @Option(
        help: ArgumentHelp(
            "Write scalars for TensorBoard, of every run to a folder of its name in this one.", valueName: "dir"))
    var tensorboard: String?
    @OptionGroup var truth: TruthOptions
    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var log: VerboseOption
    @OptionGroup var output: JSONOption

    func validate() throws {
        if let word = words.first, word != "merge" {
            throw ValidationError("expected options, or merge and its parts, found \(word)")
        }
        if shard != nil, retrainPicks != nil {
            throw ValidationError(
                "--retrain-picks: a part does not know what the others have picked; give it to compare merge")
        }
        if words.count == 1 { throw ValidationError("merge: expected at least one part") }
        guard !words.isEmpty else { return }
        let running =
            wanted.given
            + [
                (seeds != "0..9", "--seeds"), (plan, "--plan"), (shard != nil, "--shard"),
                (tensorboard != nil, "--tensorboard"),
            ]
            .filter(\.0).map(\.1)
        if let option = running.first {
            throw ValidationError("merge runs no arms, so it has no use for \(option): leave it out")
        }
    }

    mutating func run() async throws {
        guard words.isEmpty else { return try await merge() }
        let part = try shard.map { try Shard(option: $0, environment: ProcessInfo.processInfo.environment) }
        let set = try wanted.arms(truth: truth.truth, data: execution.data)
        let comparison = try Comparison(
            name: name, arms: set.arms, seeds: SeedList.read(seeds), trunk: wanted.trunk)
        // A truth that does not fit must not be noticed after hours.
        for arm in comparison.arms { try truth.check(arm.recipe.space) }
        let alone = try retrainPicks.map { try RecipeSource.read($0) }
        try await check(alone, comparison)
        let watch = Watch(isVerbose: log.verbose)
        if plan { return try await tell(comparison, set, alone, watch) }
        for note in set.notes + set.impossible.map({ "no \($0.control.name): \($0.why)" }) { watch.note(note) }
        let table = try truth.table()
        let observer = tensorboard.map { ScalarWatch(watch, folder: $0, truth: table) } ?? watch as any SearchObserver
        let diverged = try await watched(watch) { [store, execution] in
            try await comparison.run(
                in: store.checkpoints, shard: part, execution: execution.execution(), observer: observer)
        }
        watch.clear()
        try await finish(comparison.recorded(in: store.checkpoints), by: alone, part, diverged)
    }

    /// Trains picks anew where that is wanted, and answers. That runs have diverged is the last word.
    private func finish(
        _ given: ComparisonFile, by recipe: Recipe?, _ part: Shard?, _ diverged: [String]
    ) async throws {
        let (file, picks) = try await retrained(given, by: recipe)
        try await answer(file, part)
        let hint =
            diverged.isEmpty
            ? "their arms are compared without them; lower the rate of the recipe of --retrain-picks"
            : "their pairs stay unfinished; lower train.optimizer.lr under another --name"
        if let diverging = Diverging(diverged + picks, hint: hint) { throw diverging }
    }

    /// What could not be trained anew must not be noticed after hours.
    private func check(_ alone: Recipe?, _ comparison: Comparison) async throws {
        guard let alone else { return }
        let retraining = Retraining(comparison: name, recipe: alone, root: store.checkpoints)
        for arm in comparison.arms { try retraining.check(arm: arm.name, of: arm.recipe.space.resolve()) }
        try retraining.checkRoom(execution.execution())
        if let file = try ComparisonFile.find(name, in: store.checkpoints) { try await retraining.check(file) }
    }

    /// - Returns: the comparison, and what was said of each training that has diverged.
    private func retrained(
        _ given: ComparisonFile, by recipe: Recipe?
    ) async throws -> (file: ComparisonFile, diverged: [String]) {
        guard let recipe else { return (given, []) }
        let retraining = Retraining(comparison: name, recipe: recipe, root: store.checkpoints)
        try await retraining.check(given)
        let file = given.retraining(by: recipe)
        try file.write(in: store.checkpoints)
        let watch = TruthWatch("\(name).picks", isVerbose: log.verbose)
        defer { watch.clear() }
        var diverged: [String] = []
        for (seed, picks) in try await file.chosen(in: store.checkpoints) {
            do {
                diverged += try await retraining.run(
                    picks, seed: seed, execution: execution.execution(), observer: watch)
            } catch let stopped as SearchStopped {
                throw Stopped(
                    signal: stopped.signal, subject: "comparison \(name)",
                    hint: "the same command goes on where it stopped")
            }
        }
        return (file, diverged)
    }

    private func merge() async throws {
        let alone = try retrainPicks.map { try RecipeSource.read($0) }
        let parts = words.dropFirst().map { ComparisonFile.Part($0, in: store.checkpoints) }
        let merged = try ComparisonFile.merge(Array(parts), into: name, in: store.checkpoints)
        try await finish(merged, by: alone, nil, [])
    }

    private func answer(_ file: ComparisonFile, _ part: Shard?) async throws {
        let judged = try await Judge.comparison(file, truth: truth, store: store)
        if output.json { return try Output.json(judged.record) }
        try Output.write(judged.text)
        guard let part, judged.record.arms.contains(where: { $0.seeds.contains { $0.best == nil } }) else { return }
        try Output.line(
            "part \(asked(part)) is done; when all are: \(ProgramName.current) compare merge "
                + "FOLDER/\(name) FOLDER/\(name) ...")
    }

    /// `4 of 4` as it was asked for, though that is counted as 0 of 4; of a job array's task from 0.
    private func asked(_ part: Shard) -> String {
        guard let shard, shard != "slurm" else { return "\(part.index) of \(part.count)" }
        return shard.replacing("/", with: " of ")
    }

    private func tell(_ comparison: Comparison, _ set: ArmOptions.Arms, _ alone: Recipe?, _ watch: Watch) async throws {
        let forecast = try await watched(watch) { [store, execution] in
            try await ComparisonForecast(
                comparison, retrainingBy: alone, in: store.checkpoints, probing: 3, execution: execution.execution(),
                observer: watch)
        }
        let document = try PlanDocument(comparison, forecast, set, threads: execution.threads)
        if output.json { return try Output.json(document) }
        try Output.write(document.text)
    }

    /// Runs something long; the bar's line is ended, and a stop says how to go on.
    private func watched<T>(_ watch: Watch, _ work: () async throws -> T) async throws -> T {
        defer { watch.clear() }
        do {
            return try await work()
        } catch let stopped as SearchStopped {
            throw Stopped(
                signal: stopped.signal, subject: "comparison \(name)", hint: "the same command goes on where it stopped"
            )
        }
    }
}
