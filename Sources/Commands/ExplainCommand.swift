import ArgumentParser
import Checkpoints
import Foundations
import Reports
import Searches

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Tell why a child was kept or dropped, round by round.")

    @Argument(help: ArgumentHelp("The run.", valueName: "run")) var name: String
    @Argument(help: "The child, by label or genotype.") var child: String
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: JSONOption

    func run() throws {
        let folder = try store.folder(name)
        let (recorded, open) = try store.recorded(name)
        defer { open.close() }
        let story = try recorded.story(of: child)
        if output.json { return try Output.json(story) }
        let label = story.child
        let export = "checkpoint export \(name) --child \(label) --out \(label).safetensors"
        // Weights are stored from the first checkpoint on.
        let advice =
            recorded.images == nil
            ? []
            : [
                "score it: \(folder.command("evaluate \(name) \(label)"))",
                "take its weights: \(folder.command(export))",
            ]
        try Output.write(story.text(advice: advice))
    }
}
