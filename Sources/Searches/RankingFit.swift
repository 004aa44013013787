import Foundation
import Foundations
import Rankings

/// What a recipe makes of mean scores before anybody is ranked, in this order: what is left after log(params), smoothing
/// by main effects, a labelled size prior. Each step is a function of `Rankings`.
struct RankingFit {
    struct Fitted {
        let values: [Double]
        /// Nil where a score is used as it is, and its own error holds.
        let standardErrors: [Double?]
        /// What an error of a score has to be multiplied with.
        let scale: Double
        let effects: MainEffects
    }

    let model: Recipe.RankingModel
    /// [n][slots], choices of each slot, and learnt values of each child.
    let choices: [[Int]]
    let counts: [Int]
    let params: [Int]

    init(_ model: Recipe.RankingModel, choices: [[Int]], counts: [Int], params: [Int]) {
        self.model = model
        self.choices = choices
        self.counts = counts
        self.params = params
    }

    /// - Parameter scores: one a child, finite.
    func scores(_ scores: [Double]) throws -> Fitted {
        let (values, effects, scale) = try fit(scores)
        require(values.allSatisfy { $0 != nil }, "a score was lost on the way through the model")
        let isSmooth = model.smoothing == .mainEffects
        return Fitted(
            values: values.map { $0 ?? 0 },
            standardErrors: choices.map { isSmooth ? effects.standardError($0).map { $0 * scale } : nil }, scale: scale,
            effects: effects)
    }

    /// The same for children some of which have no score; they stay without one. Nil everywhere where nobody has.
    func known(_ scores: [Double?]) throws -> [Double?] {
        let places = scores.indices.filter { scores[$0] != nil }
        guard !places.isEmpty else { return scores }
        let part = RankingFit(
            model, choices: places.map { choices[$0] }, counts: counts, params: places.map { params[$0] })
        var result = scores
        for (place, value) in zip(places, try part.fit(places.map { scores[$0]! }).values) { result[place] = value }
        return result
    }

    private func fit(_ scores: [Double]) throws -> (values: [Double?], effects: MainEffects, scale: Double) {
        var values: [Double?] = scores
        if model.afterParams { values = try residualAfterLogParams(values, params: params) }
        guard let effects = try MainEffects(choices: choices, counts: counts, scores: values) else {
            throw RankingsError("nobody has a score")
        }
        if model.smoothing == .mainEffects { values = effects.fitted }
        guard model.sizePrior != 0 else { return (values, effects, 1) }
        let known = values.compactMap { $0 }
        let mean = known.reduce(0, +) / Double(known.count)
        let deviation = (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count)).squareRoot()
        values = try sizePrior(values, params: params, weight: model.sizePrior)
        return (values, effects, deviation > 0 ? 1 / deviation : 1)
    }
}

extension Recipe.RankingModel {
    /// What every table made with it has to say; nil for the plain mean.
    var label: String? {
        var parts: [String] = []
        if afterParams { parts.append("after a line on log(params)") }
        if smoothing == .mainEffects { parts.append("smoothed by main effects") }
        if sizePrior != 0 { parts.append("with size prior, weight \(sizePrior)") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
