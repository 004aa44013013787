import Foundations

/// Scores smoothed by the choices they share: an additive ridge model with one coefficient a slot and choice.
///
///     fitted(c) = b + sum over slots s of effect[s][c_s]
///     minimises  sum_i w_i (score_i - fitted_i)^2 + lambda * sum of effect^2,   b not penalised
///
/// With the design X [n, 1 + p] (a column of ones, one 0/1 column a present choice), W = diag(w) scaled to mean 1,
/// P = diag(0, 1, ..., 1) and A = X^T W X + lambda P, the hat values are h_i = w_i x_i^T A^-1 x_i, the effective degrees of
/// freedom sum h_i, and the residual of child i in the fit without it exactly (score_i - fitted_i) / (1 - h_i).
///
/// - Missing scores take no part in the fit and are predicted. A choice that no scored child has gets no effect; it
///   predicts like the average choice of its slot.
/// - Each slot's effects sum to zero over its present choices, which makes them identifiable.
/// - One scored child: its score is the intercept, every effect is 0, leave-one-out errors do not exist. Equal scores:
///   effects and errors are exactly 0. A slot with one present choice has the effect 0.
/// - Cost: O(p^3 + n s^2) for p choices in s slots, for each of the 31 values of the grid: 0.03 s for 14 slots of 8
///   choices and 1,000 children.
///
/// Source: Hoerl and Kennard, "Ridge regression", Technometrics 12 (1970); Allen, "The relationship between variable
/// selection and data augmentation", Technometrics 16 (1974) for the leave-one-out identity.
package struct MainEffects: Sendable, Hashable {
    /// 2^-10 ... 2^20, in units of children: lambda = 16 halves the effect of a choice 16 children have.
    package static let grid: [Double] = (-10...20).map { Double(sign: .plus, exponent: $0, significand: 1) }

    /// The penalty used.
    package let lambda: Double
    package let intercept: Double
    /// By slot and choice; nil where no scored child has the choice.
    package let effects: [[Double?]]
    /// The fitted value of each child in the order given, also of those without a score.
    package let fitted: [Double]
    /// score - prediction of the fit without this child (same lambda); nil for a child without a score and where only
    /// one child has one.
    package let looResiduals: [Double?]
    /// sqrt(sum w_i e_i^2 / sum w_i) over the leave-one-out residuals. Where lambda was chosen by it, slightly optimistic.
    package let looRMSE: Double?
    /// sum of h_i: between 1 and 1 + p.
    package let degreesOfFreedom: Double
    /// sum w_i (score_i - fitted_i)^2 / (n - degreesOfFreedom), w scaled to mean 1; nil where no degree is left.
    package let residualVariance: Double?
    /// A^-1.
    private let inverse: [Double]
    /// By slot and choice: its column of the design.
    private let columns: [[Int?]]

    /// - Parameters:
    ///   - choices: [n][slots], each in 0 ..< counts[slot]. Children may repeat.
    ///   - counts: choices of each slot.
    ///   - scores: [n], larger is better; nil where missing.
    ///   - weights: [n], inverse variances up to a factor, > 0; nil weighs all alike.
    ///   - lambda: > 0; nil takes the value of ``grid`` with the smallest leave-one-out error, of values equal to 1e-9
    ///     relative the largest.
    /// - Returns: nil where no child has a score.
    /// - Throws: ``RankingsError`` for lists of different lengths, a choice out of range, a score that is not finite, and
    ///   a weight or lambda that is not above zero.
    package init?(
        choices: [[Int]], counts: [Int], scores: [Double?], weights: [Double]? = nil, lambda: Double? = nil
    ) throws {
        try MainEffects.check(choices, counts, scores, weights, lambda)
        let known = scores.indices.filter { scores[$0] != nil }
        guard let first = known.first else { return nil }
        let design = Design(rows: known.map { choices[$0] }, counts: counts, weights: known.map { weights?[$0] ?? 1 })
        // Relative to the first score, so that equal scores leave exact zeros.
        let shift = scores[first]!
        let targets = known.map { scores[$0]! - shift }
        var best: Fit?
        for candidate in lambda.map({ [$0] }) ?? MainEffects.grid.reversed() {
            guard let fit = Fit(design, targets, lambda: candidate) else { continue }
            guard let error = best?.error, let new = fit.error, new < error * (1 - 1e-9) else {
                best = best ?? fit
                continue
            }
            best = fit
        }
        guard let best else { throw RankingsError("the ridge system is not positive definite") }

        var intercept = best.solution[0] + shift
        effects = design.columns.map { slot in
            let present = slot.compactMap { $0 }
            // Zero up to rounding: the penalty is smallest there.
            let middle = present.reduce(0) { $0 + best.solution[$1] } / Double(max(1, present.count))
            intercept += middle
            return slot.map { $0.map { best.solution[$0] - middle } }
        }
        self.lambda = best.lambda
        self.intercept = intercept
        let effects = self.effects
        fitted = choices.map { MainEffects.value($0, intercept, effects) }
        var residuals = [Double?](repeating: nil, count: choices.count)
        for (place, residual) in zip(known, best.looResiduals ?? []) { residuals[place] = residual }
        looResiduals = residuals
        looRMSE = best.error?.squareRoot()
        degreesOfFreedom = best.degreesOfFreedom
        residualVariance = best.residualVariance
        inverse = best.inverse
        columns = design.columns
    }

    /// The model's value for any choices [slots], seen or not.
    package func fitted(_ choices: [Int]) -> Double {
        require(choices.count == effects.count, "\(choices.count) choices, expected \(effects.count)")
        return MainEffects.value(choices, intercept, effects)
    }

    /// sqrt(residualVariance * x^T A^-1 x), the posterior deviation of the fitted value under the prior that the penalty
    /// is: it holds the shrinkage as well as the noise (Wahba, JRSS B 45, 1983). A choice without an effect adds the
    /// prior's own variance, residualVariance / lambda. What choices do together (interactions) is not in it, only in
    /// ``residualVariance``. Nil where that is.
    package func standardError(_ choices: [Int]) -> Double? {
        require(choices.count == effects.count, "\(choices.count) choices, expected \(effects.count)")
        guard let residualVariance else { return nil }
        let places = [0] + zip(choices, columns).compactMap { $1[$0] }
        let unseen = Double(choices.count + 1 - places.count) / lambda
        return (residualVariance * (quadratic(places, inverse, size: size) + unseen)).squareRoot()
    }

    private var size: Int { columns.reduce(1) { $0 + $1.count { $0 != nil } } }

    private static func value(_ choices: [Int], _ intercept: Double, _ effects: [[Double?]]) -> Double {
        zip(choices, effects).reduce(intercept) { $0 + ($1.1[$1.0] ?? 0) }
    }
}

/// x^T M x for the x that is 1 at `places` and 0 elsewhere; M [size, size].
func quadratic(_ places: [Int], _ matrix: [Double], size: Int) -> Double {
    var sum = 0.0
    for i in places {
        for j in places { sum += matrix[i * size + j] }
    }
    return sum
}
