import Espalier
import Testing

@Suite struct RecipeTests {
    private let searcher = Searcher(policies: [.keepOne])

    @Test func everyBuiltInIsRead() throws {
        #expect(Searcher.builtInRecipes.contains("demo"))
        for name in Searcher.builtInRecipes {
            let recipe = try searcher.recipe(name)
            #expect(recipe.name == name)
            #expect(try searcher.recipe(text: recipe.text, name: name) == recipe)
        }
    }

    @Test func settingsGoBeforeTheRecipe() throws {
        let recipe = try searcher.recipe(policy: "keep-one", seed: 9, settings: ["train.batch=48"])
        #expect(recipe.policy == PolicySpecification(use: "keep-one") && recipe.text.contains("batch: 48"))
        #expect(try searcher.recipe(seed: 9) != searcher.recipe(seed: 8))
    }

    @Test func whatIsWrongIsSaid() async throws {
        let nowhere = try await failure { try searcher.recipe("demoo") }
        #expect(nowhere.exitStatus == 2 && nowhere.hint == "did you mean demo?")
        let unknown = try await failure { try searcher.recipe(text: Workplace.text(policy: "keep-on"), name: "mine") }
        #expect(unknown.exitStatus == 3 && unknown.kind == "recipe" && unknown.message.hasPrefix("mine:10"))
        #expect("\(unknown)".contains("did you mean keep-one?"))
        // What nobody registered is not known.
        let other = try await failure { try Searcher().recipe(policy: "keep-one") }
        #expect(other.exitStatus == 3)
        let key = try await failure { try searcher.recipe(settings: ["train.bacth=3"]) }
        #expect(key.exitStatus == 3)
    }
}
