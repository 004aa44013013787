import Foundations

extension MainEffects {
    /// Which columns of X are 1 in each row: column 0, the intercept, and one a slot.
    struct Design {
        let rows: [[Int]]
        /// By slot and choice, nil where no row has it.
        let columns: [[Int?]]
        /// Scaled to mean 1.
        let weights: [Double]
        let size: Int

        init(rows choices: [[Int]], counts: [Int], weights: [Double]) {
            var columns = counts.map { [Int?](repeating: nil, count: $0) }
            var size = 1
            for slot in counts.indices {
                let present = Set(choices.map { $0[slot] })
                for choice in 0..<counts[slot] where present.contains(choice) {
                    columns[slot][choice] = size
                    size += 1
                }
            }
            self.columns = columns
            self.size = size
            rows = choices.map { [0] + zip($0, columns).map { $1[$0]! } }
            let mean = weights.reduce(0, +) / Double(weights.count)
            self.weights = weights.map { $0 / mean }
        }
    }

    /// The ridge solution at one lambda, and what its hat matrix says.
    struct Fit {
        let lambda: Double
        let solution: [Double]
        let inverse: [Double]
        let degreesOfFreedom: Double
        let residualVariance: Double?
        /// Nil for one row.
        let looResiduals: [Double]?
        /// The weighted mean of their squares.
        let error: Double?

        init?(_ design: Design, _ targets: [Double], lambda: Double) {
            let size = design.size
            var matrix = [Double](repeating: 0, count: size * size)
            var right = [Double](repeating: 0, count: size)
            for (row, (weight, target)) in zip(design.rows, zip(design.weights, targets)) {
                for i in row {
                    right[i] += weight * target
                    for j in row { matrix[i * size + j] += weight }
                }
            }
            for i in 1..<max(1, size) { matrix[i * size + i] += lambda }
            guard let factor = PositiveDefinite(matrix, size: size) else { return nil }
            self.lambda = lambda
            let solution = factor.solving(right)
            let inverse = factor.inverse
            var degrees = 0.0
            var squares = 0.0
            var looSquares = 0.0
            var loo: [Double] = []
            for (row, (weight, target)) in zip(design.rows, zip(design.weights, targets)) {
                let hat = weight * quadratic(row, inverse, size: size)
                let residual = target - row.reduce(0) { $0 + solution[$1] }
                degrees += hat
                squares += weight * residual * residual
                loo.append(residual / (1 - hat))
                looSquares += weight * loo[loo.count - 1] * loo[loo.count - 1]
            }
            let n = Double(targets.count)
            self.solution = solution
            self.inverse = inverse
            degreesOfFreedom = degrees
            residualVariance = n - degrees > 1e-9 * n ? squares / (n - degrees) : nil
            looResiduals = targets.count > 1 ? loo : nil
            error = targets.count > 1 ? looSquares / n : nil
        }
    }

    static func check(
        _ choices: [[Int]], _ counts: [Int], _ scores: [Double?], _ weights: [Double]?, _ lambda: Double?
    ) throws {
        for (name, count) in [("scores", scores.count), ("weights", weights?.count ?? choices.count)]
        where count != choices.count {
            throw RankingsError("\(name) holds \(count) values, expected \(choices.count), one a child")
        }
        for (place, row) in choices.enumerated() {
            if row.count != counts.count {
                throw RankingsError("child \(place) has \(row.count) choices, expected \(counts.count), one a slot")
            }
            for (slot, choice) in row.enumerated() where !(0..<counts[slot]).contains(choice) {
                throw RankingsError(
                    "child \(place) has choice \(choice) at slot \(slot), expected 0 to \(counts[slot] - 1)")
            }
        }
        if let place = scores.firstIndex(where: { $0?.isFinite == false }) {
            throw RankingsError("scores[\(place)] is \(scores[place]!), expected a finite number")
        }
        if let weights, let place = weights.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
            throw RankingsError("weights[\(place)] is \(weights[place]), expected a finite number above 0")
        }
        if let lambda, !(lambda > 0 && lambda.isFinite) {
            throw RankingsError("lambda is \(lambda), expected a finite number above 0")
        }
    }
}
