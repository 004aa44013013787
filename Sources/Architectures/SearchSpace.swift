import Foundation
import Foundations

/// A place where a child chooses one operator of a list.
package struct Slot: Hashable, Sendable {
    package let name: String
    package let choices: [String]

    package init(name: String, choices: [String]) {
        self.name = name
        self.choices = choices
    }
}

/// A search space: its slots, and the network that a choice at every slot makes.
///
/// A space is data, read from an `espalier.space/1` file; the built-in ones are embedded copies of such files. Two spaces
/// are equal where their canonical texts are.
package struct SearchSpace: Sendable, Hashable {
    let description: SpaceDescription
    let order: ChildOrder
    /// The canonical YAML of the space, parameters included, as stored with a run; ``load(text:path:)`` reads it back.
    package let sourceText: String

    /// Checks the network of every choice at the size the file gives. Throws ``YAMLError``.
    init(_ description: SpaceDescription) throws {
        self.description = description
        sourceText = description.root.text
        order = ChildOrder(counts: description.slots.map(\.choices.count), shuffleSeed: description.shuffleSeed)
        var builder = GraphBuilder(description, child: nil)
        _ = try builder.build(input: description.input, classes: 10)
    }

    package var name: String { description.name }
    package var about: String { description.about }
    package var slots: [Slot] { description.slots }
    /// The values in force, such as `["channels": 16, "cells": 4]`.
    package var parameters: [String: Int] {
        Dictionary(uniqueKeysWithValues: description.parameters.map { ($0.name, $0.value) })
    }

    /// The number of children; nil where it is larger than `Int.max`.
    package var count: Int? { order.count }

    /// log10 of the number of children.
    package var log10Count: Double { decimalLog(of: slots.map(\.choices.count)) }

    /// The number of children in decimal digits, however large.
    package var countText: String { decimalProduct(of: slots.map(\.choices.count)) }

    /// Whether every choice of the child exists here.
    package func contains(_ child: Child) -> Bool {
        child.choices.count == slots.count && zip(child.choices, slots).allSatisfy { $0 < $1.choices.count }
    }

    /// The operator's name at a slot.
    package func choice(of child: Child, atSlot slot: Int) -> String { slots[slot].choices[Int(child.choices[slot])] }

    package static func == (a: SearchSpace, b: SearchSpace) -> Bool { a.sourceText == b.sourceText }
    package func hash(into hasher: inout Hasher) { hasher.combine(sourceText) }

    func check(_ child: Child) {
        require(contains(child), "child \(child.choices) is not of \(name), slots \(slots.map(\.choices.count))")
    }
}

/// The sum of the decimal logarithms; minus infinity where a factor is 0.
func decimalLog(of factors: [Int]) -> Double { factors.reduce(0) { $0 + log10(Double($1)) } }

/// The exact product in decimal digits. Cost: quadratic in the digits.
func decimalProduct(of factors: [Int]) -> String {
    var digits = [1]
    for factor in factors {
        var carry = 0
        for i in digits.indices {
            carry += digits[i] * factor
            digits[i] = carry % 10
            carry /= 10
        }
        while carry > 0 {
            digits.append(carry % 10)
            carry /= 10
        }
    }
    while digits.count > 1, digits.last == 0 { digits.removeLast() }
    return digits.reversed().map(String.init).joined()
}
