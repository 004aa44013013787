import Searches

/// Everything that decides a run, read, checked and complete. With its data set it *is* the run: two runs of equal
/// recipes have equal bytes.
///
/// Made by ``Searcher/recipe(_:policy:seed:settings:)`` and ``Searcher/recipe(text:name:)``.
public struct SearchRecipe: Sendable, Hashable {
    let recipe: Recipe
    /// What runs of it are called where nobody says otherwise: the file's name without its ending.
    public let name: String

    /// The recipe as YAML with every key spelt out, as it is stored with a run. Reading it gives an equal recipe.
    public var text: String { recipe.text }
    /// The policy that decides, with every parameter.
    public var policy: PolicySpecification { recipe.policy }
}
