import Rankings

extension ComparisonRecord {
    /// One arm against another over the seeds both have finished.
    package struct Verdict: Sendable, Hashable, Codable {
        /// What is compared, larger is better, with its unit.
        package var measure: String
        package var arm: String
        package var against: String
        /// The mean difference, its interval at `level`, and that at 90 %; nil where they cannot be had.
        package var effect: Double?
        package var low: Double?
        package var high: Double?
        package var level = 0.95
        package var low90: Double?
        package var high90: Double?
        /// Pairs.
        package var n: Int
        /// Of the exact sign-flip test, two-sided; nil below 6 pairs, where it could not fire at 5 %.
        package var p: Double?
        /// Adjusted for the other contrasts by Holm; nil for the first one, which was asked for beforehand.
        package var adjustedP: Double?
        /// The smallest p so many pairs can have.
        package var attainableP: Double?
        /// The difference that would have been found with a chance of 80 %.
        package var detectableEffect: Double?
        /// Of the effect, from the error of the truth table alone.
        package var tableError: Double?
        /// Of the two arms' outcomes over the pairs.
        package var correlation: Double?
        /// Descriptions, no tests of record.
        package var wilcoxonP: Double?
        package var signP: Double?
        package var gains = 0
        package var losses = 0
        package var conclusion: Conclusion
        /// Why there is no verdict.
        package var reason: String?

        package init(measure: String, arm: String, against: String, n: Int, conclusion: Conclusion, reason: String?) {
            self.measure = measure
            self.arm = arm
            self.against = against
            self.n = n
            self.conclusion = conclusion
            self.reason = reason
        }

        package func encode(to encoder: any Encoder) throws {
            var box = encoder.container(keyedBy: CodingKeys.self)
            try box.encode(measure, forKey: .measure)
            try box.encode(arm, forKey: .arm)
            try box.encode(against, forKey: .against)
            try box.encode(effect.finite, forKey: .effect)
            try box.encode(low.finite, forKey: .low)
            try box.encode(high.finite, forKey: .high)
            try box.encode(level, forKey: .level)
            try box.encode(low90.finite, forKey: .low90)
            try box.encode(high90.finite, forKey: .high90)
            try box.encode(n, forKey: .n)
            try box.encode(p, forKey: .p)
            try box.encode(adjustedP, forKey: .adjustedP)
            try box.encode(attainableP, forKey: .attainableP)
            try box.encode(detectableEffect.finite, forKey: .detectableEffect)
            try box.encode(tableError.finite, forKey: .tableError)
            try box.encode(correlation.finite, forKey: .correlation)
            try box.encode(wilcoxonP, forKey: .wilcoxonP)
            try box.encode(signP, forKey: .signP)
            try box.encode(gains, forKey: .gains)
            try box.encode(losses, forKey: .losses)
            try box.encode(conclusion, forKey: .conclusion)
            try box.encode(reason, forKey: .reason)
        }
    }

    /// Another measure of the same pairs.
    package struct Secondary: Sendable, Hashable, Codable {
        package var measure: String
        package var effect: Double
        package var low: Double?
        package var high: Double?
        package var n: Int
        package var p: Double
        /// By Holm over all secondary measures.
        package var adjustedP: Double
    }
}
