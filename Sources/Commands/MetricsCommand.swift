import Architectures
import ArgumentParser
import Foundation
import Foundations
import Rankings
import Reports
import Searches

struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Hold any table of scores against a table of true accuracies.",
        discussion: """
            Scores: a CSV with a header of labels, an optional first column 'step', and one row an instance or step, \
            larger is better. GT-Tau is Kendall's tau-b of a row against the truth, S-Tau the mean tau-b between rows, \
            TnR the best true rank among the n first, ties in expectation.
            """)

    @Option(help: ArgumentHelp("The scores.", valueName: "file.csv")) var scores: String
    @OptionGroup var truth: TruthOptions
    @Option(help: ArgumentHelp("The space that --without refers to.", valueName: "space")) var space = "deeper-insights"
    @OptionGroup var output: JSONOption

    func run() throws {
        guard let table = try truth.table() else {
            throw Usage(message: "metrics needs a truth", hint: "give --truth FILE.csv")
        }
        let scores = try ScoreTable(csv: CommaSeparatedFile.text(scores), path: scores)
        let subset = try truth.without == nil ? nil : truth.subset(SearchSpaceNames(try SearchSpace.resolve(space)))
        let report = try MetricsReport(scores: scores, truth: table, subset: subset)
        if output.json { return try Output.json(report) }
        var lines = Table([.words("figure"), .numbers("mean"), .numbers("std over rows")])
        func add(_ name: String, _ figure: RowFigure) { lines.add([name, fixed(figure.mean), fixed(figure.std)]) }
        add("GT-Tau (tau-b)", report.gtTau)
        add("tau-a", report.tauA)
        add("Spearman", report.spearman)
        for n in report.topRank.keys.sorted() { add("T\(n)R", report.topRank[n]!) }
        add("regret of the first, points", report.regret)
        if let subset = report.subset { add("GT-Tau \(subset.name) (\(subset.children))", subset.gtTau) }
        lines.add(["S-Tau", fixed(report.sTau), ""])
        try Output.line("\(report.children) children, \(report.rows) row\(report.rows == 1 ? "" : "s")")
        try Output.write(lines.plain)
    }

    private func fixed(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "-" }
}
