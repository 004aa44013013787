/// A document as Markdown. A plot is told by its description and, where that is short, its table.
package struct MarkdownRenderer: Sendable {
    /// Longer tables of plots are left out: a page draws them, CSV and JSON hold every row.
    static let plotRows = 24

    package init() {}

    package func render(_ document: ReportDocument) -> String {
        var parts = [
            "# \(document.kind.prefix(1).uppercased() + document.kind.dropFirst()) \(markdownText(document.title))\n"
        ]
        if let subtitle = document.subtitle { parts.append(prose(subtitle) + "\n") }
        parts += document.stamps.map { "> \(markdownText($0))\n" }
        parts.append("Status: \(markdownText(document.status)).\n")
        if !document.verdict.isEmpty {
            parts.append("## Verdict\n")
            parts += document.verdict.map(finding)
        }
        for section in document.sections {
            parts.append("## \(markdownText(section.title))\n")
            parts += section.blocks.flatMap { block($0, depth: 3) }
        }
        return parts.joined(separator: "\n")
    }

    private func finding(_ finding: ReportDocument.Finding) -> String {
        let sentences = ([finding.answer] + finding.remarks).map(prose)
        return "- **\(markdownText(finding.question))**: " + sentences.joined(separator: " ") + "\n"
    }

    private func block(_ block: ReportDocument.Block, depth: Int) -> [String] {
        switch block {
        case .text(let text): [prose(text) + "\n"]
        case .list(let items): items.isEmpty ? [] : [items.map { "- \(prose($0))\n" }.joined()]
        case .table(let table), .long(let table, _): [table.markdown]
        case .plots(let plots): plots.flatMap(plot)
        case .part(let title, let blocks), .folded(let title, let blocks):
            ["\(String(repeating: "#", count: depth)) \(markdownText(title))\n"]
                + blocks.flatMap { self.block($0, depth: depth + 1) }
        }
    }

    private func plot(_ plot: Plot) -> [String] {
        let told = "*\(markdownText(plot.title))*: \(markdownText(plot.description))\n"
        guard let table = plot.table, !table.rows.isEmpty else { return [told] }
        return table.rows.count <= Self.plotRows
            ? [told, table.markdown]
            : [told, "(\(table.rows.count) values; they are in the page, the CSV and the JSON.)\n"]
    }

    private func prose(_ prose: Prose) -> String {
        prose.spans.map { span in
            switch span {
            case .plain(let text), .link(let text, _): markdownText(text)
            case .strong(let text): "**\(markdownText(text))**"
            case .code(let text):
                // A backtick cannot be escaped inside a code span.
                text.contains("`") ? markdownText(text) : "`\(plainText(text))`"
            }
        }.joined()
    }
}
