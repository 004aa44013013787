/// Where a value was written: a file and its line from 1, or a flag such as `--set seed=7` (line 0).
package struct YAMLMark: Hashable, Sendable, CustomStringConvertible {
    package var source: String
    package var line: Int

    package init(source: String, line: Int) {
        self.source = source
        self.line = line
    }

    package var description: String { line > 0 ? "\(source):\(line)" : source }
}

/// A YAML value with the place where it was written. Equality looks at the value only, never at the place.
///
/// Scalars keep the text as written: nothing becomes a number or a truth value before a reader asks for one.
package struct YAMLTree: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// `quoted` is true only where the quotes matter: `"12"` is text, `12` may be read as a number.
        case scalar(String, quoted: Bool)
        case list([YAMLTree])
        case mapping([Entry])
    }

    /// One `key: value` of a mapping; keys keep their order.
    package struct Entry: Hashable, Sendable {
        package var key: String
        package var keyMark: YAMLMark
        package var value: YAMLTree

        package init(key: String, keyMark: YAMLMark, value: YAMLTree) {
            self.key = key
            self.keyMark = keyMark
            self.value = value
        }

        package static func == (a: Entry, b: Entry) -> Bool { a.key == b.key && a.value == b.value }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(key)
            hasher.combine(value)
        }
    }

    package var content: Content
    package var mark: YAMLMark

    package init(_ content: Content, mark: YAMLMark) {
        self.content = content
        self.mark = mark
    }

    /// A scalar that reads as this text and never as a number, a truth value or nothing.
    package static func text(_ text: String, mark: YAMLMark = YAMLMark(source: "value", line: 0)) -> YAMLTree {
        YAMLTree(.scalar(text, quoted: text.looksTyped), mark: mark)
    }

    /// A scalar written plainly, such as a number.
    package static func plain(_ text: String, mark: YAMLMark = YAMLMark(source: "value", line: 0)) -> YAMLTree {
        YAMLTree(.scalar(text, quoted: false), mark: mark)
    }

    package static func == (a: YAMLTree, b: YAMLTree) -> Bool { a.content == b.content }

    package func hash(into hasher: inout Hasher) { hasher.combine(content) }

    /// True for nothing at all, `~` and `null`.
    package var isNull: Bool {
        if case .scalar(let text, quoted: false) = content { text.isEmpty || text == "~" || text == "null" } else { false }
    }

    /// How an error names what it found.
    var found: String {
        switch content {
        case .scalar where isNull: "nothing"
        case .scalar(let text, quoted: true): "the text \"\(text.shortened)\""
        case .scalar(let text, quoted: false): "'\(text.shortened)'"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}

extension String {
    /// Whether a plain scalar of this text could be taken for a number, a truth value or nothing.
    var looksTyped: Bool {
        guard let first = utf8.first else { return true }
        return "+-.~0123456789".utf8.contains(first)
            || ["null", "true", "false", "yes", "no", "on", "off"].contains(lowercased())
    }

    /// At most 60 characters on one line, for an error message.
    package var shortened: String {
        let line = String(map { $0.isNewline ? " " : $0 })
        return line.count > 60 ? line.prefix(57) + "..." : line
    }
}
