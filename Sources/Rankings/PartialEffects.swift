import Foundations

/// By how many places a feature lifts a ranking given the truth: for each feature f alone the coefficient c of the least
/// squares fit
///
///     place of the score = a + b (place of the truth) + c f,   places from 1, the worst, equals share their mean place
///
/// Places have no unit, so loss and accuracy are treated alike. For a feature of zeros and ones c is the number of places
/// by which children that have it stand higher than others of equal truth.
///
/// A coefficient is nil where the feature is constant or follows from the place of the truth (to 1e-9 of its variance).
struct PartialEffects: Sendable {
    /// Without their means, one list a feature.
    private let features: [[Double]]
    private let squares: [Double]
    private let count: Int

    init(_ features: [[Double]]) {
        self.features = features.map { values in
            let mean = values.reduce(0, +) / Double(max(1, values.count))
            return values.map { $0 - mean }
        }
        squares = self.features.map { $0.reduce(0) { $0 + $1 * $1 } }
        count = features.first?.count ?? 0
    }

    /// - Parameter scores, truth: places, one a child.
    /// - Cost: two products of n numbers a feature.
    func values(scores: [Double], truth: [Double]) -> [Double?] {
        require(scores.count == truth.count, "\(scores.count) scores, \(truth.count) truths")
        // Places run from 1 to n, so their mean is known.
        let middle = Double(truth.count + 1) / 2
        var tt = 0.0
        var ts = 0.0
        for (s, t) in zip(scores, truth) {
            tt += (t - middle) * (t - middle)
            ts += (t - middle) * (s - middle)
        }
        return zip(features, squares).map { feature, ff in
            var ft = 0.0
            var fs = 0.0
            for place in feature.indices {
                ft += feature[place] * (truth[place] - middle)
                fs += feature[place] * (scores[place] - middle)
            }
            let free = ff * tt - ft * ft
            return free > 1e-9 * ff * tt && ff > 0 ? (fs * tt - ft * ts) / free : nil
        }
    }
}

/// The coefficients of ``PartialEffects`` for scores and truths as they are, larger is better.
///
/// - Throws: ``RankingsError`` for lists of different lengths and NaN.
package func partialEffects(scores: [Double], truth: [Double], features: [[Double]]) throws -> [Double?] {
    try refuseUnordered(
        [("scores", scores), ("truth", truth)] + features.enumerated().map { ("feature \($0)", $1) })
    return PartialEffects(features).values(
        scores: try ranks(scores, from: .smallest), truth: try ranks(truth, from: .smallest))
}
