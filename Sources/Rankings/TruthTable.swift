import Foundations

/// What each child is really worth: stand-alone training, one number a child, larger is better.
///
/// The order of the rows is the index order by which the published tables break ties.
package struct TruthTable: Sendable, Hashable {
    package let labels: [String]
    package let means: [Double]
    /// Population standard deviation over the runs of a child, where the file has it.
    package let stds: [Double]?
    package let runs: [Int]?
    private let places: [String: Int]

    /// - Throws: ``RankingsError`` for lists of different lengths, a label given twice and NaN.
    package init(labels: [String], means: [Double], stds: [Double]? = nil, runs: [Int]? = nil) throws {
        guard labels.count == means.count, stds.map({ $0.count == means.count }) ?? true,
            runs.map({ $0.count == means.count }) ?? true
        else {
            throw RankingsError("the truth's columns have different lengths, expected \(labels.count) values each")
        }
        try refuseUnordered([("truth", means)])
        var places: [String: Int] = [:]
        for (place, label) in labels.enumerated() where places.updateValue(place, forKey: label) != nil {
            throw RankingsError("child \(label.debugDescription) stands twice in the truth")
        }
        (self.labels, self.means, self.stds, self.runs, self.places) = (labels, means, stds, runs, places)
    }

    package subscript(_ label: String) -> Double? { places[label].map { means[$0] } }

    /// Percentage points a unit: 100 where every value lies between 0 and 1 (fractions), else 1 (per cent).
    package var pointsPerUnit: Double { means.allSatisfy { 0...1 ~= $0 } ? 100 : 1 }

    /// The places of these children in the table.
    /// - Throws: ``RankingsError`` naming the unknown ones.
    package func places(of children: [String]) throws -> [Int] {
        let unknown = children.filter { places[$0] == nil }
        if !unknown.isEmpty {
            let near = unknown.count > 1 ? nil : nearestName(to: unknown[0], among: labels)
            let hint = near.map { "did you mean \($0)?" } ?? "the truth needs a row for each of them"
            throw RankingsError("children without a truth: \(listed(unknown.sorted()))", hint: hint)
        }
        return children.compactMap { places[$0] }
    }

    /// The table of these children only, in the table's order.
    /// - Throws: ``RankingsError`` naming the unknown ones.
    package func restricted(to children: [String]) throws -> TruthTable {
        let kept = try places(of: children).sorted()
        return try TruthTable(
            labels: kept.map { labels[$0] }, means: kept.map { means[$0] },
            stds: stds.map { all in kept.map { all[$0] } }, runs: runs.map { all in kept.map { all[$0] } })
    }

    /// The table with so many runs behind each mean, where it does not say how many there were.
    /// - Throws: ``RankingsError`` for fewer than 2.
    package func assuming(runs count: Int) throws -> TruthTable {
        guard count >= 2 else {
            throw RankingsError("\(count) runs a child, expected 2 or more: one run says nothing about noise")
        }
        guard runs == nil else { return self }
        return try TruthTable(labels: labels, means: means, stds: stds, runs: labels.map { _ in count })
    }

    /// Why the errors of the means are not known; nil where they are.
    package var missingErrors: String? {
        if stds == nil { return "The truth has no deviations (gt_std)" }
        if runs == nil { return "How many runs are behind gt_std is not known (gt_runs; --truth-runs tells)" }
        return pooledStandardErrors() == nil ? "No child of the truth has two runs" : nil
    }

    /// The standard error of each mean, std / sqrt(runs - 1): the population deviation made unbiased.
    ///
    /// - Returns: nil without deviations or runs, and where a child has one run only.
    package func standardErrors() -> [Double]? {
        guard let stds, let runs else { return nil }
        guard runs.allSatisfy({ $0 > 1 }) else { return nil }
        return zip(stds, runs).map { $0 / Double($1 - 1).squareRoot() }
    }

    /// The deviation of one run of each child, std sqrt(runs / (runs - 1)); the file's own where runs are not known.
    ///
    /// - Returns: nil without deviations, and where a child has one run only.
    package func runDeviations() -> [Double]? {
        guard let stds else { return nil }
        guard let runs else { return stds }
        guard runs.allSatisfy({ $0 > 1 }) else { return nil }
        return zip(stds, runs).map { $0 * (Double($1) / Double($1 - 1)).squareRoot() }
    }
}

extension TruthTable {
    /// Reads `label,gt_mean[,gt_std][,gt_runs]`; other columns are left alone.
    ///
    /// - Parameters: `column` stands in for `gt_mean`, and where the file has that too, `gt_std` and `gt_runs` are not
    ///   the column's and stay unread; `path` is for messages only.
    /// - Throws: ``RankingsError`` with path and line: a column that is missing, a label that is empty or stands twice,
    ///   a number that is not finite, no rows.
    package init(csv text: String, path: String, column: String = "gt_mean") throws {
        let lines = try commaSeparated(text, path: path)
        let header = lines[0].fields
        try refuseRepeated(header, "columns", path: path, line: 1)
        func place(_ name: String) throws -> Int {
            if let place = header.firstIndex(of: name) { return place }
            let near = nearestName(to: name, among: header).map { "did you mean \($0)?" } ?? ""
            throw RankingsError.at(path, 1, "expected a column \(name), found \(listed(header))", hint: near)
        }
        let label = try place("label")
        let mean = try place(column)
        // Of one run, say, beside the mean of all: what is said of the mean holds for it alone.
        let isBeside = column != "gt_mean" && header.contains("gt_mean")
        let std = isBeside ? nil : header.firstIndex(of: "gt_std")
        let runs = isBeside ? nil : header.firstIndex(of: "gt_runs")
        let rows = lines.dropFirst()
        if rows.isEmpty { throw RankingsError.at(path, 2, "expected a row for each child, found none") }
        var firstLine: [String: Int] = [:]
        for row in rows {
            let name = row.fields[label]
            if name.isEmpty { throw RankingsError.at(path, row.number, "expected a label, found an empty field") }
            if let line = firstLine.updateValue(row.number, forKey: name) {
                throw RankingsError.at(
                    path, row.number, "child \(name.debugDescription) stands in line \(line) already")
            }
        }
        // Differences and squares of what is larger have no finite value.
        let largest = 1e100
        func numbers(_ place: Int) throws -> [Double] {
            try rows.map { row in
                if let number = decimalNumber(row.fields[place]) {
                    guard abs(number) > largest else { return number }
                    throw RankingsError.at(
                        path, row.number, "\(header[place]): expected at most 1e100, found \(row.fields[place])")
                }
                throw RankingsError.at(
                    path, row.number,
                    "\(header[place]): expected a finite number, found \(row.fields[place].debugDescription)"
                )
            }
        }
        func counts(_ place: Int) throws -> [Int] {
            try rows.map { row in
                if let count = Int(row.fields[place]), count > 0 { return count }
                throw RankingsError.at(
                    path, row.number,
                    "\(header[place]): expected a whole number above 0, found \(row.fields[place].debugDescription)")
            }
        }
        let stds = try std.map(numbers)
        if let row = stds?.firstIndex(where: { $0 < 0 }) {
            throw RankingsError.at(
                path, rows.map(\.number)[row], "gt_std: expected 0 or more, found \(stds?[row] ?? 0)")
        }
        try self.init(
            labels: rows.map { $0.fields[label] }, means: numbers(mean), stds: stds, runs: runs.map(counts))
    }
}
