extension PairedScores: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case children, images, steps, cycle, means, lasting, passing
    }

    /// Reads all seven keys and no other.
    ///
    /// - Throws: ``PolicyError`` for an unknown key and for sizes that do not fit; `DecodingError` for a missing key and a
    ///   value of another type.
    public init(from decoder: any Decoder) throws {
        try refuseUnknownKeys(decoder, known: CodingKeys.allCases.map(\.rawValue), in: "pairs")
        let box = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            children: box.decode([String].self, forKey: .children), images: box.decode(Int.self, forKey: .images),
            steps: box.decode([Int].self, forKey: .steps), cycle: box.decode(Int.self, forKey: .cycle),
            means: box.decode([[Double]].self, forKey: .means), lasting: box.decode([Double].self, forKey: .lasting),
            passing: box.decode([Double].self, forKey: .passing))
    }
    /// Writes all seven keys.
    public func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(children, forKey: .children)
        try box.encode(images, forKey: .images)
        try box.encode(steps, forKey: .steps)
        try box.encode(cycle, forKey: .cycle)
        try box.encode(means, forKey: .means)
        try box.encode(lasting, forKey: .lasting)
        try box.encode(passing, forKey: .passing)
    }
}
