import ArgumentParser
import Checkpoints
import Foundation
import Foundations
import Reports
import Searches

struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "runs", abstract: "List the runs.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: JSONOption

    private struct Document: Encodable {
        struct Run: Encodable {
            let run: String
            let phase: String
            let round: Int
            let survivors: Int
            @OrNull var best: String?
            @OrNull var updated: String?
            /// Why a store could not be read; the other runs are listed all the same.
            let problem: String?
        }

        var schema = "espalier.runs/1"
        let runs: [Run]
    }

    func run() throws {
        let runs = try RunFolder.list(store.checkpoints).map { folder -> Document.Run in
            do {
                let (run, open) = try store.recorded(folder.name)
                defer { open.close() }
                return Document.Run(
                    run: folder.name, phase: run.head.phase.rawValue, round: run.head.round,
                    survivors: run.groups.joined().count, best: run.best, updated: updated(folder), problem: nil)
            } catch let complaint as any Complaint {
                return Document.Run(
                    run: folder.name, phase: "UNREADABLE", round: 0, survivors: 0, best: nil,
                    updated: updated(folder), problem: complaint.description)
            }
        }
        if output.json { return try Output.json(Document(runs: runs)) }
        guard !runs.isEmpty else { return try Output.line("no runs in \(store.checkpoints)") }
        var table = Table([
            .words("run"), .words("phase"), .numbers("round"), .numbers("survivors"), .words("best"), .words("updated"),
        ])
        for run in runs {
            table.add([
                run.run, run.phase, "\(run.round)", "\(run.survivors)", run.best ?? "", run.updated ?? "",
            ])
        }
        try Output.write(table.plain)
        for run in runs { if let problem = run.problem { Output.error("\(run.run): \(problem)") } }
    }

    private func updated(_ folder: RunFolder) -> String? {
        let values = try? FileManager.default.attributesOfItem(atPath: folder.path + "/db/data.mdb")
        return (values?[.modificationDate] as? Date).map { ISO8601DateFormatter().string(from: $0) }
    }
}

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a run: its rounds, survivors and scores.")

    private struct RecipeDocument: Encodable {
        var schema = "espalier.run-recipe/1"
        let run: String
        /// The resolved recipe as YAML.
        let recipe: String
    }

    @Argument(help: ArgumentHelp("The run.", valueName: "run")) var name: String
    @Option(help: "Show one round: who decided on what, every child's score and fate, the groups.") var round: Int?
    @Flag(help: "Print the resolved recipe the run was made with.") var recipe = false
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: JSONOption

    func run() throws {
        let (recorded, open) = try store.recorded(name)
        if recipe && output.json { return try Output.json(RecipeDocument(run: name, recipe: recorded.recipe.text)) }
        if recipe { return try Output.write(recorded.recipe.text) }
        let record = recorded.record(storeBytes: open.bytesOnDisk)
        guard let round else { return try RunOutcome.show(record, json: output.json) }
        let ledger = recorded.ledger
        guard let row = record.rounds.first(where: { $0.round == round }),
            let told = ledger.rounds.first(where: { $0.round == round })
        else {
            let decided = record.rounds.map { "\($0.round)" }.joined(separator: ", ")
            throw Usage(
                message: "\(name): no round \(round) has been decided",
                hint: decided.isEmpty ? "none has been decided yet" : "decided are \(decided)")
        }
        if output.json {
            var only = record
            only.rounds = [row]
            return try Output.json(only)
        }
        try Output.write(told.text)
    }
}
