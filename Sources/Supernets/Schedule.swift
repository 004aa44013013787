import Foundations

/// The learning rate over the spent fraction of the budget.
///
///     rate = shape(f) * ramp,  ramp = max(0.01, min(1, f / warmUp)), 1 without warm-up
///
/// f is the spent fraction of the whole budget, or where the schedule restarts that of the round; warmUp is a share of the
/// same. A ramp from exactly 0 would waste its first step, and a first step's share is not known to a function of the
/// fraction alone, so the ramp starts at one hundredth.
package struct Schedule: Hashable, Sendable {
    package enum Shape: String, Sendable, CaseIterable {
        /// end + (start - end) * (1 + cos(pi f)) / 2.
        case cosine
        /// start.
        case constant
    }

    package enum Restart: String, Sendable, CaseIterable {
        /// One schedule over the whole budget.
        case none
        /// The whole schedule, warm-up included, anew in every round.
        case round
    }

    package var start: Double
    package var end: Double
    package var shape: Shape
    package var restart: Restart
    /// 0 ..< 1; 0 is none.
    package var warmUp: Double

    /// The ramp's first value.
    package static let leastRamp = 0.01

    package init(start: Double, end: Double, shape: Shape, restart: Restart = .none, warmUp: Double = 0) {
        require(0..<1 ~= warmUp, "a warm-up of \(warmUp), expected 0 to below 1")
        self.start = start
        self.end = end
        self.shape = shape
        self.restart = restart
        self.warmUp = warmUp
    }

    /// The rate of a step.
    ///
    /// - Parameters:
    ///   - fraction: of the whole budget that is spent, clamped to 0...1.
    ///   - inRound: of the amount between this round's start and its decision that is spent, clamped to 0...1; read only
    ///     where the schedule restarts.
    package func rate(at fraction: Double, inRound: Double) -> Float {
        let f = min(max(restart == .round ? inRound : fraction, 0), 1)
        let rate =
            switch shape {
            case .constant: start
            case .cosine: end + (start - end) * (1 + cosine(.pi * f)) / 2
            }
        return Float(f < warmUp ? rate * max(Schedule.leastRamp, f / warmUp) : rate)
    }

    /// The rate of a step of a schedule that does not restart.
    package func rate(at fraction: Double) -> Float {
        require(restart == .none, "a schedule that restarts needs the fraction of the round")
        return rate(at: fraction, inRound: 0)
    }
}

/// cos(x) for 0 <= x <= pi by a polynomial of our own, so that a resumed run does not depend on the C library: the
/// double-precision libm functions change bits with the CPU features they find. Absolute error below 1e-14.
func cosine(_ x: Double) -> Double {
    // cos x = -sin(x - pi/2), and the Taylor series of sin converges fast on +-pi/2.
    let y = x - Double.pi / 2
    let square = y * y
    var term = y
    var sum = y
    var k = 1.0
    while k < 24 {
        term *= -square / ((k + 1) * (k + 2))
        sum += term
        k += 2
    }
    return -sum
}
