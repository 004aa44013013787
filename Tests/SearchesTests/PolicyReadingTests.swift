import Foundation
import Foundations
import Policies
import Searches
import Testing

/// What a recipe's `policy:` says is what the stored recipe says again.
@Suite struct PolicyReadingTests {
    private func policies() -> [(name: String, text: String)] {
        PolicyFiles.texts.sorted { $0.key < $1.key }.map { name, text in
            // A policy file as a recipe has it inline: without its first key.
            (name, text.split(separator: "\n").filter { !$0.hasPrefix("schema:") }.joined(separator: "\n"))
        }
    }

    @Test func everyPolicyFileComesBack() throws {
        let scratch = try Scratch()
        let truth = scratch.root + "/the \"truth\" = 1.csv"
        try Data("label,gt_mean\n111,1\n".utf8).write(to: URL(filePath: truth))
        for (name, text) in policies() {
            let file = scratch.root + "/" + name
            let filled = text.replacing("truth: truth.csv", with: "truth: " + truth.quotedScalar)
            try Data("schema: espalier.policy/1\n\(filled)\n".utf8).write(to: URL(filePath: file))
            let recipe = try Micro.recipe("policy=\(file)")
            #expect(recipe.policy.use + ".yaml" == name)
            let again = try Recipe(StrictYAML.parse(recipe.text, path: "stored"))
            #expect(again == recipe, "\(name)")
            #expect(again.text == recipe.text, "\(name)")
        }
    }

    @Test func aWrappedPolicyIsNamedOrSpelledOut() throws {
        let spelled = try Micro.recipe("policy={use: regret-guard, wrap: {use: params, prefer: smaller}, rounds: 2}")
        #expect(
            spelled.policy.yaml
                == "{use: regret-guard, probation: 4, rounds: 2, wrap: {use: params, keep: 0.5, prefer: \"smaller\"}}")
        let named = try Micro.recipe("policy={use: regret-guard, wrap: random}")
        #expect(named.policy.yaml.hasSuffix("wrap: {use: random, keep: 0.5}}"))
        let error = #expect(throws: YAMLError.self) {
            try Micro.recipe("policy={use: regret-guard, wrap: {use: params, prefer: bigger}}")
        }
        #expect(error?.message.contains("params: prefer is \"bigger\", expected one of larger, smaller") == true)
        #expect(error?.exitCode == .recipe)
    }

    @Test func aTruthThatCannotBeReadIsAFileError() throws {
        let error = #expect(throws: YAMLError.self) {
            try Micro.recipe("policy={use: oracle, truth: /no/such.csv}")
        }
        #expect(error?.exitCode == .usage)
        #expect(error?.message.hasSuffix("oracle: truth: /no/such.csv: no such file") == true)
    }

    @Test func aStoredRecipeIsReadWithoutItsTruth() throws {
        let stored = "{use: oracle, keep: 0.5, truth: \"/gone.csv\", truth-sha256: \"00\"}"
        let node = try StrictYAML.parse(Micro.text, path: "stored").setting("policy=\(stored)")
        let recipe = try Recipe(node, resolvingPolicy: false)
        #expect(recipe.policy.yaml == stored)
    }
}
