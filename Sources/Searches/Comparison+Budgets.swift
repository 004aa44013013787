import Architectures
import Foundation

extension Comparison {
    /// Recipes whose equal budgets in images, steps or epochs have become equal multiply-adds.
    package struct Equalised: Sendable {
        package let recipes: [Recipe]
        /// What the common budget was; nil where it was multiply-adds already.
        package let from: Budget?
        package let macs: Double
    }

    /// Gives recipes of one budget that is not in multiply-adds the multiply-adds that the first of them is foreseen to
    /// charge within it, to three digits: equal images are no equal cost, since a scored one costs a third of a trained
    /// one.
    ///
    /// - Throws: ``SearchError/unequalArms(_:)`` where the budgets are not all the same,
    ///   ``SearchError/budgetTooLarge(budget:macs:)``; what opening the data set throws.
    package static func equalised(_ recipes: [(name: String, recipe: Recipe)], data: String?) throws -> Equalised {
        let budgets = recipes.map(\.recipe.train.budget)
        if budgets.allSatisfy({ $0.unit == .macs }) {
            return Equalised(recipes: recipes.map(\.recipe), from: nil, macs: budgets[0].amount)
        }
        guard Set(budgets).count == 1 else {
            let texts = recipes.map { "\($0.name) \($0.recipe.train.budget.text)" }
            throw SearchError.unequalArms("the arms spend unequal budgets: \(texts.joined(separator: ", "))")
        }
        let first = recipes[0].recipe
        let dataset = try first.data.open(folder: data)
        let ground = try Foresight.Ground(first, space: first.space.resolve(), dataset: dataset)
        let exact = Foresight(first, ground).macs
        let scale = pow(10, (log10(max(1, exact))).rounded(.down) - 2)
        let macs = max(1, (exact / scale).rounded() * scale)
        guard macs <= Budget.mostMACs else {
            throw SearchError.budgetTooLarge(
                budget: "\(Int(budgets[0].amount)) \(budgets[0].unit.rawValue)", macs: macs)
        }
        return Equalised(
            recipes: recipes.map {
                var recipe = $0.recipe
                recipe.train.budget = Budget(.macs, macs)
                return recipe
            }, from: budgets[0], macs: macs)
    }
}

extension Budget {
    /// What a recipe can spell; more could not be read back from a run's own recipe.
    static let mostMACs = 1e18
}
