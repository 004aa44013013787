import ArgumentParser
import Checkpoints
import Foundations
import Reports
import Searches

struct CheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "Look at, check, export, import and tidy up what runs store.",
        subcommands: [List.self, Verify.self, ExportCommand.self, Import.self, Compact.self, Collect.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List a run's checkpoints.")
        @Argument(help: ArgumentHelp("The run.", valueName: "run")) var name: String
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: JSONOption

        private struct Document: Encodable {
            struct Row: Encodable {
                let seq: Int
                let phase: String
                let round: Int
                let batch: Int
                let bytes: Int
                let tags: [String]
            }
            var schema = "espalier.checkpoints/1"
            let run: String
            let checkpoints: [Row]
        }

        func run() throws {
            let open = try CheckpointStore.open(store.folder(name), for: .reading)
            let tags = try open.tags()
            let rows = try open.manifests().map { manifest in
                Document.Row(
                    seq: manifest.seq, phase: manifest.phase.rawValue, round: manifest.round, batch: manifest.step,
                    bytes: manifest.blobs.reduce(0) { $0 + $1.bytes },
                    tags: (manifest.isRoundEnd ? ["round-end"] : [])
                        + tags.filter { $0.seq == manifest.seq }.map(\.name))
            }
            if output.json { return try Output.json(Document(run: name, checkpoints: rows)) }
            var table = Table([
                .numbers("seq"), .words("phase"), .numbers("round"), .numbers("batch"), .numbers("bytes"),
                .words("tags"),
            ])
            for row in rows {
                table.add([
                    "\(row.seq)", row.phase, "\(row.round)", "\(row.batch)", "\(row.bytes)",
                    row.tags.joined(separator: ", "),
                ])
            }
            try Output.write(table.plain)
        }
    }

    struct Verify: ParsableCommand, OpensInChild {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Check every record of a run's store.")
        @Argument(help: ArgumentHelp("The run.", valueName: "run")) var name: String
        @Flag(help: "Hash every blob too.") var full = false
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: JSONOption

        private struct Document: Encodable {
            var schema = "espalier.verify/1"
            let run: String
            let records: Int
            let bytes: Int
            let errors: [VerifyResult.Problem]
        }

        var opened: String { name }

        func run() throws {
            let open = try CheckpointStore.open(store.folder(name), for: .reading)
            let result = try open.verify(full: full)
            if output.json {
                try Output.json(
                    Document(run: name, records: result.records, bytes: result.bytes, errors: result.errors))
            } else {
                try Output.line(
                    "\(name): \(result.records) records, \(result.bytes) bytes, \(result.errors.count) errors")
                for error in result.errors { try Output.line("  \(error.table) \(error.key): \(error.problem)") }
            }
            guard result.errors.isEmpty else {
                throw Damaged(folder: try store.folder(name), count: result.errors.count, good: result.newestGood)
            }
        }

        struct Damaged: Complaint, AnsweredInJSON {
            let folder: RunFolder
            let count: Int
            let good: Int?
            var exitCode: Foundations.ExitCode { .corrupt }
            var message: String { "\(folder.name): \(count) damaged record\(count == 1 ? "" : "s")" }
            var hint: String {
                guard let good else { return "no checkpoint can be gone on with; put a copy of the run's folder back" }
                return "go back to the newest whole checkpoint: "
                    + folder.command("resume \(folder.name) --from \(good)")
            }
        }
    }
}
