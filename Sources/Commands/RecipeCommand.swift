import ArgumentParser
import Foundations
import Searches

struct RecipeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipe", abstract: "Print a commented recipe, or check one.",
        subcommands: [Check.self])

    @Flag(help: "Print a commented recipe with every key.") var example = false
    @Flag(name: .customLong("list"), help: "List the built-in recipes.") var list = false

    func validate() throws {
        guard example || list else { throw ValidationError("give --example, --list, or the subcommand check FILE") }
    }

    func run() throws {
        if list {
            for name in BuiltInRecipes.texts.keys.sorted() { Output.line(name) }
        } else {
            Output.write(RecipeExample.text, to: .standardOutput)
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Read a recipe strictly and print it resolved.")
        @Argument(help: "A recipe file or a built-in recipe.") var file: String
        @OptionGroup var output: JSONOption

        private struct Document: Encodable {
            var schema = "espalier.recipe-check/1"
            let ok: Bool
            let recipe: String
        }

        func run() throws {
            let recipe = try RecipeSource.read(file)
            _ = try recipe.space.resolve()
            if output.json { return Output.json(Document(ok: true, recipe: recipe.text)) }
            Output.write(recipe.text, to: .standardOutput)
        }
    }
}
