import Foundation
import Reports
import Testing

@Suite struct HTMLTests {
    private func page(_ document: ReportDocument, refresh: Int? = nil) -> String {
        HTMLRenderer(refreshSeconds: refresh, imprint: "made <by> a test").render(document)
    }

    private func full() throws -> ReportDocument {
        try RunReport(
            Examples.ledgerRecord, ledger: Examples.ledger, trace: Examples.trace, truth: Examples.truth(),
            stamps: ["A <test> only."]
        ).document
    }

    private func documents() throws -> [ReportDocument] {
        let young = RunRecord(
            run: "young", phase: "TRAIN", seed: 1, images: 0, macs: 0, executedMacs: 0, storeBytes: 0, rounds: [],
            best: nil)
        return [
            try full(), try RunReport(Examples.run).document, try RunReport(young).document,
            ComparisonReport(Examples.comparison, isComplete: false).document,
            ComparisonReport(Examples.filled).document,
            ComparisonReport(ComparisonRecord(name: "none", arms: [])).document,
            ReportDocument(kind: "run", title: "", status: ""),
        ]
    }

    @Test func wellFormed() throws {
        for document in try documents() {
            let text = page(document, refresh: 5)
            #expect(Balance.problem(of: text) == nil, "\(document.title): \(Balance.problem(of: text) ?? "")")
            // Ids are unique.
            let ids = text.matches(of: /\ id="([^"]+)"/).map { String($0.1) }
            #expect(Set(ids).count == ids.count)
            // Every link leads somewhere.
            for link in text.matches(of: /href="#([^"]+)"/) { #expect(ids.contains(String(link.1))) }
        }
    }

    /// The checker itself finds what it is there for.
    @Test(arguments: ["<p>", "<p></b>", "a & b", "<p a=b></p>", "1 < 2", "<p a=\"<\"></p>"])
    func checkerFinds(_ markup: String) { #expect(Balance.problem(of: markup) != nil) }

    @Test func nothingIsAskedOfANetwork() throws {
        for document in try documents() {
            let text = page(document)
            for part in ["http:", "https:", "//", "<script", "url(", "@import", "src=", "javascript"] {
                #expect(!text.contains(part), "\(part)")
            }
        }
    }

    /// Hostile reasons, names and notes: shown letter by letter, with controls written out.
    @Test func escaping() throws {
        var ledger = Examples.ledger
        var record = Examples.ledgerRecord
        let hostile = "<script>alert(1)</script>\u{1B}[31m\u{202E}\"'&amp;</table>"
        ledger.rounds[0].entries[7].reason = hostile
        ledger.rounds[0].notes = [hostile]
        record.recipe = hostile
        record.run = hostile
        let text = page(
            try RunReport(record, ledger: ledger, trace: Examples.trace, stamps: [hostile]).document)
        #expect(Balance.problem(of: text) == nil)
        #expect(!text.contains("<script") && !text.contains("\u{1B}") && !text.contains("\u{202E}"))
        let shown = "&lt;script&gt;alert(1)&lt;/script&gt;\\u{1b}[31m\\u{202e}&quot;&#39;&amp;amp;&lt;/table&gt;"
        // Title, heading, subtitle, stamp, note, ledger, facts.
        #expect(text.components(separatedBy: shown).count > 7)
    }

    @Test func livePagesLookAgain() throws {
        var document = try full()
        #expect(!page(document, refresh: 5).contains("http-equiv"))
        document.isLive = true
        #expect(page(document, refresh: 5).contains("<meta http-equiv=\"refresh\" content=\"5\"/>"))
        #expect(!page(document).contains("http-equiv"))
    }

    /// Both renderers show every section, every sentence and every table cell of a document.
    @Test func bothFormatsTellTheSame() throws {
        for document in try documents() {
            let (html, markdown) = (page(document), MarkdownRenderer().render(document))
            for section in document.sections {
                #expect(html.contains("<section id=\"\(section.anchor)\">"))
                #expect(markdown.contains("\n## \(section.title)\n"))
                for case .table(let table) in section.blocks {
                    #expect(markdown.contains(table.markdown))
                    #expect(html.components(separatedBy: "<tr>").count > table.rows.count)
                }
            }
            for finding in document.verdict { #expect(html.contains("<h3>\(finding.question)</h3>")) }
        }
    }

    /// A section of others' making: sentences, a table, a plot.
    @Test func sectionsAreGeneric() {
        let plot = Plot(
            "Loss.", "Falls.", x: Axis("round"), y: Axis("lost children"), marks: [.dots([.init(0, 1)], .series(0))],
            table: Table([.numbers("Round"), .numbers("Lost")], rows: [["0", "1"]]))
        let section = ReportDocument.Section(
            "Regret audit", ["Of \(strong: "8") true best, 1 was lost."],
            table: Table([.words("Child"), .numbers("Round")], rows: [["434", "0"]]), plot: plot)
        let document = ReportDocument(kind: "run", title: "x", status: "finished", sections: [section])
        let markdown = MarkdownRenderer().render(document)
        #expect(markdown.contains("## Regret audit\n\nOf **8** true best, 1 was lost.\n\n*Loss.*: Falls.\n"))
        #expect(markdown.contains("| 434   |     0 |"))
        let html = page(document)
        #expect(html.contains("<section id=\"regret-audit\">") && html.contains("<strong>8</strong>"))
        #expect(html.contains("<td>434</td><td class=\"n\">0</td>") && Balance.problem(of: html) == nil)
    }
}
