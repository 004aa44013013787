/// A mean of values, none if one is missing.
struct PlainMean {
    private(set) var values: [Double] = []
    private var isWhole = true

    mutating func add(_ value: Double?) {
        if let value { values.append(value) } else { isWhole = false }
    }

    var mean: Double? { isWhole && !values.isEmpty ? values.reduce(0, +) / Double(values.count) : nil }
}

/// Of rankings against a truth, draw by draw.
struct FigureMeans {
    var tau = PlainMean()
    var tops: [Int: PlainMean] = [:]
    var regret = PlainMean()

    /// - Parameter tops: the n of Top-n-Rank.
    init(tops: [Int]) { for n in tops { self.tops[n] = PlainMean() } }

    mutating func add(_ scores: [Double], _ truth: [Double], _ points: Double) throws {
        tau.add(try Kendall(scores, truth)?.tauB)
        for n in tops.keys where n <= truth.count { tops[n]?.add(try topRank(n, scores: scores, truth: truth)) }
        if let best = truth.max(), let top = scores.max(), let pick = scores.firstIndex(of: top) {
            regret.add((best - truth[pick]) * points)
        }
    }

    var figures: NoiseCeiling.Figures? {
        guard let tau = tau.mean, let regret = regret.mean else { return nil }
        return .init(
            gtTau: tau,
            topRank: .init(
                uniqueKeysWithValues: tops.compactMap { n, sum in sum.mean.map { (String(n), $0) } }), regret: regret)
    }
}

/// Of everything a ceiling is made of.
struct CeilingMeans {
    var stability = PlainMean()
    var run: FigureMeans
    var perfect: FigureMeans
    var truth = PlainMean()
    var again = PlainMean()
    var inside: [(stability: PlainMean, truth: PlainMean)]

    init(subsets: Int, tops: [Int]) {
        inside = Array(repeating: (PlainMean(), PlainMean()), count: subsets)
        (run, perfect) = (FigureMeans(tops: tops), FigureMeans(tops: tops))
    }
}
