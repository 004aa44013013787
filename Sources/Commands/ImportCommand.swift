import ArgumentParser
import Foundations
import Searches

extension CheckpointCommand {
    struct Import: ParsableCommand, OpensInChild {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Make a run whose first weights come from a safetensors file.",
            discussion: """
                Every tensor must be a parameter of the recipe's space, with its shape; what the file does not hold is \
                initialised by the seed. Every group begins with these weights. Nothing is trained: resume goes on.
                """)
        @Argument(help: ArgumentHelp("The file, as checkpoint export writes it.", valueName: "file.safetensors"))
        var file: String
        @Option(name: .customLong("run"), help: ArgumentHelp("The new run's name.", valueName: "run"))
        var name: String
        @OptionGroup var recipe: RecipeOptions
        @OptionGroup var execution: ExecutionOptions
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: JSONOption

        var opened: String { file }

        private struct Document: Encodable {
            var schema = "espalier.import/1"
            let run: String
            let tensors: Int
            let parameters: Int
        }

        func run() throws {
            let folder = try store.folder(name)
            let imported = try ProgressiveSearch.importing(
                file, as: name, recipe: recipe.resolve(), in: folder.root, execution: execution.execution())
            if output.json {
                return try Output.json(
                    Document(run: name, tensors: imported.tensors, parameters: imported.parameters))
            }
            try Output.line(
                "run \(name) begins with \(imported.tensors) of the supernet's \(imported.parameters) tensors from \(file)"
            )
            Output.error("hint: train it with: \(folder.resumeCommand)")
        }
    }
}
