import Foundations

extension PairedScores {
    /// The statistics of scores image by image.
    ///
    /// Everything is centred before it is squared, in float64, so that scores far from zero lose nothing. A child with a
    /// score that is not finite is left out: nothing can be said of its differences.
    ///
    /// - Parameters:
    ///   - values: `[w][m][n]`, snapshot, child, image; **larger is better**: minus the loss, or 1 for correct and 0.
    ///   - children: m labels.
    ///   - steps: the training step of each snapshot, rising.
    ///   - cycle: the steps of one sampling cycle.
    /// - Throws: ``PolicyError`` where sizes do not fit, as ``init(children:images:steps:cycle:means:lasting:passing:)``.
    /// - Cost: m^2 n (w + 1) / 2 multiplications; 64 children, 5,000 images and 4 snapshots take some 50 million.
    public init(_ values: [[[Float]]], children: [String], steps: [Int], cycle: Int) throws {
        let images = values.first?.first?.count ?? 0
        for row in values {
            guard row.count == children.count, row.allSatisfy({ $0.count == images }) else {
                throw PolicyError("pairs: a snapshot without \(children.count) children of \(images) scores each")
            }
        }
        guard images > 0 else { throw PolicyError("pairs: no scores") }
        let finite = children.indices.filter { child in
            values.allSatisfy { $0[child].allSatisfy(\.isFinite) }
        }
        let centred = finite.map { child in Centred(values.map { $0[child] }) }
        var lasting: [Double] = []
        var passing: [Double] = []
        for row in centred.indices {
            for column in 0...row {
                lasting.append(dot(centred[row].lasting, centred[column].lasting))
                passing.append(dot(centred[row].passing, centred[column].passing))
            }
        }
        try self.init(
            children: finite.map { children[$0] }, images: images, steps: steps, cycle: cycle,
            means: values.indices.map { snapshot in centred.map { $0.means[snapshot] } }, lasting: lasting,
            passing: passing)
    }
}

/// One child's scores taken apart: means by snapshot, image effects, and what is left.
private struct Centred {
    /// [w]
    let means: [Double]
    /// [n], padded with zeros
    let lasting: [SIMD8<Double>]
    /// [w n], each snapshot padded with zeros
    let passing: [SIMD8<Double>]

    init(_ scores: [[Float]]) {
        let n = scores[0].count
        let w = Double(scores.count)
        // About a first value, so that a sum of many large numbers keeps its digits.
        let means = scores.map { row in
            let start = Double(row[0])
            return start + row.reduce(0.0) { $0 + (Double($1) - start) } / Double(n)
        }
        var effects = [Double](repeating: 0, count: n)
        for (row, mean) in zip(scores, means) {
            for image in 0..<n { effects[image] += (Double(row[image]) - mean) / w }
        }
        self.means = means
        lasting = padded(effects)
        passing = zip(scores, means).flatMap { row, mean in
            padded((0..<n).map { Double(row[$0]) - mean - effects[$0] })
        }
    }
}

private func padded(_ values: [Double]) -> [SIMD8<Double>] {
    stride(from: 0, to: values.count, by: 8).map { start in
        var lanes = SIMD8<Double>()
        for lane in 0..<min(8, values.count - start) { lanes[lane] = values[start + lane] }
        return lanes
    }
}

/// The sum of products, in eight running sums.
private func dot(_ a: [SIMD8<Double>], _ b: [SIMD8<Double>]) -> Double {
    var sum = SIMD8<Double>()
    for place in a.indices { sum += a[place] * b[place] }
    return sum.sum()
}
