import ArgumentParser
import Checkpoints
import Foundations
import Searches

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Run a search; without arguments the built-in demo.",
        discussion: """
            A fork shares the past of another run: its first decisions, weights and scores are copied, and what comes is \
            the recipe's, --recipe or the other run's own, with the changes given here.
            """)

    @OptionGroup var recipe: RecipeOptions
    @Option(
        name: .customLong("run"),
        help: ArgumentHelp(
            "The run's name; without it the recipe's, with a number where it is taken.", valueName: "run"))
    var runName: String?
    @Option(
        help: ArgumentHelp(
            "Begin where another run stood when it had made so many decisions.", valueName: "run@round"))
    var fork: String?
    @Flag(help: "With --fork: also where this machine may compute other bits than the past; the run is marked.")
    var allowInexact = false
    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var scalars: ScalarOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var log: VerboseOption
    @OptionGroup var output: JSONOption

    func validate() throws {
        guard fork != nil || !allowInexact else {
            throw ValidationError("--allow-inexact: a new run has no past to differ from; it goes with --fork")
        }
    }

    mutating func run() async throws {
        let point = try fork.map { try ForkPoint($0) }
        let folder = try store.folder(
            runName ?? freeName(point.map { "\($0.run)-fork" } ?? RecipeSource.title(recipe.recipe)))
        let watch = Watch(isVerbose: log.verbose)
        let observer = try scalars.observer(watch, run: folder.name)
        let (recipe, execution) = (recipe, execution.execution(allowInexact: allowInexact))
        let search: ProgressiveSearch
        if let point {
            search = try RunOutcome.begin(folder) {
                try .fork(
                    point, as: folder.name, recipe: { try recipe.resolve(fork: $0, of: point.run) }, in: folder.root,
                    execution: execution, observer: observer)
            }
        } else {
            let resolved = try recipe.resolve()
            if let exists = RunExists(folder, recipe: resolved) { throw exists }
            search = try RunOutcome.begin(folder) {
                try .start(
                    name: folder.name, recipe: resolved, in: folder.root, execution: execution, observer: observer)
            }
        }
        try await RunOutcome.finish(search, folder, watch: watch, json: output.json)
    }

    /// `demo`, `demo-2`, `demo-3`, ...
    private func freeName(_ base: String) throws -> String {
        let taken = Set(try RunFolder.list(store.checkpoints).map(\.name))
        var name = base
        var number = 2
        while taken.contains(name) {
            name = "\(base)-\(number)"
            number += 1
        }
        return name
    }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on with a run from its newest checkpoint.",
        discussion: "A finished run prints its result. The result does not depend on where a run was interrupted.")

    @Argument(help: ArgumentHelp("The run.", valueName: "run")) var name: String
    @OptionGroup var execution: ExecutionOptions
    @Flag(help: "Go on where this machine may compute other bits; the run is marked.") var allowInexact = false
    @Flag(help: "Take a store that is older than its run.json says for what it is, and go on from there.")
    var acceptRollback = false
    @Option(
        help: ArgumentHelp("Go on from this checkpoint and forget all after it; a finished run too.", valueName: "seq"))
    var from: Int?
    @Flag(help: "Go on though sessions have failed three times at the same point.") var retry = false
    @OptionGroup var scalars: ScalarOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var log: VerboseOption
    @OptionGroup var output: JSONOption

    mutating func run() async throws {
        if from == nil && !acceptRollback {
            let recorded = try store.recorded(name)
            if recorded.run.head.phase == .done {
                return try RunOutcome.show(
                    recorded.run.record(storeBytes: recorded.store.bytesOnDisk), json: output.json)
            }
            recorded.store.close()
        }
        let watch = Watch(isVerbose: log.verbose)
        let search = try ProgressiveSearch.resume(
            name: name, in: store.checkpoints,
            wishes: ResumeWishes(retry: retry, acceptRollback: acceptRollback, from: from),
            execution: execution.execution(allowInexact: allowInexact), observer: scalars.observer(watch, run: name))
        try await RunOutcome.finish(search, store.folder(name), watch: watch, json: output.json)
    }
}
