import Architectures
import Datasets

extension BuiltInTruths {
    /// The truth that belongs to a recipe's space and images, where one is built in: stand-alone accuracies on the
    /// built-in images are known for the 64 children of one cell. How arms train is not part of it.
    package static func fitting(_ recipe: Recipe) -> (name: String, text: String)? {
        let name = "synthetic_64"
        guard recipe.space.use == "deeper-insights", recipe.space.parameters == ["cells": 1],
            recipe.data.set == "synthetic", recipe.data.synthetic == SyntheticRecipe(), recipe.data.resize == nil
        else { return nil }
        return texts[name].map { ("docs/results/\(name).csv", $0) }
    }
}
