import Foundations
import Searches

extension Searcher {
    /// The names of the built-in recipes, in alphabetical order.
    public static var builtInRecipes: [String] { BuiltInRecipes.texts.keys.sorted() }

    /// Reads a recipe file or a built-in recipe, as `espalier search` does.
    ///
    /// - Parameters: `source`, a file or the name of a built-in recipe; `policy`, a policy's name or a policy file, in
    ///   place of the recipe's; `seed`, in place of the recipe's; `settings`, such as `train.batch=64`, last of all.
    /// - Throws: ``SearchFailure``: status 2 where there is no such recipe, 3 for what is wrong in it.
    public func recipe(
        _ source: String = "demo", policy: String? = nil, seed: UInt64? = nil, settings: [String] = []
    ) throws -> SearchRecipe {
        try known {
            SearchRecipe(
                recipe: try RecipeSource.read(source, policy: policy, seed: seed, settings: settings),
                name: RecipeSource.title(source))
        }
    }

    /// Reads a recipe from its text.
    ///
    /// - Parameters: `text`, YAML of the schema `espalier.recipe/1`; `name`, what errors call it and what its runs may
    ///   be called.
    /// - Throws: ``SearchFailure`` with status 3, naming the line.
    public func recipe(text: String, name: String = "recipe") throws -> SearchRecipe {
        try known { SearchRecipe(recipe: try Recipe(StrictYAML.parse(text, path: name)), name: name) }
    }
}
