import Foundations

/// The parts of the variance of paired differences among some of the children: the crossed design image x snapshot.
///
/// For a pair, d_si = x_sji - x_sci = delta + snapshot_s + image_i + rest_si, with variances S_snap^2, S_fix^2 and S_img^2:
///
///     S_img^2  = passing / ((n - 1) (w - 1))                     of the pair, with Q[c, c] + Q[j, j] - 2 Q[c, j] of a table
///     S_fix^2  = max(0, lasting / (n - 1) - S_img^2 / w)         of the pair
///     s_snap^2 = mean over pairs of (variance over s of d_s)     pooled over the children; S_img^2 / n of it is images'
///     SE^2     = S_img^2 / (n w) + S_fix^2 / n + max(0, s_snap^2 - S_img^2 / n) ratio(rho)
///
/// where ratio turns a sample variance over correlated snapshots into the variance of their mean: it is S_snap^2 / w_eff
/// (``SnapshotNoise``). Pooling supposes snapshot effects of one size; how many independent series they amount to is estimated
/// where the children's choices are known.
///
/// - Source: analysis of variance of two crossed random factors, e.g. Searle, Casella, McCulloch, "Variance Components".
package struct PairedComponents: Sendable {
    /// m children, n images, w snapshots.
    package let children: Int
    package let images: Int
    package let snapshots: Int
    /// [m]: mean over images and snapshots.
    package let means: [Double]
    /// s_snap^2, pooled: the variance over snapshots of a pair's mean difference.
    package let snapshotVariance: Double
    /// S_img^2 / n, pooled: the part of `snapshotVariance` that images explain.
    package let imageShare: Double
    /// [w, w]: covariance of the children's snapshot effects, pooled over m - 1 (of one child, half a pair's).
    package let covariance: [[Double]]
    /// Independent series behind `covariance`, at most m - 1.
    package let series: Double
    private let scores: PairedScores
    private let places: [Int]

    /// - Parameters:
    ///   - scores: with 2 snapshots and 2 images or more.
    ///   - places: the children to look at, by their place in `scores`; 2 or more.
    ///   - choices: of each of these children, as many slots each; without them their effects count as independent.
    package init(_ scores: PairedScores, places: [Int], choices: [[Int]]? = nil) {
        let (w, m, n) = (scores.steps.count, places.count, scores.images)
        require(w >= 2 && m >= 2 && n >= 2, "variance components of \(w) snapshots, \(m) children, \(n) images")
        self.scores = scores
        self.places = places
        children = m
        images = n
        snapshots = w
        let table = scores.means.map { row in places.map { row[$0] } }
        let byChild = (0..<m).map { child in table.reduce(0) { $0 + $1[child] } / Double(w) }
        let all = byChild.reduce(0, +) / Double(m)
        let residuals = table.map { row in
            let level = row.reduce(0, +) / Double(m)
            return (0..<m).map { row[$0] - level - (byChild[$0] - all) }
        }
        covariance = residuals.map { a in
            residuals.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(m - 1) }
        }
        series = choices.map { Self.independentSeries(residuals, choices: $0) } ?? Double(m - 1)
        means = byChild
        snapshotVariance = 2 * (0..<w).reduce(0) { [covariance] in $0 + covariance[$1][$1] } / Double(w - 1)
        // The mean over pairs of Q[c, c] + Q[j, j] - 2 Q[c, j] is 2 (m trace - sum) / (m (m - 1)).
        var trace = 0.0
        var sum = 0.0
        for (row, a) in places.enumerated() {
            for b in places.prefix(row) { sum += 2 * scores.passing[PairedScores.place(a, b)] }
            trace += scores.passing[PairedScores.place(a, a)]
        }
        let pooled = 2 * (Double(m) * trace - trace - sum) / Double(m * (m - 1))
        imageShare = max(0, pooled) / Double((n - 1) * (w - 1)) / Double(n)
    }

    /// S_img^2 of a pair of the children looked at.
    package func passing(_ a: Int, _ b: Int) -> Double {
        pair(scores.passing, a, b) / Double((images - 1) * (snapshots - 1))
    }

    /// S_fix^2 of a pair, never below 0.
    package func lasting(_ a: Int, _ b: Int) -> Double {
        max(0, pair(scores.lasting, a, b) / Double(images - 1) - passing(a, b) / Double(snapshots))
    }

    private func pair(_ table: [Double], _ a: Int, _ b: Int) -> Double {
        let (a, b) = (places[a], places[b])
        let square = table[PairedScores.place(a, a)] + table[PairedScores.place(b, b)]
        return max(0, square - 2 * table[PairedScores.place(a, b)])
    }
}
