import Foundations
import Rankings

extension ComparisonRecord {
    /// One arm against another over the seeds both have finished.
    package struct Verdict: Sendable, Hashable, Codable {
        /// What is compared, larger is better, with its unit.
        package var measure: String
        package var arm: String
        package var against: String
        /// The mean difference, its interval at `level`, and that at 90 %; nil where they cannot be had.
        @OrNull package var effect: Double? = nil
        @OrNull package var low: Double? = nil
        @OrNull package var high: Double? = nil
        package var level = 0.95
        @OrNull package var low90: Double? = nil
        @OrNull package var high90: Double? = nil
        /// Pairs.
        package var n: Int
        /// Of the exact sign-flip test, two-sided; nil below 6 pairs, where it could not fire at 5 %.
        @OrNull package var p: Double? = nil
        /// Adjusted for the other contrasts by Holm; nil for the first one, which was asked for beforehand.
        @OrNull package var adjustedP: Double? = nil
        /// The smallest p so many pairs can have.
        @OrNull package var attainableP: Double? = nil
        /// The difference that would have been found with a chance of 80 %.
        @OrNull package var detectableEffect: Double? = nil
        /// Of the effect, from the error of the truth table alone.
        @OrNull package var tableError: Double? = nil
        /// Of the two arms' outcomes over the pairs.
        @OrNull package var correlation: Double? = nil
        /// Descriptions, no tests of record.
        @OrNull package var wilcoxonP: Double? = nil
        @OrNull package var signP: Double? = nil
        package var gains = 0
        package var losses = 0
        package var conclusion: Conclusion
        /// Why there is no verdict, or none but `inconclusive`.
        @OrNull package var reason: String?

        package init(measure: String, arm: String, against: String, n: Int, conclusion: Conclusion, reason: String?) {
            self.measure = measure
            self.arm = arm
            self.against = against
            self.n = n
            self.conclusion = conclusion
            self.reason = reason
        }
    }

    /// Another measure of the same pairs. Interval and p are nil where so few pairs cannot test so many measures.
    package struct Secondary: Sendable, Hashable, Codable {
        package var measure: String
        package var effect: Double
        @OrNull package var low: Double?
        @OrNull package var high: Double?
        package var n: Int
        @OrNull package var p: Double?
        /// By Holm over all secondary measures.
        @OrNull package var adjustedP: Double?
    }
}
