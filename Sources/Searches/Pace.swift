import Foundations

/// When a round trains, when it scores and when it decides: a pure function of what has been spent.
///
/// A decision uses up to `window` scorings. They are paid from the budget, so they begin early enough for the last one to
/// end where the decision is due, one sampling cycle apart where the round is long enough, evenly spread where it is not.
struct Pace {
    /// The amount at which the decision is due, what had been spent when the round began, and one scoring and one
    /// training step of the living children, all in the budget's unit.
    let due: Double
    let start: Double
    let scoring: Double
    let step: Double
    /// Steps of one sampling cycle.
    let cycle: Int
    /// Scorings asked for.
    let window: Int

    enum Move: Equatable {
        case step
        case score
        /// Every scoring has been made.
        case decide
    }

    /// Scorings that fit into the round with a training step before each; at least one.
    var scorings: Int {
        guard scoring + step > 0 else { return window }
        return max(1, min(window, Int((due - start) / (scoring + step))))
    }

    /// The amount trained between two scorings.
    var spacing: Double {
        let room = (due - start - Double(scorings) * scoring) / Double(scorings)
        return min(Double(cycle) * step, max(step, room))
    }

    /// - Parameters:
    ///   - spent: so far, in the budget's unit.
    ///   - made: scorings of this round so far.
    ///   - trained: a step has been made since the last scoring (or since the round began).
    func move(spent: Double, made: Int, trained: Bool) -> Move {
        let left = scorings - made
        guard left > 0 else { return .decide }
        let needed = Double(left) * scoring + Double(left - 1) * spacing
        return trained && spent + needed >= due ? .score : .step
    }
}
