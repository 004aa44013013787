import ArgumentParser
import Checkpoints
import Foundations
import Reports
import Searches

extension CheckpointCommand {
    struct Compact: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "compact", abstract: "Give the free room inside a run's store back to the disk.",
            discussion: """
                The store is copied beside itself without its free pages, the copy is checked as checkpoint verify --full \
                does, and takes the store's place in one step. Nobody may write or read the run meanwhile (exit 7), and \
                the disk needs room for the copy.
                """)
        @Argument(help: ArgumentHelp("The run.", valueName: "run")) var name: String
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: JSONOption

        private struct Document: Encodable {
            var schema = "espalier.compact/1"
            let run: String
            let before: Int
            let after: Int
        }

        func run() throws {
            let sizes = try CheckpointStore.compact(store.folder(name)) { copy in
                let parts = copy.split(separator: "/", omittingEmptySubsequences: false)
                try Opener.verify(RunFolder(root: parts.dropLast().joined(separator: "/"), name: name))
            }
            if output.json {
                return try Output.json(Document(run: name, before: sizes.before, after: sizes.after))
            }
            try Output.line(
                "\(name): \(Numbers.grouped(sizes.before)) bytes before, \(Numbers.grouped(sizes.after)) after")
        }
    }

    struct Collect: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "gc", abstract: "Remove what work that was cut short has left behind.",
            discussion: """
                Creations and compactions that were killed, files that were not written to their end, and stores as they \
                were before an upgrade. What a run needs, and what somebody is at work on, stays.
                """)
        @Flag(help: "Only list what would be removed.") var dryRun = false
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: JSONOption

        private struct Document: Encodable {
            struct Row: Encodable {
                let path: String
                let bytes: Int
                let why: Leftover.Cause
                let removed: Bool
            }
            var schema = "espalier.gc/1"
            /// Of those that were removed; with --dry-run of all.
            let bytes: Int
            let leftovers: [Row]
        }

        func run() throws {
            let rows = try Leftover.find(store.checkpoints).map { found in
                Document.Row(
                    path: found.path, bytes: found.bytes, why: found.why, removed: try !dryRun && found.remove())
            }
            let bytes = rows.reduce(0) { $0 + (dryRun || $1.removed ? $1.bytes : 0) }
            if output.json { return try Output.json(Document(bytes: bytes, leftovers: rows)) }
            guard !rows.isEmpty else { return try Output.line("nothing is left over in \(store.checkpoints)") }
            for row in rows {
                let fate = dryRun ? "would remove" : row.removed ? "removed" : "in use, left"
                try Output.line("\(fate) \(row.path): \(row.why.rawValue), \(Numbers.grouped(row.bytes)) bytes")
            }
            try Output.line("\(Numbers.grouped(bytes)) bytes \(dryRun ? "would be" : "are") free again")
        }
    }
}
