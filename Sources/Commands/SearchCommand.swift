import ArgumentParser
import Checkpoints
import Foundations
import Searches

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Run a search; without arguments the built-in demo.")

    @OptionGroup var recipe: RecipeOptions
    @Option(
        name: .customLong("run"),
        help: ArgumentHelp(
            "The run's name; without it the recipe's, with a number where it is taken.", valueName: "run"))
    var runName: String?
    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var log: VerboseOption
    @OptionGroup var output: JSONOption

    mutating func run() async throws {
        let resolved = try recipe.resolve()
        let folder = try store.folder(runName ?? freeName(RecipeSource.title(recipe.recipe)))
        let watch = Watch(isVerbose: log.verbose)
        let search = try RunOutcome.start(folder, recipe: resolved, execution: execution.execution(), watch: watch)
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
    @OptionGroup var store: StoreOptions
    @OptionGroup var log: VerboseOption
    @OptionGroup var output: JSONOption

    mutating func run() async throws {
        let recorded = try store.recorded(name)
        if recorded.run.head.phase == .done {
            return try RunOutcome.show(recorded.run.record(storeBytes: recorded.store.bytesOnDisk), json: output.json)
        }
        recorded.store.close()
        let watch = Watch(isVerbose: log.verbose)
        let search = try ProgressiveSearch.resume(
            name: name, in: store.checkpoints, execution: execution.execution(allowInexact: allowInexact),
            observer: watch)
        try await RunOutcome.finish(search, store.folder(name), watch: watch, json: output.json)
    }
}
