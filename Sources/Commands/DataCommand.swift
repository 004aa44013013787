import ArgumentParser
import Datasets
import Foundation
import Foundations
import Reports
import Searches

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Make, fetch and verify image sets.",
        subcommands: [Make.self, Fetch.self, Verify.self])

    struct Make: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "make", abstract: "Write the built-in synthetic set as files.",
            discussion: "The images are those a recipe's data.synthetic draws; --set takes its keys, e.g. side=16.")

        @Option(help: ArgumentHelp("The folder; made where missing.", valueName: "dir")) var out: String
        @Option(help: "idx, or cifar10 for 3x32x32 images.") var layout = "idx"
        @Option(
            name: .customLong("set"), parsing: .singleValue,
            help: ArgumentHelp("Set a knob of the set; may be repeated.", valueName: "key=value"))
        var settings: [String] = []

        func validate() throws {
            guard ImageLayout(rawValue: layout) != nil else {
                throw ValidationError("--layout: expected idx or cifar10, found \(layout)")
            }
        }

        func run() throws {
            let recipe = try RecipeSource.read(nil, settings: settings.map { "data.synthetic.\($0)" })
            let dataset = try Dataset.synthetic(recipe.data.synthetic)
            let files = try dataset.write(ImageLayout(rawValue: layout)!, folder: out)
            for file in files { try Output.line(file) }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Read an image set strictly and say what it holds.")

        @Argument(help: "synthetic, cifar10, cifar100 or idx.") var set: String
        @Option(help: ArgumentHelp("The folder of the files.", valueName: "dir")) var data: String?
        @OptionGroup var output: JSONOption

        private struct Document: Encodable {
            var schema = "espalier.data/1"
            let set: String
            let parts: [SetSummary]
        }

        func validate() throws {
            guard DatasetSource.names.contains(set) else {
                throw ValidationError(
                    "<set>: expected one of \(DatasetSource.names.joined(separator: ", ")), found \(set)")
            }
        }

        func run() throws {
            let dataset = try Dataset.open(try DatasetSource(name: set, folder: data))
            let parts = dataset.summaries
            if output.json { return try Output.json(Document(set: set, parts: parts)) }
            for part in parts {
                func list(_ values: [Double]) -> String {
                    values.map { String(format: "%.4f", $0) }.joined(separator: ", ")
                }
                try Output.line(
                    """
                    \(part.name): \(part.count) images of \(part.width)x\(part.height)x\(part.channels), \
                    \(part.classes) classes
                      a class: \(part.perClass.map(String.init).joined(separator: ", "))
                      mean \(list(part.mean)), std \(list(part.std))
                      SHA-256 \(part.contentHash)
                    """)
            }
        }
    }
}
