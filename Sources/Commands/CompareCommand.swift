import ArgumentParser
import Checkpoints
import Foundations
import Rankings
import Reports
import Searches

struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Run arms over the same seeds and lay their results side by side.",
        discussion: """
            An arm is a recipe. One arm alone is compared with its uniform twin: the same recipe that keeps everyone in \
            one group and is scored at the same times. Every run is kept as NAME.ARM.sSEED; the same command goes on \
            where it stopped. The table names no winner: that takes more seeds and a test.
            """)

    @Option(help: ArgumentHelp("The comparison's name.", valueName: "name")) var name = "comparison"
    @Option(help: ArgumentHelp("Recipe files or built-in recipes, separated by commas.", valueName: "a.yaml,b.yaml"))
    var arms = "demo"
    @Option(help: ArgumentHelp("Seeds: a range as 0..9, or numbers separated by commas.", valueName: "seeds"))
    var seeds = "0..1"
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Replace a key in every arm's recipe; may be repeated.", valueName: "key=value"))
    var settings: [String] = []
    @OptionGroup var truth: TruthOptions
    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var log: VerboseOption
    @OptionGroup var output: JSONOption

    mutating func run() async throws {
        let comparison = try Comparison(name: name, arms: readArms(), seeds: SeedList.read(seeds))
        // A truth that does not fit must not be noticed after hours.
        for arm in comparison.arms { try truth.check(SearchSpaceNames(arm.recipe.space.resolve())) }
        let watch = Watch(isVerbose: log.verbose)
        do {
            try await comparison.run(in: store.checkpoints, execution: execution.execution(), observer: watch)
        } catch let stopped as SearchStopped {
            watch.clear()
            throw Stopped(
                signal: stopped.signal, subject: "comparison \(name)", hint: "the same command goes on where it stopped"
            )
        } catch {
            watch.clear()
            throw error
        }
        watch.clear()
        let judged = try Judge.comparison(comparison.file, truth: truth, store: store)
        if output.json { return try Output.json(judged.record) }
        try Output.write(judged.text)
    }

    private func readArms() throws -> [Comparison.Arm] {
        let sources = arms.split(separator: ",").map(String.init)
        guard !sources.isEmpty else { throw Usage(message: "--arms: expected at least one recipe") }
        var read = try sources.map { source in
            Comparison.Arm(
                name: RecipeSource.title(source), recipe: try RecipeSource.read(source, settings: settings))
        }
        if read.count == 1 {
            read.append(.init(name: "uniform", recipe: Comparison.uniform(read[0].recipe)))
        }
        let names = read.map(\.name)
        guard Set(names).count == names.count else {
            throw Usage(
                message: "--arms: two arms are called \(names.first { name in names.count { $0 == name } > 1 } ?? "")",
                hint: "an arm is named after its recipe file")
        }
        return read
    }
}
