/// The JSON of `explain`.
extension ChildStory: Encodable {
    private enum Key: String, CodingKey { case schema, run, child, story }

    package func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: Key.self)
        try box.encode("espalier.explain/1", forKey: .schema)
        try box.encode(run, forKey: .run)
        try box.encode(child, forKey: .child)
        try box.encode(chapters, forKey: .story)
    }
}

extension ChildStory.Chapter: Encodable {
    private enum Key: String, CodingKey {
        case round, score, rank, cut, margin, confidence, decision, reason, policy
    }

    /// Every key, `null` where nothing is known.
    package func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: Key.self)
        try box.encode(round.round, forKey: .round)
        try box.encode((entry?.score).finite, forKey: .score)
        try box.encode(entry?.rank, forKey: .rank)
        try box.encode(round.cut.finite, forKey: .cut)
        try box.encode((entry?.margin).finite, forKey: .margin)
        try box.encode((entry?.confidence).finite, forKey: .confidence)
        try box.encode(fate, forKey: .decision)
        try box.encode(reason, forKey: .reason)
        try box.encode("\(round.policy) \(round.version)", forKey: .policy)
    }
}
