import ArgumentParser
import Foundations
import Searches

struct RecipeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipe", abstract: "Print a commented recipe, or check one.",
        subcommands: [Check.self])

    @Flag(help: "Print a commented recipe with every key.") var example = false
    @Flag(name: .customLong("list"), help: "List the built-in recipes.") var list = false

    func run() throws {
        guard example || list else {
            throw Usage(message: "recipe: nothing to do", hint: "give --example, --list, or check FILE")
        }
        if list {
            for name in BuiltInRecipes.texts.keys.sorted() { try Output.line(name) }
        } else {
            try Output.write(RecipeExample.text)
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Read a recipe strictly and print it resolved.")
        @Argument(help: "A recipe file or a built-in recipe.") var file: String
        @Option(
            name: .customLong("set"), parsing: .singleValue,
            help: ArgumentHelp(
                "Replace any key of the recipe, e.g. train.batch=64; may be repeated.", valueName: "key=value"))
        var settings: [String] = []
        @OptionGroup var output: JSONOption

        private struct Document: Encodable {
            var schema = "espalier.recipe-check/1"
            let ok: Bool
            let recipe: String
        }

        func run() throws {
            let recipe = try RecipeSource.read(file, settings: settings)
            _ = try recipe.space.resolve()
            if output.json { return try Output.json(Document(ok: true, recipe: recipe.text)) }
            try Output.write(recipe.text)
        }
    }
}
