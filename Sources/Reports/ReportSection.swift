/// A part of a report before it has a form: a title, then sentences, lists and tables.
///
/// Texts are plain; whoever writes them in a format escapes what the format would take for its own.
package struct ReportSection: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case text(String)
        case heading(String)
        case list([String])
        case table(Table)
    }

    package let title: String
    package var parts: [Part]

    package init(_ title: String, _ parts: [Part] = []) { (self.title, self.parts) = (title, parts) }

    /// As Markdown, the title of the second order.
    package var markdown: String {
        (["## \(markdownText(title))\n"]
            + parts.map { part in
                switch part {
                case .text(let text): markdownText(text) + "\n"
                case .heading(let text): "### \(markdownText(text))\n"
                case .list(let items): items.map { "- \(markdownText($0))\n" }.joined()
                case .table(let table): table.markdown
                }
            }).joined(separator: "\n")
    }
}
