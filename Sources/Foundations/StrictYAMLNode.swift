/// A value and its dotted path (`train.optimizer.lr`), with typed readers that refuse anything they would have to guess.
///
///     var map = try node.mapping()
///     let rate = try map.double("lr", in: 0...10, default: 0.025)
///     let seed = try map.whole("seed", in: 0...UInt64.max)
///     try map.finish()
///
/// Every reader throws ``YAMLError`` (exit status 3) that names file, line, path, what was expected and what was found.
package struct YAMLNode: Hashable, Sendable {
    package var tree: YAMLTree
    package var path: String

    package init(tree: YAMLTree, path: String = "") {
        self.tree = tree
        self.path = path
    }

    package var line: Int { tree.mark.line }
    package var isNull: Bool { tree.isNull }

    /// An error at this value, for a check that only the caller can make.
    package func error(_ problem: String) -> YAMLError { YAMLError(mark: tree.mark, path: path, problem: problem) }

    func expected(_ what: String) -> YAMLError { error("expected \(what), found \(tree.found)") }

    /// The text as written; numbers and truth values too, but not a missing value.
    package func string() throws -> String {
        guard case .scalar(let text, _) = tree.content, !isNull else { throw expected("text") }
        return text
    }

    /// `true` or `false`, nothing else (no `yes`, no `on`).
    package func bool() throws -> Bool {
        guard case .scalar(let text, quoted: false) = tree.content, text == "true" || text == "false" else {
            throw expected("true or false")
        }
        return text == "true"
    }

    /// The items of a list; `count` bounds their number.
    package func list(count: ClosedRange<Int> = 0...StrictYAML.nodeLimit) throws -> [YAMLNode] {
        guard case .list(let items) = tree.content else { throw expected("a list") }
        guard count.contains(items.count) else {
            let bound = count.lowerBound > items.count ? "at least \(count.lowerBound)" : "at most \(count.upperBound)"
            throw error("expected \(bound) items, found \(items.count)")
        }
        return items.enumerated().map { YAMLNode(tree: $1, path: join(path, "\($0)")) }
    }

    /// The pairs of a mapping whose keys are names the user chose, in order.
    package func entries() throws -> [(key: String, value: YAMLNode)] {
        guard case .mapping(let entries) = tree.content else { throw expected("a mapping") }
        return entries.map { ($0.key, YAMLNode(tree: $0.value, path: join(path, $0.key))) }
    }

    /// A reader of a mapping with known keys.
    package func mapping() throws -> YAMLMapping {
        guard case .mapping = tree.content else { throw expected("a mapping") }
        return YAMLMapping(self)
    }

    /// One of the names, with the nearest one named where it is none of them.
    package func name(among names: [String]) throws -> String {
        guard case .scalar(let text, _) = tree.content, !isNull else {
            throw expected("one of \(names.joined(separator: ", "))")
        }
        guard names.contains(text) else { throw error("unknown name '\(text.shortened)'\(suggestion(for: text, among: names))") }
        return text
    }

    /// A case of an enumeration by its raw value.
    package func choice<T: RawRepresentable & CaseIterable>(_ type: T.Type = T.self) throws -> T
    where T.RawValue == String {
        let name = try name(among: T.allCases.map(\.rawValue))
        guard let value = T(rawValue: name) else { throw error("unknown name '\(name)'") }
        return value
    }
}
