import ArgumentParser
import Foundation
import Foundations
import Rankings
import Reports
import Searches

/// A truth to judge by, and a subset in which to judge.
struct TruthOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A CSV of true accuracies with the columns label and gt_mean.", valueName: "file"))
    var truth: String?
    @Option(help: ArgumentHelp("The column that holds the truth.", valueName: "name"))
    var truthColumn = "gt_mean"
    @Option(help: ArgumentHelp("Judge also among the children without this operator.", valueName: "operator"))
    var without: String?

    func table() throws -> TruthTable? {
        guard let truth else { return nil }
        return try TruthTable(csv: CommaSeparatedFile.text(truth), path: truth, column: truthColumn)
    }

    func runTruth(_ space: SearchSpaceNames) throws -> RunTruth? {
        guard let table = try table() else { return nil }
        let likely: [String]? = table.standardErrors().map {
            likelyBest(table, standardErrors: $0, draws: 2_000, seed: 0, threshold: 0.02)
        }
        return RunTruth(table, subset: try subset(space), likelyBest: likely)
    }

    /// That the truth can be read and names every child of a space.
    func check(_ space: SearchSpaceNames) throws {
        _ = try subset(space)
        guard let table = try table() else { return }
        _ = try table.places(of: space.labels)
    }

    func subset(_ space: SearchSpaceNames) throws -> (name: String, children: [String])? {
        guard let without else { return nil }
        return ("without \(without)", try space.children(without: without))
    }
}

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write a run or a comparison as Markdown.")

    @Argument(help: "The run or comparison.") var name: String
    @Option(help: ArgumentHelp("The file; without it standard output.", valueName: "file.md")) var out: String?
    @OptionGroup var truth: TruthOptions
    @OptionGroup var store: StoreOptions

    mutating func run() async throws {
        let text: String
        if let comparison = try ComparisonFile.find(name, in: store.checkpoints) {
            let judged = try await Judge.comparison(comparison, truth: truth, store: store)
            text = MarkdownReport.comparison(judged.record, stamps: judged.stamps)
        } else {
            let (run, open) = try store.recorded(name)
            text = try MarkdownReport.run(
                run.record(storeBytes: open.bytesOnDisk), ledger: run.ledger,
                truth: truth.runTruth(SearchSpaceNames(run.space)),
                stamps: run.stamps)
        }
        guard let out else { return try Output.write(text) }
        try TextFile.write(text, to: out)
        Output.error("report: \(out)")
    }
}

/// Files written where the command line says.
enum TextFile {
    /// Whole or not at all.
    static func write(_ text: String, to path: String) throws { try OutputFile.write(Array(text.utf8), to: path) }
}
