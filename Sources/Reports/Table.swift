/// Rows of text under a header, to be written for a terminal or as Markdown.
package struct Table: Sendable, Hashable {
    /// A column's heading and on which side its cells line up.
    package struct Column: Sendable, Hashable {
        package enum Side: Sendable { case left, right }
        package let heading: String
        package let side: Side

        /// Words line up on the left.
        package static func words(_ heading: String) -> Column { Column(heading: heading, side: .left) }
        /// Numbers line up on the right.
        package static func numbers(_ heading: String) -> Column { Column(heading: heading, side: .right) }
    }

    package let columns: [Column]
    package private(set) var rows: [[String]] = []

    package init(_ columns: [Column], rows: [[String]] = []) {
        self.columns = columns
        for row in rows { add(row) }
    }

    /// Adds a row; missing cells are empty, cells beyond the last column are left out.
    package mutating func add(_ row: [String]) {
        rows.append(columns.indices.map { $0 < row.count ? row[$0] : "" })
    }

    /// Columns padded with blanks, two between them, no blanks at the end of a line; a line for the headings.
    ///
    /// Control characters are escaped, so a hostile name cannot move the cursor. A letter counts as one place wide.
    package var plain: String {
        let lines = ([columns.map(\.heading)] + rows).map { $0.map(plainText) }
        let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            var text = columns.indices.map { pad(line[$0], to: widths[$0], columns[$0].side) }.joined(separator: "  ")
            while text.last == " " { text.removeLast() }
            return text + "\n"
        }.joined()
    }

    /// A Markdown table with cells escaped and the source padded, so that it reads as text too.
    package var markdown: String {
        let lines = ([columns.map(\.heading)] + rows).map { $0.map(markdownText) }
        let widths = columns.indices.map { column in max(3, lines.map { $0[column].count }.max() ?? 0) }
        func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
        let rule = columns.indices.map { column in
            let dashes = String(repeating: "-", count: widths[column] - 1)
            return columns[column].side == .right ? dashes + ":" : dashes + "-"
        }
        let padded = lines.map { line in
            row(columns.indices.map { pad(line[$0], to: widths[$0], columns[$0].side) })
        }
        return padded[0] + row(rule) + padded.dropFirst().joined()
    }
}

private func pad(_ text: String, to width: Int, _ side: Table.Column.Side) -> String {
    let blanks = String(repeating: " ", count: max(0, width - text.count))
    return side == .left ? text + blanks : blanks + text
}
