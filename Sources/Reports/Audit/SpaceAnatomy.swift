/// What the children of a run are made of: what an audit has to know of a space.
package struct SpaceAnatomy: Sendable, Hashable {
    package struct Slot: Sendable, Hashable {
        package let name: String
        package let choices: [String]

        package init(name: String, choices: [String]) { (self.name, self.choices) = (name, choices) }
    }

    package struct Child: Sendable, Hashable {
        /// The place of its choice at each slot.
        package let choices: [Int]
        package let params: Int
        /// Multiply-adds of one image.
        package let macs: Int
        /// Layers with weights on the longest way through it.
        package let depth: Int

        package init(choices: [Int], params: Int, macs: Int, depth: Int) {
            (self.choices, self.params, self.macs, self.depth) = (choices, params, macs, depth)
        }
    }

    package let slots: [Slot]
    /// By label.
    package let children: [String: Child]

    package init(slots: [Slot], children: [String: Child]) { (self.slots, self.children) = (slots, children) }

    /// Every operator of the space, in the order of its first appearance.
    package var operators: [String] {
        var seen: Set<String> = []
        return slots.flatMap(\.choices).filter { seen.insert($0).inserted }
    }

    /// How many slots of a child hold an operator; 0 for a child that is not known.
    package func uses(of name: String, in child: String) -> Int {
        guard let choices = children[child]?.choices else { return 0 }
        return zip(slots, choices).count { $0.choices[$1] == name }
    }

    package func has(_ child: String, choice: String, atSlot slot: String) -> Bool {
        guard let choices = children[child]?.choices else { return false }
        return zip(slots, choices).contains { $0.name == slot && $0.choices[$1] == choice }
    }
}
