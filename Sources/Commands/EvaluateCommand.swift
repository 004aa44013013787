import Architectures
import ArgumentParser
import Checkpoints
import Datasets
import Foundations
import Searches
import Supernets

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Score one child with the weights a run left it.",
        discussion: """
            A dropped child is scored with the weights of the round that dropped it, and the answer says so. Images are \
            taken in file order, without augmentation, the last partial batch kept.
            """)

    enum Split: String, ExpressibleByArgument, CaseIterable { case rank, pick, test, train }

    @Argument(help: ArgumentHelp("The run.", valueName: "run")) var name: String
    @Argument(help: "The child, by label or genotype.") var child: String
    @Option(help: "Which images.") var split = Split.test
    @Option(help: ArgumentHelp("Only the first so many images.", valueName: "n")) var limit: Int?
    @Option(help: ArgumentHelp("Images a batch.", valueName: "n")) var batch = 256
    @Option(help: "Batch-norm statistics: batch, running or calibrated; without it the recipe's.")
    var bn: String?
    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: JSONOption

    private struct Document: Encodable {
        var schema = "espalier.evaluate/1"
        let run: String
        let child: String
        let bn: String
        let split: String
        let n: Int
        let correct: Int
        let accuracy: Double
        let loss: Finite
        /// The round whose weights were used.
        let round: Int
        let dropped: Bool
    }

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit: expected at least 1, found \(limit)") }
        guard 1...65_536 ~= batch else { throw ValidationError("--batch: expected 1 to 65536, found \(batch)") }
        if let bn, NormStatistics(rawValue: bn) == nil {
            throw ValidationError("--bn: expected batch, running or calibrated, found \(bn)")
        }
    }

    func run() throws {
        let open = try CheckpointStore.open(store.folder(name), for: .reading)
        let stored = try StoredChild.read(child, of: name, open)
        let recipe = stored.run.recipe
        let dataset = try recipe.data.open(folder: execution.data)
        try stored.run.check(dataset)
        let role = Role(rawValue: split.rawValue)!
        guard dataset.count(of: role) > 0 else { throw SearchError.emptyRole(role.rawValue) }
        let statistics = bn.flatMap(NormStatistics.init) ?? recipe.score.statistics
        let supernet = try stored.supernet(dataset, execution: execution.execution())
        let calibration = dataset.calibration(
            images: recipe.score.calibrationImages, batch: recipe.train.batch, round: stored.round,
            seeds: recipe.seeds, augmentation: recipe.data.augmentation)
        let score = try SearchError.explaining {
            try Evaluator(supernet).score(
                [stored.child], on: dataset.batches(of: role, batch: batch, limit: limit), statistics: statistics,
                calibration: statistics == .calibrated ? calibration : []
            ).scores[0]
        }
        let document = Document(
            run: name, child: stored.label, bn: statistics.rawValue, split: split.rawValue, n: score.images,
            correct: score.correct, accuracy: score.accuracy, loss: Finite(value: score.loss), round: stored.round,
            dropped: stored.wasDropped)
        if output.json { return try Output.json(document) }
        try Output.line(
            "\(name), child \(document.child): accuracy \(document.accuracy), loss \(score.loss) on \(document.n) "
                + "\(document.split) images, \(document.bn) statistics")
        if stored.wasDropped {
            try Output.line("the child was dropped in round \(stored.round); these are the weights it left with")
        }
    }
}
