extension Standing {
    /// A place where a choice is made.
    public struct Slot: Sendable, Hashable, Codable {
        /// The slot's name, such as `0->1`.
        public var name: String
        /// The choices still allowed, by name.
        public var choices: [String]
        /// How a child's `choices` number them: `indices[i]` stands for `choices[i]`. In JSON only where choices have
        /// been dropped, so that it is not 0, 1, 2, ...
        public var indices: [Int]

        /// A slot from its parts; `indices` left out are 0, 1, 2, ...
        public init(name: String, choices: [String], indices: [Int]? = nil) {
            self.name = name
            self.choices = choices
            self.indices = indices ?? Array(choices.indices)
        }

        enum CodingKeys: String, CodingKey { case name, choices, indices }

        /// Reads a slot; `indices` may be left out.
        public init(from decoder: any Decoder) throws {
            let box = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                name: try box.decode(String.self, forKey: .name),
                choices: try box.decode([String].self, forKey: .choices),
                indices: try box.decodeIfPresent([Int].self, forKey: .indices))
        }

        /// Writes `indices` only where they are not 0, 1, 2, ...
        public func encode(to encoder: any Encoder) throws {
            var box = encoder.container(keyedBy: CodingKeys.self)
            try box.encode(name, forKey: .name)
            try box.encode(choices, forKey: .choices)
            if indices != Array(choices.indices) { try box.encode(indices, forKey: .indices) }
        }

        /// The name of a choice as a child's `choices` number it; nil where it is no longer allowed.
        public func name(of index: Int) -> String? {
            indices.firstIndex(of: index).flatMap { choices.indices.contains($0) ? choices[$0] : nil }
        }
    }

    /// The survivors that train: all but those on probation.
    public var training: [Survivor] { survivors.filter { !$0.probation } }

    /// True where `survivors` are all there are; false where they are a scored sample of more.
    public var isListed: Bool { training.count >= space.alive }

    /// True where a child has this choice in this slot.
    public func has(_ survivor: Survivor, _ choice: String, in slot: String) -> Bool {
        guard let place = space.slots.firstIndex(where: { $0.name == slot }), place < survivor.choices.count else {
            return false
        }
        return space.slots[place].name(of: survivor.choices[place]) == choice
    }
}
