import ArgumentParser
import Checkpoints
import Datasets
import Foundation
import Foundations
import Rankings
import Reports
import Searches
import Supernets

struct TruthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "truth", abstract: "Train children alone over seeds: a table of true accuracies.",
        discussion: """
            Space, images and training are the recipe's, and its budget is that of each child and seed. Every pair is a \
            run in CHECKPOINTS/NAME.truth, made seed by seed; the same command goes on where it stopped, and one with \
            more seeds or children makes what is missing.
            """)

    enum Split: String, ExpressibleByArgument, CaseIterable { case test, pick, train }
    enum Norms: String, ExpressibleByArgument, CaseIterable { case calibrated, running, batch }

    @Option(help: ArgumentHelp("A recipe file or a built-in recipe; without it the demo.", valueName: "file"))
    var recipe: String?
    @Option(help: ArgumentHelp("all, labels separated by commas, or spread:N.", valueName: "children"))
    var children = "all"
    @Option(
        help: ArgumentHelp(
            "For spread:N: a truth whose ranks the children are spread over; without it, parameters.",
            valueName: "file.csv"))
    var spreadBy: String?
    @Option(help: ArgumentHelp("Seeds: a range as 0..2, or numbers separated by commas.", valueName: "seeds"))
    var seeds = "0..2"
    @Option(help: ArgumentHelp("The truth's name; without it the recipe's.", valueName: "name")) var name: String?
    @Option(help: ArgumentHelp("Write the table as CSV.", valueName: "file.csv")) var out: String?
    @Option(help: "The images a trained child is scored on.") var on = Split.test
    @Option(help: "Batch-norm statistics it is scored with.") var bn = Norms.calibrated
    @Option(
        help: ArgumentHelp(
            "Make only this part: i of n, or slurm for a job array's own numbers.", valueName: "i/n"))
    var shard: String?
    @Flag(help: "Train nothing: make the table of what is there.") var collect = false
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Replace any key of the recipe, e.g. train.budget.images=100000; may be repeated.", valueName: "key=value"))
    var settings: [String] = []
    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var log: VerboseOption
    @OptionGroup var output: JSONOption

    mutating func run() async throws {
        let part = try shard.map { try Shard(option: $0, environment: ProcessInfo.processInfo.environment) }
        let truth = try truth()
        let found = try truth.found()
        var rest = StandAloneTruth.Rest()
        if !collect {
            let watch = TruthWatch(truth.name, isVerbose: log.verbose)
            defer { watch.clear() }
            Output.error(try plan(truth, found, part))
            do {
                rest = try await truth.run(
                    shard: part, in: found, execution: execution.execution(), observer: watch)
            } catch let stopped as SearchStopped {
                watch.clear()
                _ = try record(of: truth, truth.found())
                throw Stopped(
                    signal: stopped.signal, subject: "truth \(truth.name)",
                    hint: "the same command goes on where it stopped")
            }
        }
        let record = try record(of: truth, collect ? found : truth.found())
        if output.json {
            try Output.json(record)
        } else {
            try Output.write(record.text)
        }
        if !rest.elsewhere.isEmpty {
            Output.error("\(rest.elsewhere.count) runs are under way in another process")
        }
        let hint = "the table has none of them; lower train.optimizer.lr under another --name"
        if let diverging = Diverging(rest.diverged.map { $0.problem }, hint: hint) { throw diverging }
    }

    private func truth() throws -> StandAloneTruth {
        for setting in settings {
            let key = setting.prefix { $0 != "=" }
            guard let aside = Recipe.putAside.first(where: { key == $0.path || key.hasPrefix($0.path + ".") }),
                key != "score.calibration-images"
            else { continue }
            guard aside.instead.isEmpty else {
                throw Usage(message: "--set \(key): a truth takes that from \(aside.instead)")
            }
            throw Usage(
                message: "--set \(key): a child that trains alone has no use for it", hint: "leave it out")
        }
        if spreadBy != nil, !children.hasPrefix("spread:") {
            throw Usage(message: "--spread-by belongs to --children spread:N, found --children \(children)")
        }
        let read = try RecipeSource.read(recipe, settings: settings)
        let order = try spreadBy.map { try TruthTable(csv: CommaSeparatedFile.text($0), path: $0) }
        return try StandAloneTruth(
            name: name ?? RecipeSource.title(recipe), recipe: read,
            children: ChildChoice(children).labels(of: read.space, by: order), seeds: SeedList.read(seeds),
            scored: FinalScore(role: Role(rawValue: on.rawValue)!, statistics: NormStatistics(rawValue: bn.rawValue)!),
            in: store.checkpoints)
    }

    private func plan(_ truth: StandAloneTruth, _ found: StandAloneTruth.Found, _ part: Shard?) throws -> String {
        let members = truth.members(of: part)
        let done = members.count { found.results[$0] != nil }
        let budget = truth.recipe.train.budget
        func count(_ n: Int, _ one: String, _ many: String) -> String { n == 1 ? "1 \(one)" : "\(n) \(many)" }
        let pairs =
            "\(count(truth.children.count, "child", "children")) x \(count(truth.seeds.count, "seed", "seeds"))"
        let amount = Int(exactly: budget.amount).map(Numbers.grouped) ?? "\(budget.amount)"
        return "\(truth.name): \(pairs)\(shard.map { ", part \($0)" } ?? ""): "
            + "\(count(members.count, "run", "runs")) of \(amount) \(budget.unit.rawValue) each, \(done) done"
    }

    /// The table of what is there, written where it is asked for.
    private func record(of truth: StandAloneTruth, _ found: StandAloneTruth.Found) throws -> TruthRecord {
        let table = try truth.table(found)
        var known: [String: (params: Int, macs: Int, loss: Double)] = [:]
        for child in truth.children {
            let results = truth.results(found, child).map(\.result)
            guard let first = results.first else { continue }
            known[child] = (
                first.params, first.macs, results.reduce(0) { $0 + $1.loss } / Double(results.count)
            )
        }
        let score = truth.recipe.score
        let record = try TruthRecord(
            name: truth.name, split: score.role.rawValue, images: found.results.values.first?.images,
            bn: score.statistics.rawValue, table: table, known: known)
        if let out {
            try TextFile.write(record.csv(table), to: out)
            Output.error("truth: \(out)")
        }
        return record
    }
}
