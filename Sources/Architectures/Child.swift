/// A child architecture: the choice made at each slot of its search space, as an index into the space's operators.
///
/// A child is a value. No layer and no supernet remembers which child is active; whoever needs one is given it.
package struct Child: Hashable, Sendable, Comparable {
    package let choices: [UInt8]

    package init(_ choices: [UInt8]) { self.choices = choices }

    /// Lexicographic by choices, first slot most significant: the order of a space's indices,
    /// unless it declares a published one.
    package static func < (a: Child, b: Child) -> Bool { a.choices.lexicographicallyPrecedes(b.choices) }
}
