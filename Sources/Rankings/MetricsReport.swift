/// A figure for each row of scores and its mean and deviation over the rows.
package struct RowFigure: Sendable, Hashable, Codable {
    /// Nil (JSON `null`) where the figure is undefined, such as tau-b of a constant row.
    package let perRow: [Double?]
    /// Nil where a row is.
    package let mean: Double?
    /// Population deviation (ddof 0); nil where a row is.
    package let std: Double?

    package init(_ perRow: [Double?]) {
        let moments = Moments(perRow)
        (self.perRow, mean, std) = (perRow, moments?.mean, moments?.std)
    }

    package func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(perRow, forKey: .perRow)
        try box.encode(mean, forKey: .mean)
        try box.encode(std, forKey: .std)
    }
}

/// What `metrics` prints: how well a table of scores ranks the children of a truth table. Larger is better in both.
package struct MetricsReport: Sendable, Hashable, Codable {
    /// The same taus among some of the children only.
    package struct Subset: Sendable, Hashable, Codable {
        package let name: String
        package let children: Int
        package let gtTau: RowFigure
        package let tauA: RowFigure
    }

    /// Figures over the last k rows: GT-Tau-Mean-k and GT-Tau-Std-k.
    package struct Last: Sendable, Hashable, Codable {
        package let rows: Int
        package let mean: Double
        package let std: Double
    }

    package let schema: String
    package let children: Int
    package let rows: Int
    package let steps: [Int]?
    /// tau-b against the truth, as the published tables have it.
    package let gtTau: RowFigure
    /// Its two-sided p-value by row; see ``Kendall/pValue``.
    package let pValue: [Double?]
    /// tau-a against the truth: for comparing arms.
    package let tauA: RowFigure
    package let sTau: Double?
    /// Top-n-Rank by n, ties in expectation. An n above the number of children is left out.
    package let topRank: [String: RowFigure]
    /// Top-n-Rank where index order breaks ties, as the published code has it.
    package let topRankPaper: [String: RowFigure]
    package let spearman: RowFigure
    /// Points lost by taking the child with the highest score.
    package let regret: RowFigure
    package let last: Last?
    package let subset: Subset?

    package func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(schema, forKey: .schema)
        try box.encode(children, forKey: .children)
        try box.encode(rows, forKey: .rows)
        try box.encodeIfPresent(steps, forKey: .steps)
        try box.encode(gtTau, forKey: .gtTau)
        try box.encode(pValue, forKey: .pValue)
        try box.encode(tauA, forKey: .tauA)
        try box.encode(sTau, forKey: .sTau)
        try box.encode(topRank, forKey: .topRank)
        try box.encode(topRankPaper, forKey: .topRankPaper)
        try box.encode(spearman, forKey: .spearman)
        try box.encode(regret, forKey: .regret)
        try box.encodeIfPresent(last, forKey: .last)
        try box.encodeIfPresent(subset, forKey: .subset)
    }
}
