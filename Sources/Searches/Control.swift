import Architectures
import Foundations
import Policies

/// An arm that isolates one thing a recipe does: made from the recipe under test by a pure function.
package struct Control: Sendable {
    /// The arm's name.
    package let name: String
    /// What the difference to the recipe under test shows.
    package let isolates: String
    private let make: @Sendable (Recipe, Ground) throws -> Made

    /// What a control may need beside the recipe.
    package struct Ground: Sendable {
        /// A truth table's file, for the oracle.
        package let truth: String?
        /// Children of the space; nil where they are more than a scoring's sample.
        package let children: Int?

        package init(_ recipe: Recipe, truth: String? = nil) throws {
            self.truth = truth
            children = try recipe.listedChildren(of: recipe.space.resolve())?.count
        }
    }

    /// A control made.
    package enum Made: Sendable, Equatable {
        case recipe(Recipe)
        /// No run: worked out from another control's recorded scorings, with the cuts of the recipe under test.
        case paper(of: String)
        /// The recipe leaves nothing to isolate, or nothing to isolate it with.
        case impossible(because: String)
    }

    init(_ name: String, isolates: String, make: @escaping @Sendable (Recipe, Ground) throws -> Made) {
        self.name = name
        self.isolates = isolates
        self.make = make
    }

    /// The control of a recipe.
    ///
    /// - Throws: ``PolicyError`` where the truth table cannot be read.
    package func recipe(from recipe: Recipe, _ ground: Ground) throws -> Made {
        let made = try make(recipe, ground)
        return made == .recipe(recipe) ? .impossible(because: "it is the recipe itself") : made
    }

    /// The arm this control adds to a comparison; nil where it is impossible.
    package func arm(from recipe: Recipe, _ ground: Ground) throws -> Comparison.Arm? {
        switch try self.recipe(from: recipe, ground) {
        case .recipe(let made): Comparison.Arm(name: name, recipe: made, purpose: isolates)
        case .paper(let source): Comparison.Arm(name: name, recipe: recipe, purpose: isolates, paperOf: source)
        case .impossible: nil
        }
    }
}
