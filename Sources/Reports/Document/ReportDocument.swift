/// A report as a value, free of any format: what it found first, then sections of text, tables and plots.
///
/// ``MarkdownRenderer`` and ``HTMLRenderer`` show the same document, so that the two never tell different stories. A new
/// part of a report is a ``Section``: a title, sentences, a table, perhaps a plot.
package struct ReportDocument: Sendable {
    /// `run` or `comparison`.
    package var kind: String
    package var title: String
    /// One or two words on where it stands, such as `finished`.
    package var status: String
    /// One line under the title: on what, with what.
    package var subtitle: Prose?
    /// Sentences the reader must see before any figure, such as a caveat about the data set.
    package var stamps: [String]
    package var verdict: [Finding]
    package var sections: [Section]
    /// Still being written: a page may ask the browser to look again.
    package var isLive: Bool

    package init(
        kind: String, title: String, status: String, subtitle: Prose? = nil, stamps: [String] = [],
        verdict: [Finding] = [], sections: [Section] = [], isLive: Bool = false
    ) {
        self.kind = kind
        self.title = title
        self.status = status
        self.subtitle = subtitle
        self.stamps = stamps
        self.verdict = verdict
        self.sections = sections
        self.isLive = isLive
    }

    /// One answer of the verdict: the question in a few words, the answer large, and what has to be said with it.
    package struct Finding: Sendable {
        package enum Tone: String, Sendable { case plain, good, open }

        package var question: String
        package var answer: Prose
        package var remarks: [Prose]
        package var tone: Tone

        package init(_ question: String, _ answer: Prose, _ remarks: [Prose] = [], tone: Tone = .plain) {
            self.question = question
            self.answer = answer
            self.remarks = remarks
            self.tone = tone
        }
    }

    package struct Section: Sendable {
        package var title: String
        package var blocks: [Block]

        package init(_ title: String, _ blocks: [Block]) {
            self.title = title
            self.blocks = blocks
        }

        /// The usual section: what to know first, a picture of it, and the figures.
        package init(_ title: String, _ paragraphs: [Prose], table: Table? = nil, plot: Plot? = nil) {
            self.title = title
            blocks = paragraphs.map(Block.text)
            if let plot { blocks.append(.plots([plot])) }
            if let table { blocks.append(.table(table)) }
        }

        /// Its place on the page: the title in small letters and dashes.
        package var anchor: String {
            String(title.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
        }
    }

    package indirect enum Block: Sendable {
        case text(Prose)
        case list([Prose])
        case table(Table)
        /// A table that may be long: a page shows its first rows and folds all of them away under the title.
        case long(Table, String)
        /// Side by side where there is room.
        case plots([Plot])
        /// Under a smaller heading.
        case part(String, [Block])
        /// Long; a page folds it away under one line.
        case folded(String, [Block])
    }
}
