import ArgumentParser
import Commands
import Foundation
import Testing

extension CommandLineTests {
    @Test func everyVerbHelps() throws {
        let scratch = try Scratch()
        for verb in verbs(Espalier.self) {
            let help = try Program.run(verb + ["--help"], in: scratch)
            #expect(help.status == 0 && help.errors == "")
            try expectGolden(help.output, (["help"] + verb).joined(separator: "-"))
            // `help VERB` says the same.
            if verb.count == 1 {
                #expect(try Program.run(["help"] + verb, in: scratch).output == help.output)
            }
        }
    }

    @Test func theVersionIsOneLine() throws {
        let version = try Program.run(["--version"], in: Scratch())
        #expect(version.status == 0 && version.output.wholeMatch(of: /espalier [0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
    }

    @Test func thePageListsEveryVerb() throws {
        let page = try String(contentsOfFile: Program.repository + "/docs/command-line.md", encoding: .utf8)
        for verb in verbs(Espalier.self) where !verb.isEmpty {
            #expect(page.contains("`\(verb.joined(separator: " "))"), "\(verb) is not in docs/command-line.md")
        }
    }

    /// All verbs and their own verbs, the program itself as the empty one; those with verbs of their own stand first.
    private func verbs(_ command: any ParsableCommand.Type, _ path: [String] = []) -> [[String]] {
        [path]
            + command.configuration.subcommands.flatMap { verbs($0, path + [$0.configuration.commandName ?? "?"]) }
    }
}
