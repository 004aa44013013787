import ArgumentParser
import Foundation
import Foundations
import Reports

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write a run or a comparison as a page, Markdown, CSV or JSON.",
        discussion: """
            All formats come from the same recorded rows; a run may still be going. A page (.html) is one file that opens \
            without a network or a server. CSV has a row for each child and decision, of a comparison one for each run.
            """)

    @Argument(help: "The run or comparison.") var name: String
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            """
            A file to write; its ending says how: .html, .md, .csv or .json. May be repeated. Without it Markdown on \
            standard output.
            """, valueName: "file"))
    var out: [String] = []
    @Flag(
        help:
            "Keep the files fresh and show where the run stands, until it ends or Ctrl-C; without --out reports/NAME.html."
    )
    var watch = false
    @OptionGroup var truth: TruthOptions
    @OptionGroup var store: StoreOptions

    func validate() throws { _ = try targets }

    func run() async throws {
        if watch { return try await ReportWatch(source, targets).run() }
        let pages = try await source.pages()
        guard !out.isEmpty else { return try Output.write(MarkdownRenderer().render(pages.document)) }
        for target in try targets {
            try TextFile.write(pages.text(target.format), to: target.path)
            Output.error("report: \(target.path)")
        }
    }

    private var source: ReportSource { ReportSource(name: name, truth: truth, store: store) }

    private var targets: [ReportTarget] {
        get throws {
            try (out.isEmpty && watch ? ["reports/\(name).html"] : out).map { path in
                let ending = (path as NSString).pathExtension.lowercased()
                guard let format = ReportFormat(rawValue: ending) else {
                    let endings = ReportFormat.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
                    throw ValidationError("--out: \(path): the ending says what is written, expected one of \(endings)")
                }
                return ReportTarget(path: path, format: format)
            }
        }
    }
}

enum ReportFormat: String, CaseIterable { case html, md, csv, json }

struct ReportTarget {
    let path: String
    let format: ReportFormat
}

/// Files written where the command line says.
enum TextFile {
    /// Whole or not at all.
    static func write(_ text: String, to path: String) throws { try OutputFile.write(Array(text.utf8), to: path) }
}
