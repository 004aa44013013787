/// Drops the lowest choices, whatever their slot, and every child that has one: pruning for spaces too large to list.
///
/// A choice's score is, by the parameter `by`, larger is better:
/// - `mean`: the mean of ``Survivor/mean`` over the survivors that have the choice;
/// - `effect`: its additive effect on that mean, the other slots held equal (ridge regression);
/// - `angle`: the angle its weights have turned since they were drawn, in radians (Hu et al., "Angle-based search space
///   shrinking for neural architecture search", ECCV 2020).
///
/// The scores are those in ``Standing/operators``; see `ChoiceScores` for what happens where they are missing. All
/// living choices are ranked together. From the lowest on, choices are dropped until there are enough; one is passed
/// over that is the last of its slot, or without which no survivor would be left. A choice without a score is never
/// dropped. Equal scores are ordered by a draw keyed by (seed, round, slot, choice).
///
/// Survivors on probation are treated as all others.
///
/// - Cost: O(survivors * slots + c log c + dropped * survivors) for c choices.
public struct DropOperators: PruningPolicy {
    /// What a choice is scored by.
    public enum Measure: String, Sendable, CaseIterable {
        /// The mean of the survivors that have it.
        case mean
        /// Its additive effect on that mean.
        case effect
        /// The angle its weights have turned.
        case angle
    }

    public let name = "drop-operators"
    public let version = "1"
    /// What a choice is scored by.
    public let by: Measure
    /// How many choices a decision drops: a whole number from 1, or below 1 a share of the living choices, rounded up.
    public let drop: Double

    /// - Throws: ``PolicyError`` (status 3) for a drop that is neither a share in 0 < drop < 1 nor a whole number.
    public init(by: Measure = .mean, drop: Double = 1) throws {
        guard drop > 0, drop.isFinite, drop < 1 || drop == drop.rounded() else {
            throw PolicyError(
                "drop-operators: drop is \(drop), expected a whole number, or a share above 0 and below 1",
                exitCode: .recipe)
        }
        self.by = by
        self.drop = drop
    }

    /// How many of so many living choices are dropped, where that is possible.
    public func dropped(of choices: Int) -> Int {
        drop < 1 ? max(1, roundedUp(drop * Double(choices))) : Int(min(drop, Double(choices)))
    }

    /// Survivors without a dropped choice stay, best first.
    public func decide(_ standing: Standing) async throws -> Verdict {
        let scores = ChoiceScores(standing, by: by)
        let wanted = dropped(of: scores.living)
        var left = scores.livingBySlot
        var keep = standing.bestFirst()
        var dropped: [Verdict.Dropped] = []
        var choices: [Verdict.DroppedChoice] = []
        for (place, choice) in scores.lowestFirst.enumerated() where choices.count < wanted && left[choice.slot] > 1 {
            let rest = keep.filter { !choice.isHeld(by: $0) }
            if rest.isEmpty { continue }
            let slot = standing.space.slots[choice.slot].name
            let reason = "\(choice.words), rank \(scores.lowestFirst.count - place) of \(scores.lowestFirst.count)"
            choices.append(.init(slot: slot, choice: choice.name, reason: "\(reason), the lowest \(wanted) go"))
            dropped += keep.filter { choice.isHeld(by: $0) }.map {
                .init(child: $0.child, reason: "\($0.meanInWords), has \(choice.name) at \(slot): \(reason)")
            }
            keep = rest
            left[choice.slot] -= 1
        }
        return Verdict(keep: keep.map(\.child), dropped: dropped, dropChoices: choices, state: standing.state)
    }
}
