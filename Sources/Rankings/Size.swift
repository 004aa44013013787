import Foundation

/// What of a score is not explained by size: the residual of least squares of score on log(params), with intercept.
///
///     r_i = score_i - mean - slope (x_i - mean x),  x = ln params,  slope = sum (x - mean x) score / sum (x - mean x)^2
///
/// Children without a score take no part and stay nil. Where all sizes are equal (one child too) the slope is 0.
/// Source: the "lstsq" choice score of Laube's progressive shrinking code.
/// - Throws: ``RankingsError`` for lists of different lengths, NaN, and a size below 1.
/// - Cost: O(n).
package func residualAfterLogParams(_ scores: [Double?], params: [Int]) throws -> [Double?] {
    let (places, values, sizes) = try scored(scores, params)
    let (score, size) = (centred(values), centred(sizes))
    let spread = size.reduce(0) { $0 + $1 * $1 }
    let slope = spread > 0 ? zip(size, score).reduce(0) { $0 + $1.0 * $1.1 } / spread : 0
    var result = [Double?](repeating: nil, count: scores.count)
    for (k, place) in places.enumerated() { result[place] = score[k] - slope * size[k] }
    return result
}

/// Scores with a **labelled prior for size**: z(score) + weight * z(ln params), z over the children that have a score.
///
/// z(v) = (v - mean) / sd with the population deviation (ddof 0), 0 where all are equal. The result has no unit and
/// orders children only against each other. It is no measurement: whatever shows it says "with size prior, weight w".
/// Children without a score stay nil; one child gets 0.
/// - Throws: ``RankingsError`` for lists of different lengths, NaN, a size below 1 and a weight that is not finite.
/// - Cost: O(n).
package func sizePrior(_ scores: [Double?], params: [Int], weight: Double) throws -> [Double?] {
    guard weight.isFinite else { throw RankingsError("the size prior's weight is \(weight), expected a finite number") }
    let (places, values, sizes) = try scored(scores, params)
    let (score, size) = (standardised(values), standardised(sizes))
    var result = [Double?](repeating: nil, count: scores.count)
    for (k, place) in places.enumerated() { result[place] = score[k] + weight * size[k] }
    return result
}

/// The places, scores and ln(params) of the children that have a score.
private func scored(_ scores: [Double?], _ params: [Int]) throws -> (places: [Int], [Double], [Double]) {
    if params.count != scores.count {
        throw RankingsError("params holds \(params.count) values, expected \(scores.count) as in scores")
    }
    if let place = params.firstIndex(where: { $0 < 1 }) {
        throw RankingsError("params[\(place)] is \(params[place]), expected at least 1")
    }
    if let place = scores.firstIndex(where: { $0?.isFinite == false }) {
        throw RankingsError("scores[\(place)] is \(scores[place]!), expected a finite number")
    }
    let places = scores.indices.filter { scores[$0] != nil }
    return (places, places.map { scores[$0]! }, places.map { log(Double(params[$0])) })
}

/// v - mean; exactly 0 where all are equal.
private func centred(_ values: [Double]) -> [Double] {
    guard let first = values.first else { return [] }
    let shifted = values.map { $0 - first }
    let mean = shifted.reduce(0, +) / Double(shifted.count)
    return shifted.map { $0 - mean }
}

private func standardised(_ values: [Double]) -> [Double] {
    let centred = centred(values)
    let deviation = (centred.reduce(0) { $0 + $1 * $1 } / Double(max(1, centred.count))).squareRoot()
    return deviation > 0 ? centred.map { $0 / deviation } : centred
}
