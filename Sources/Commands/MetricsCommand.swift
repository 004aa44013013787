import Architectures
import ArgumentParser
import Foundations
import Rankings
import Reports
import Searches

struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Hold any table of scores against a table of true accuracies.",
        discussion: """
            Scores: a CSV with a header of labels, an optional first column 'step', and one row an instance or step, \
            larger is better; or a CSV with the columns label and gt_mean, such as another truth, as one row. \
            Intervals need independent rows. docs/metrics.md defines every figure.
            """)

    @Option(help: ArgumentHelp("The scores.", valueName: "file.csv")) var scores: String
    @Option(
        help: ArgumentHelp("The column that holds the scores, where the file has a column label.", valueName: "name"))
    var scoresColumn = "gt_mean"
    @OptionGroup var truth: TruthOptions
    @Flag(help: "Judge among the children that both tables have, instead of refusing tables that differ.")
    var common = false
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Judge also among these children: labels with commas between, or @FILE with one a line; may be repeated.",
            valueName: "name=labels"))
    var inside: [String] = []
    @Option(
        help: ArgumentHelp(
            "The space of the children, for --without and the free rankings. (default: deeper-insights)",
            valueName: "space"))
    var space: String?
    @Option(
        help: ArgumentHelp(
            "The k of precision and Phi, with commas between. (default: an eighth of the children)", valueName: "k,...")
    )
    var topK: String?
    @Option(help: ArgumentHelp("The n of Top-n-Rank, with commas between. (default: 1,3)", valueName: "n,..."))
    var topN: String?
    @Option(help: ArgumentHelp("The persistence of rank-biased overlap.", valueName: "p")) var rboP = 0.9
    @Option(help: ArgumentHelp("GT-Tau also over this many last rows.", valueName: "rows")) var last: Int?
    @Option(help: ArgumentHelp("Points to which sparse tau rounds the truth.", valueName: "points"))
    var sparseStep = 0.1
    @Option(help: ArgumentHelp("The level of intervals.", valueName: "share")) var level = 0.95
    @OptionGroup var output: JSONOption

    func run() throws {
        guard var table = try truth.table() else {
            throw Usage(message: "metrics needs a truth", hint: "give --truth FILE.csv")
        }
        var scores = try ScoreTable(
            anyCSV: CommaSeparatedFile.text(scores), path: scores, column: scoresColumn)
        var remarks: [String] = []
        if common {
            let (shared, remark) = try scores.common(with: table)
            (scores, table) = (try scores.restricted(to: shared), try table.restricted(to: shared))
            remarks += remark.map { [$0] } ?? []
        }
        let names = SearchSpaceNames(try SearchSpace.resolve(space ?? "deeper-insights"))
        var asked = MetricsOptions()
        asked.subsets = try subsets(names, table)
        asked.ks = try numbers(topK, "--top-k") ?? []
        asked.tops = try numbers(topN, "--top-n") ?? asked.tops
        (asked.last, asked.sparseStep, asked.level, asked.persistence) = (last, sparseStep, level, rboP)
        var free: [FreeRanking] = []
        do {
            free = try names.freeRankings(table.labels)
        } catch {
            if space != nil { throw error }
            remarks.append(
                "Not all children are of the space deeper-insights, so no free rankings are shown; --space names theirs."
            )
        }
        let report = try MetricsReport(scores: scores, truth: table, asking: asked, free: free, remarks: remarks)
        if output.json { return try Output.json(report) }
        try Output.write(report.plain)
    }

    private func subsets(_ names: SearchSpaceNames, _ table: TruthTable) throws -> [(name: String, children: [String])]
    {
        let without = try truth.subset(names).map { [($0.name, $0.children.filter { table[$0] != nil })] } ?? []
        return try without
            + inside.map { text in
                let subset = try NamedSubset(text)
                return (subset.name, common ? subset.children.filter { table[$0] != nil } : subset.children)
            }
    }

    private func numbers(_ list: String?, _ option: String) throws -> [Int]? {
        try list?.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let number = Int(part), number > 0 else {
                throw Usage(message: "\(option) \(list ?? ""): expected whole numbers above 0 with commas between")
            }
            return number
        }
    }
}

/// `name=434,433` or `name=@file`, the file with a label a line; empty lines and those that begin with # count for
/// nothing.
struct NamedSubset {
    let name: String
    let children: [String]

    init(_ text: String) throws {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw Usage(
                message: "--inside \(text): expected name=labels",
                hint: "such as leaders=434,433,443, or leaders=@leaders.txt with one a line")
        }
        let isFile = parts[1].hasPrefix("@")
        let path = String(parts[1].dropFirst())
        let labels =
            isFile
            ? try CommaSeparatedFile.text(path).split(whereSeparator: \.isNewline).map(trimmed)
                .filter { !$0.isEmpty && !$0.hasPrefix("#") }
            : parts[1].split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
        if labels.isEmpty { throw Usage(message: "--inside \(parts[0]): \(path) names no children") }
        if labels.contains("") { throw Usage(message: "--inside \(text): found an empty label between commas") }
        (name, children) = (parts[0], labels)
    }
}

private func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
}
