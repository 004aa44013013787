import Foundations

extension Verdict {
    /// The keys of a verdict's JSON, in the order of the contract.
    enum CodingKeys: String, CodingKey, CaseIterable {
        case keep, dropped, dropChoices, probation, regroup, nextBudgetFraction, stop, state
    }

    /// Reads a verdict; `protocol` and `requestId` of the wire's envelope may stand beside it.
    ///
    /// - Throws: ``PolicyError`` for an unknown key, with the nearest known one; `DecodingError` for a missing `keep`
    ///   or `dropped` and for a value of another type.
    public init(from decoder: any Decoder) throws {
        let envelope = ["protocol", "requestId"]
        try refuseUnknownKeys(decoder, known: CodingKeys.allCases.map(\.rawValue) + envelope, in: "the verdict")
        let box = try decoder.container(keyedBy: CodingKeys.self)
        keep = try box.decode([String].self, forKey: .keep)
        dropped = try box.decode([Dropped].self, forKey: .dropped)
        dropChoices = try box.decodeIfPresent([DroppedChoice].self, forKey: .dropChoices) ?? []
        probation = try box.decodeIfPresent([String].self, forKey: .probation) ?? []
        regroup = try box.decodeIfPresent(Regroup.self, forKey: .regroup)
        nextBudgetFraction = try box.decodeIfPresent(Double.self, forKey: .nextBudgetFraction)
        stop = try box.decodeIfPresent(Bool.self, forKey: .stop) ?? false
        state = try box.decodeIfPresent(String.self, forKey: .state)
    }
}

extension Verdict.Dropped {
    enum CodingKeys: String, CodingKey, CaseIterable { case child, reason }

    /// Reads `{"child": ..., "reason": ...}` and nothing else.
    public init(from decoder: any Decoder) throws {
        try refuseUnknownKeys(decoder, known: CodingKeys.allCases.map(\.rawValue), in: "an item of dropped")
        let box = try decoder.container(keyedBy: CodingKeys.self)
        child = try box.decode(String.self, forKey: .child)
        reason = try box.decode(String.self, forKey: .reason)
    }
}

extension Verdict.DroppedChoice {
    enum CodingKeys: String, CodingKey, CaseIterable { case slot, choice, reason }

    /// Reads `{"slot": ..., "choice": ..., "reason": ...}` and nothing else.
    public init(from decoder: any Decoder) throws {
        try refuseUnknownKeys(decoder, known: CodingKeys.allCases.map(\.rawValue), in: "an item of dropChoices")
        let box = try decoder.container(keyedBy: CodingKeys.self)
        slot = try box.decode(String.self, forKey: .slot)
        choice = try box.decode(String.self, forKey: .choice)
        reason = try box.decode(String.self, forKey: .reason)
    }
}

extension Verdict.Regroup {
    enum CodingKeys: String, CodingKey, CaseIterable { case by, count }

    /// Reads `{"by": ..., "count": ...}` and nothing else.
    public init(from decoder: any Decoder) throws {
        try refuseUnknownKeys(decoder, known: CodingKeys.allCases.map(\.rawValue), in: "regroup")
        let box = try decoder.container(keyedBy: CodingKeys.self)
        by = try box.decode(String.self, forKey: .by)
        count = try box.decode(Int.self, forKey: .count)
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// Refuses an object with a key that is not known, naming the nearest that is.
func refuseUnknownKeys(_ decoder: any Decoder, known: [String], in place: String) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
    guard let unknown = keys.first(where: { !known.contains($0) }) else { return }
    let near = nearestName(to: unknown, among: known).map { "did you mean \($0)?" } ?? ""
    throw PolicyError("unknown key \(unknown.debugDescription) in \(place)", hint: near)
}
