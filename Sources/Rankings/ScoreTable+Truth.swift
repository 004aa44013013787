extension ScoreTable {
    /// A score table, or a truth table as one row of scores: what has the columns `label` and `column` is a truth table.
    ///
    /// - Parameters: `column` is the one of a truth table to take; `path` is for messages only.
    /// - Throws: ``RankingsError`` with path and line.
    package init(anyCSV text: String, path: String, column: String = "gt_mean") throws {
        let header = try commaSeparated(text, path: path)[0].fields
        guard header.contains("label"), header.contains(column) else {
            try self.init(csv: text, path: path)
            return
        }
        let table = try TruthTable(csv: text, path: path, column: column)
        try self.init(children: table.labels, rows: [table.means])
    }

    /// The table of these children only, in its own order.
    package func restricted(to children: [String]) throws -> ScoreTable {
        let kept = Set(children)
        let columns = self.children.indices.filter { kept.contains(self.children[$0]) }
        return try ScoreTable(
            children: columns.map { self.children[$0] }, rows: rows.map { row in columns.map { row[$0] } }, steps: steps
        )
    }

    /// The children that both tables have, in the truth's order, and a sentence on those left out, if any.
    /// - Throws: ``RankingsError`` where there are none.
    package func common(with truth: TruthTable) throws -> (children: [String], remark: String?) {
        let scored = Set(children)
        let shared = truth.labels.filter(scored.contains)
        if shared.isEmpty {
            throw RankingsError(
                "the scores and the truth have no child in common",
                hint: "the scores begin with \(listed(Array(children.prefix(2)))), "
                    + "the truth with \(listed(Array(truth.labels.prefix(2))))")
        }
        let (onlyScored, onlyTrue) = (children.count - shared.count, truth.labels.count - shared.count)
        guard onlyScored + onlyTrue > 0 else { return (shared, nil) }
        return (
            shared,
            "Judged among the \(shared.count) children that both tables have; "
                + "\(onlyScored) of the scores and \(onlyTrue) of the truth are left out."
        )
    }
}
