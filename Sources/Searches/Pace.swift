import Foundations

/// When a round trains, when it scores and when it decides: a pure function of what has been spent.
///
/// A decision uses up to `window` scorings. They are paid from the budget, so they begin early enough for the last one to
/// end where the decision is due, one sampling cycle apart where the round is long enough, evenly spread where it is not.
package struct Pace: Sendable {
    /// The amount at which the decision is due, what had been spent when the round began, and one scoring and one
    /// training step of the living children, all in the budget's unit.
    package let due: Double
    package let start: Double
    package let scoring: Double
    package let step: Double
    /// Steps of one sampling cycle.
    package let cycle: Int
    /// Scorings asked for.
    package let window: Int

    package enum Move: Equatable, Sendable {
        case step
        case score
        /// Every scoring has been made.
        case decide
    }

    /// Scorings that fit into the round with a training step before each; at least one.
    package var scorings: Int {
        guard scoring + step > 0 else { return window }
        // Compared before it is made whole: a quotient may be larger than any Int.
        let fitting = (due - start) / (scoring + step)
        return fitting >= Double(window) ? window : fitting >= 1 ? Int(fitting) : 1
    }

    /// The amount trained between two scorings.
    package var spacing: Double {
        let room = (due - start - Double(scorings) * scoring) / Double(scorings)
        return min(Double(cycle) * step, max(step, room))
    }

    package init(due: Double, start: Double, scoring: Double, step: Double, cycle: Int, window: Int) {
        self.due = due
        self.start = start
        self.scoring = scoring
        self.step = step
        self.cycle = cycle
        self.window = window
    }

    /// - Parameters:
    ///   - spent: so far, in the budget's unit.
    ///   - made: scorings of this round so far.
    ///   - trained: a step has been made since the last scoring (or since the round began).
    package func move(spent: Double, made: Int, trained: Bool) -> Move {
        let left = scorings - made
        guard left > 0 else { return .decide }
        let needed = Double(left) * scoring + Double(left - 1) * spacing
        // 7 % of 100 steps are 7 steps, not the 7.000000000000001 of binary numbers.
        return trained && spent + needed >= due * (1 - 1e-12) ? .score : .step
    }
}
