import Yams

/// The one door to YAML: reads a text to a ``YAMLNode``, strictly.
///
/// One document; keys are scalars and never repeated; no tags; aliases are expanded. Limits, each with an error of its
/// own: 1 MiB of text, 64 levels, 10,000 values after expansion, 256 aliases, keys of 256 bytes.
package enum StrictYAML {
    package static let byteLimit = 1 << 20
    package static let depthLimit = 64
    package static let nodeLimit = 10_000
    package static let aliasLimit = 256

    /// - Parameter path: names the source in errors.
    /// - Throws: ``YAMLError``, exit status 3.
    package static func parse(_ text: String, path: String) throws -> YAMLNode {
        try parse(bytes: Array(text.utf8), path: path)
    }

    /// The same from bytes, which must be UTF-8 (a byte order mark is skipped).
    package static func parse(bytes: [UInt8], path: String) throws -> YAMLNode {
        let text = try inspect(bytes, path: path)
        guard let root = try compose(text, path: path), !root.isEmpty else {
            throw YAMLError(mark: YAMLMark(source: path, line: 0), problem: "the file is empty")
        }
        var conversion = Conversion(source: path)
        return YAMLNode(tree: try conversion.tree(of: root, path: "", depth: 1))
    }

    /// Reads and parses a file. Throws with exit status 2 where it cannot be read, 3 where its content is wrong.
    package static func load(path: String) throws -> YAMLNode {
        let bytes: [UInt8]
        do {
            bytes = try RegularFile.read(path, limit: byteLimit)
        } catch {
            // A size is a matter of the content.
            let isSize = error.text.contains("larger than")
            throw YAMLError(
                mark: YAMLMark(source: path, line: 0), problem: error.text, exitCode: isSize ? .recipe : .usage)
        }
        return try parse(bytes: bytes, path: path)
    }

    /// A value as it stands after `=` in `--set key=value`: a scalar or flow text. Empty text is nothing.
    package static func value(_ text: String, source: String) throws -> YAMLTree {
        if text.allSatisfy(\.isWhitespace) { return .plain("null", mark: YAMLMark(source: source, line: 0)) }
        do {
            var tree = try parse(text, path: source).tree
            tree.moveMarks(to: YAMLMark(source: source, line: 0))
            return tree
        } catch var error as YAMLError {
            error.mark.line = 0
            throw error
        }
    }

    private static func compose(_ text: String, path: String) throws -> Node? {
        do {
            return try Yams.compose(yaml: text, .basic)
        } catch let error as YamlError {
            throw YAMLError(error, path: path)
        }
    }
}

extension Node {
    /// A document without any content composes to one plain scalar without text.
    fileprivate var isEmpty: Bool {
        if case .scalar(let scalar) = self { scalar.string.isEmpty && scalar.style == .plain } else { false }
    }
}

extension YAMLTree {
    fileprivate mutating func moveMarks(to mark: YAMLMark) {
        self.mark = mark
        switch content {
        case .scalar: break
        case .list(var items):
            for i in items.indices { items[i].moveMarks(to: mark) }
            content = .list(items)
        case .mapping(var entries):
            for i in entries.indices {
                entries[i].keyMark = mark
                entries[i].value.moveMarks(to: mark)
            }
            content = .mapping(entries)
        }
    }
}
