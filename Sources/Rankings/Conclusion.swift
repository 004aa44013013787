/// What a paired comparison comes to.
package enum Conclusion: String, Sendable, Hashable, Codable {
    /// p <= .05, and the 95 % interval lies above 0.
    case better
    /// p <= .05, and the 95 % interval lies below 0.
    case worse
    /// The 90 % interval lies within the margin on both sides of 0: two one-sided tests at 5 %.
    case equivalent
    case inconclusive
    /// The arms did not spend the same.
    case refused
    /// Too few pairs for a verdict, or nothing to judge by.
    case none

    /// Fewer pairs than this have no test at 5 %: the smallest p of five is .0625.
    package static let pairsForATest = 6
    /// Fewer name no winner.
    package static let pairsForAWinner = 8
    /// Fewer get no verdict.
    package static let pairsForAVerdict = 10
    /// Points of accuracy within which two arms count as equivalent.
    package static let margin = 0.15

    /// - Parameter margin: in the unit of the comparison's values; nil where no difference counts as small.
    package init(_ comparison: PairedComparison, margin: Double? = Conclusion.margin) {
        guard comparison.count >= Self.pairsForAVerdict, let wide = comparison.interval(level: 0.95) else {
            self = .none
            return
        }
        let narrow = comparison.interval(level: 0.9)
        if comparison.pValue <= 0.05, wide.low > 0 {
            self = .better
        } else if comparison.pValue <= 0.05, wide.high < 0 {
            self = .worse
        } else if let margin, let narrow, narrow.low >= -margin, narrow.high <= margin {
            self = .equivalent
        } else {
            self = .inconclusive
        }
    }
}
