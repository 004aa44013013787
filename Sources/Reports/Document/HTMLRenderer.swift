/// A document as one HTML file: no script, no other file, nothing asked of any network. It follows the reader's choice of
/// light or dark and the width of the screen: every plot is drawn twice, for wide and for narrow ones, and one is shown.
package struct HTMLRenderer: Sendable {
    /// After so many seconds a browser reads a live page again; nil never.
    package var refreshSeconds: Int?
    /// The last line, such as the program's version.
    package var imprint: String

    static let wide = 744.0
    static let narrow = 358.0

    package init(refreshSeconds: Int? = nil, imprint: String = "") {
        self.refreshSeconds = refreshSeconds
        self.imprint = imprint
    }

    package func render(_ document: ReportDocument) -> String {
        var writer = HTMLWriter()
        let body =
            writer.header(document) + writer.verdict(document) + writer.contents(document)
            + document.sections.map { writer.section($0) }.joined() + writer.footer(imprint)
        var head = Markup.empty("meta", ["charset": "utf-8"])
        head += Markup.empty("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        head += Markup.empty("meta", ["name": "color-scheme", "content": "light dark"])
        // Without an icon of its own a browser asks the server for one.
        head += Markup.empty("link", ["rel": "icon", "href": "data:,"])
        if document.isLive, let refreshSeconds {
            head += Markup.empty("meta", ["http-equiv": "refresh", "content": "\(refreshSeconds)"])
        }
        head += Markup.element("title", [:], Markup.text("\(document.title) · Espalier \(document.kind)"))
        head += "<style>\n\(HTMLStyle.sheet)</style>"
        return "<!DOCTYPE html>\n"
            + Markup.element(
                "html", ["lang": "en"],
                "\n<head>\(head)</head>\n" + Markup.element("body", [:], Markup.element("main", [:], "\n\(body)"))
                    + "\n")
            + "\n"
    }
}

/// Writes the parts of one page; numbers its plots, whose titles need ids.
struct HTMLWriter {
    /// Rows of a long table that are shown before the rest is folded away.
    static let rowsShown = 12
    private var plots = 0

    func header(_ document: ReportDocument) -> String {
        let eyebrow = Markup.element("p", ["class": "eyebrow"], Markup.text("Espalier · \(document.kind)"))
        let chip = Markup.element(
            "span", ["class": document.isLive ? "chip live" : "chip"], Markup.text(document.status))
        let title = Markup.element("h1", [:], Markup.text(document.title) + " " + chip)
        let subtitle = document.subtitle.map { Markup.element("p", ["class": "subtitle"], prose($0)) } ?? ""
        let stamps = document.stamps.map { Markup.element("p", ["class": "stamp"], Markup.text($0)) }.joined()
        return Markup.element("header", [:], eyebrow + title + subtitle + stamps) + "\n"
    }

    func verdict(_ document: ReportDocument) -> String {
        guard !document.verdict.isEmpty else { return "" }
        let cards = document.verdict.map { finding in
            Markup.element(
                "div", ["class": "finding \(finding.tone.rawValue)"],
                Markup.element("h3", [:], Markup.text(finding.question))
                    + Markup.element("p", ["class": "answer"], prose(finding.answer))
                    + finding.remarks.map { Markup.element("p", [:], prose($0)) }.joined()) + "\n"
        }.joined()
        return Markup.element(
            "section", ["class": "verdict", "id": "verdict", "aria-label": "Verdict"],
            Markup.element("h2", ["class": "quiet"], "Verdict") + "\n"
                + Markup.element("div", ["class": "findings"], "\n\(cards)")) + "\n"
    }

    func contents(_ document: ReportDocument) -> String {
        guard document.sections.count > 1 else { return "" }
        let links = document.sections.map {
            Markup.element("li", [:], Markup.element("a", ["href": "#\($0.anchor)"], Markup.text($0.title)))
        }.joined()
        return Markup.element("nav", ["aria-label": "Sections"], Markup.element("ul", [:], links)) + "\n"
    }

    mutating func section(_ section: ReportDocument.Section) -> String {
        let title = Markup.element("h2", [:], Markup.text(section.title))
        var blocks = ""
        for block in section.blocks { blocks += self.block(block) }
        return Markup.element("section", ["id": section.anchor], title + "\n" + blocks) + "\n"
    }

    private mutating func block(_ block: ReportDocument.Block) -> String {
        switch block {
        case .text(let text): return Markup.element("p", [:], prose(text)) + "\n"
        case .list(let items):
            return items.isEmpty
                ? ""
                : Markup.element("ul", [:], items.map { Markup.element("li", [:], prose($0)) }.joined(separator: "\n"))
                    + "\n"
        case .table(let table): return table.html + "\n"
        case .long(let table, let title): return long(table, title) + "\n"
        case .plots(let plots):
            var figures = ""
            for plot in plots { figures += figure(plot, isAlone: plots.count == 1) }
            return plots.count > 1 ? Markup.element("div", ["class": "beside"], figures) + "\n" : figures
        case .part(let title, let blocks):
            var inner = ""
            for block in blocks { inner += self.block(block) }
            return Markup.element("h3", [:], Markup.text(title)) + "\n" + inner
        case .folded(let title, let blocks):
            var inner = ""
            for block in blocks { inner += self.block(block) }
            return Markup.element("details", [:], Markup.element("summary", [:], Markup.text(title)) + "\n" + inner)
                + "\n"
        }
    }

    /// A few more rows than are shown first are shown at once.
    private func long(_ table: Table, _ title: String) -> String {
        guard table.rows.count > Self.rowsShown + 4 else { return table.html }
        let first = Table(table.columns, rows: Array(table.rows.prefix(Self.rowsShown)))
        return first.html
            + Markup.element("details", [:], Markup.element("summary", [:], Markup.text(title)) + table.html)
    }

    private mutating func figure(_ plot: Plot, isAlone: Bool) -> String {
        plots += 1
        let narrow = plot.svg(width: HTMLRenderer.narrow, id: "p\(plots)n", class: "narrow")
        let wide = plot.svg(width: isAlone ? HTMLRenderer.wide : HTMLRenderer.narrow, id: "p\(plots)w", class: "wide")
        let caption = Markup.element(
            "figcaption", [:],
            Markup.element("strong", [:], Markup.text(plot.title)) + " " + Markup.text(plot.description))
        let table = plot.table.map {
            Markup.element("details", [:], Markup.element("summary", [:], "The figures as a table") + $0.html)
        }
        let legend = Markup.element("div", [:], plot.legendHTML)
        return Markup.element("figure", [:], caption + legend + wide + narrow + (table ?? "")) + "\n"
    }

    func footer(_ imprint: String) -> String {
        Markup.element("footer", [:], Markup.element("p", [:], Markup.text(imprint))) + "\n"
    }

    private func prose(_ prose: Prose) -> String {
        prose.spans.map { span in
            switch span {
            case .plain(let text): Markup.text(text)
            case .strong(let text): Markup.element("strong", [:], Markup.text(text))
            case .code(let text): Markup.element("code", [:], Markup.text(text))
            case .link(let text, let anchor): Markup.element("a", ["href": "#\(anchor)"], Markup.text(text))
            }
        }.joined()
    }
}

extension Table {
    /// An HTML table that scrolls by itself where it is wider than the screen.
    var html: String {
        func cell(_ name: String, _ text: String, _ column: Column) -> String {
            column.side == .right
                ? Markup.element(name, ["class": "n"], Markup.text(text)) : Markup.element(name, [:], Markup.text(text))
        }
        func row(_ name: String, _ cells: [String]) -> String {
            Markup.element("tr", [:], zip(columns, cells).map { cell(name, $1, $0) }.joined())
        }
        let head = Markup.element("thead", [:], row("th", columns.map(\.heading)))
        let body = Markup.element("tbody", [:], rows.map { row("td", $0) }.joined(separator: "\n"))
        return Markup.element(
            "div", ["class": "scroll", "tabindex": "0"], Markup.element("table", [:], head + "\n" + body))
    }
}
