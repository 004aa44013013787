/// Scores of the same children in several rows: one an instance (a seed) or a step. Larger is better.
package struct ScoreTable: Sendable, Hashable {
    package let children: [String]
    /// The training step of each row, where the file has a `step` column.
    package let steps: [Int]?
    /// `[rows, children]`
    package let rows: [[Double]]

    /// - Throws: ``RankingsError`` for a row as long as something else than the children, a child named twice, NaN.
    package init(children: [String], rows: [[Double]], steps: [Int]? = nil) throws {
        if let steps, steps.count != rows.count {
            throw RankingsError("\(steps.count) steps for \(rows.count) rows of scores")
        }
        if let row = rows.firstIndex(where: { $0.count != children.count }) {
            throw RankingsError("row \(row) holds \(rows[row].count) scores, expected \(children.count)")
        }
        try refuseUnordered(rows.enumerated().map { ("row \($0.offset)", $0.element) })
        var seen = Set<String>()
        let repeated = children.filter { !seen.insert($0).inserted }
        if !repeated.isEmpty { throw RankingsError("children named twice in the scores: \(listed(repeated))") }
        (self.children, self.rows, self.steps) = (children, rows, steps)
    }

    /// Reads a header of labels, with an optional first column `step`, and a row an instance or a step.
    ///
    /// - Parameter path: for messages only.
    /// - Throws: ``RankingsError`` with path and line: labels empty or given twice, numbers that are not finite, steps
    ///   that are not whole numbers, no rows.
    package init(csv text: String, path: String) throws {
        let lines = try commaSeparated(text, path: path)
        let header = lines[0].fields
        let stepped = header.first == "step"
        let children = Array(header.dropFirst(stepped ? 1 : 0))
        if children.isEmpty { throw RankingsError.at(path, 1, "expected labels of children after step, found none") }
        if children.contains("") { throw RankingsError.at(path, 1, "expected a label, found an empty field") }
        try refuseRepeated(children, "children", path: path, line: 1)
        let body = lines.dropFirst()
        if body.isEmpty { throw RankingsError.at(path, 2, "expected a row of scores, found none") }
        var steps: [Int] = []
        var rows: [[Double]] = []
        for line in body {
            if stepped {
                guard let step = Int(line.fields[0]), step >= 0 else {
                    let found = line.fields[0].debugDescription
                    throw RankingsError.at(path, line.number, "step: expected a whole number from 0, found \(found)")
                }
                steps.append(step)
            }
            rows.append(
                try zip(children, line.fields.dropFirst(stepped ? 1 : 0)).map { child, field in
                    if let number = decimalNumber(field) { return number }
                    throw RankingsError.at(
                        path, line.number, "child \(child): expected a finite number, found \(field.debugDescription)")
                })
        }
        try self.init(children: children, rows: rows, steps: stepped ? steps : nil)
    }

    /// The rows with the children in the truth's order.
    /// - Throws: ``RankingsError`` naming children that only one of the two tables has.
    package func rows(inOrderOf truth: TruthTable) throws -> [[Double]] {
        let unknown = children.filter { truth[$0] == nil }
        if unknown.count > 1 {
            throw RankingsError(
                "children without a truth: \(listed(unknown.sorted()))",
                hint: "the truth needs a row for each of them; --common judges among those that both have")
        }
        let places = try truth.places(of: children)
        let scored = Set(children)
        let missing = truth.labels.filter { !scored.contains($0) }
        if !missing.isEmpty {
            throw RankingsError(
                "children without scores: \(listed(missing))",
                hint: "the scores need a column for each child of the truth; --common judges among those that both have"
            )
        }
        var from = [Int](repeating: 0, count: places.count)
        for (column, place) in places.enumerated() { from[place] = column }
        return rows.map { row in from.map { row[$0] } }
    }
}
