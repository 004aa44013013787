/// What a scoring says of one choice at one slot.
package struct OperatorScore: Sendable, Hashable {
    package let slot: Int
    package let choice: Int
    /// Children with the choice that have a score.
    package let count: Int
    /// The mean of their scores; nil where none has one.
    package let mean: Double?
    /// The choice's ridge effect, in the scores' unit, relative to its slot's average; nil where `mean` is.
    package let effect: Double?
}

extension MainEffects {
    /// Every slot and choice that some child has, slot by slot, choices ascending.
    ///
    /// - Parameters: `choices` and `scores` as the fit was given them, or others of the same space.
    /// - Cost: n children times slots.
    package func operatorScores(choices: [[Int]], scores: [Double?]) -> [OperatorScore] {
        effects.indices.flatMap { slot -> [OperatorScore] in
            var members: [Int: [Double]] = [:]
            for (row, score) in zip(choices, scores) {
                members[row[slot], default: []] += score.map { [$0] } ?? []
            }
            return members.sorted { $0.key < $1.key }.map { choice, values in
                OperatorScore(
                    slot: slot, choice: choice, count: values.count,
                    mean: values.isEmpty ? nil : values.reduce(0, +) / Double(values.count),
                    effect: effects[slot][choice])
            }
        }
    }
}
