import Foundations

/// What stand-alone trainings of the same children have come to: a row a seed, with gaps where a run is missing. Larger
/// is better.
package struct SeedTable: Sendable, Hashable {
    package let children: [String]
    package let seeds: [UInt64]
    /// `[seeds, children]`, nil where there is no run.
    package let values: [[Double?]]

    /// - Throws: ``RankingsError`` for rows of another length than the children or seeds, names given twice and NaN.
    package init(children: [String], seeds: [UInt64], values: [[Double?]]) throws {
        guard values.count == seeds.count, values.allSatisfy({ $0.count == children.count }) else {
            throw RankingsError("expected \(seeds.count) rows of \(children.count) values, one a seed and child")
        }
        guard Set(children).count == children.count, Set(seeds).count == seeds.count else {
            throw RankingsError("a child or a seed stands twice in a table of stand-alone runs")
        }
        try refuseUnordered(zip(seeds, values).map { ("seed \($0)", $1.map { $0 ?? 0 }) })
        (self.children, self.seeds, self.values) = (children, seeds, values)
    }

    /// A child's values, in the order of the seeds that have one.
    package func runs(of place: Int) -> [Double] { values.compactMap { $0[place] } }

    /// Mean, population deviation (ddof 0, as in the published table; 0 for one run) and number of runs of every child
    /// that has a run, in the order of the children; nil where none has.
    package var truth: TruthTable? {
        get throws {
            let known = children.indices.filter { !runs(of: $0).isEmpty }
            let moments = known.compactMap { Moments(runs(of: $0)) }
            guard !known.isEmpty else { return nil }
            return try TruthTable(
                labels: known.map { children[$0] }, means: moments.map(\.mean), stds: moments.map(\.std),
                runs: moments.map(\.count))
        }
    }

    /// How far the noise of single runs lets any ranking agree with them; from the seeds that have a run of every child.
    package struct Ceiling: Sendable, Hashable, Codable {
        package let seeds: [UInt64]
        /// S-Tau: the mean tau-b over pairs of seeds; nil below two seeds, and where a row is constant.
        @OrNull package var sTau: Double?
        /// By seed the tau-b of its row with the mean of the other rows: a single run against a truth it is no part of.
        package let perSeed: [Double?]
        /// GT-Tau: the mean of ``perSeed``; nil below two seeds, and where one is nil.
        @OrNull package var gtTau: Double?
    }

    /// With two seeds GT-Tau is S-Tau. The mean of few other rows is a noisy truth, so GT-Tau grows with the seeds.
    ///
    /// - Cost: S^2 / 2 taus of O(c log c).
    package var ceiling: Ceiling {
        get throws {
            let whole = seeds.indices.filter { values[$0].allSatisfy { $0 != nil } }
            let rows = whole.map { values[$0].map { $0 ?? 0 } }
            let taus: [Double?] =
                rows.count < 2
                ? []
                : try rows.indices.map { own in
                    let others = rows.indices.filter { $0 != own }.map { rows[$0] }
                    let means = children.indices.map { child in
                        others.reduce(0) { $0 + $1[child] } / Double(others.count)
                    }
                    return try Kendall(rows[own], means)?.tauB
                }
            return Ceiling(
                seeds: whole.map { seeds[$0] }, sTau: try stabilityTau(rows), perSeed: taus,
                gtTau: Moments(taus)?.mean)
        }
    }
}

extension SeedTable {
    /// `label,gt_mean,gt_std,gt_runs`, the extra columns, and `seed_S` for every seed, empty where there is no run. A row
    /// for every child that has one; ``TruthTable/init(csv:path:column:)`` reads it back to the same bits.
    ///
    /// - Parameter extra: further columns; a cell for every child of the table.
    package func csv(extra: [(name: String, cells: [String])] = []) throws -> String {
        let truth = try truth
        let places = Dictionary(uniqueKeysWithValues: children.enumerated().map { ($1, $0) })
        let names = ["label", "gt_mean", "gt_std", "gt_runs"] + extra.map(\.name) + seeds.map { "seed_\($0)" }
        var lines = [names.joined(separator: ",")]
        for (row, label) in (truth?.labels ?? []).enumerated() {
            let place = places[label] ?? 0
            let figures = ["\(truth?.means[row] ?? 0)", "\(truth?.stds?[row] ?? 0)", "\(truth?.runs?[row] ?? 0)"]
            let cells = values.map { $0[place].map { "\($0)" } ?? "" }
            lines.append(([label] + figures + extra.map { $0.cells[place] } + cells).joined(separator: ","))
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
