extension YAMLNode {
    /// The value at a dotted path (`rounds.0.at`), or nil where there is none.
    package func value(at dotted: String) -> YAMLNode? {
        dotted.split(separator: ".", omittingEmptySubsequences: false).reduce(self) { node, part -> YAMLNode? in
            guard let node else { return nil }
            switch node.tree.content {
            case .scalar: return nil
            case .list(let items):
                guard let i = Int(part), items.indices.contains(i) else { return nil }
                return YAMLNode(tree: items[i], path: join(node.path, "\(i)"))
            case .mapping(let entries):
                return entries.first { $0.key == part }.map { YAMLNode(tree: $0.value, path: join(node.path, $0.key)) }
            }
        }
    }

    /// This tree with the value of `assignment` (`path.to.key=value`) put in; the flag is named in later errors.
    ///
    /// Missing mapping levels are made; in a list a number names an item, and the number after the last appends one.
    /// The value is a scalar or flow text. Throws with exit status 2 where the assignment does not fit the tree.
    ///
    /// - Parameter option: where the assignment was given, for messages.
    package func setting(_ assignment: String, option: String = "--set ") throws -> YAMLNode {
        let source = option + assignment
        guard let equals = assignment.firstIndex(of: "=") else {
            throw YAMLError(
                mark: YAMLMark(source: source, line: 0), problem: "expected path.to.key=value", exitCode: .usage)
        }
        let value = try StrictYAML.value(String(assignment[assignment.index(after: equals)...]), source: source)
        return try setting(String(assignment[..<equals]), to: value)
    }

    /// This tree with `value` at the dotted path.
    package func setting(_ dotted: String, to value: YAMLTree) throws -> YAMLNode {
        let parts = dotted.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !parts.contains("") else {
            throw YAMLError(mark: value.mark, path: dotted, problem: "a path has an empty part", exitCode: .usage)
        }
        guard parts.count < StrictYAML.depthLimit else {
            throw YAMLError(mark: value.mark, problem: "nested deeper than 64 levels", exitCode: .usage)
        }
        var copy = self
        try copy.tree.set(parts[...], to: value, done: path)
        return copy
    }
}

extension YAMLTree {
    fileprivate mutating func set(_ parts: ArraySlice<String>, to value: YAMLTree, done: String) throws {
        guard let key = parts.first else {
            self = value
            return
        }
        let inner = join(done, key)
        func refuse(_ problem: String) -> YAMLError {
            YAMLError(mark: value.mark, path: inner, problem: problem, exitCode: .usage)
        }
        switch content {
        case .list(var items):
            guard let i = Int(key), 0...items.count ~= i else {
                throw refuse("expected an item number from 0 to \(items.count), found '\(key)'")
            }
            if i == items.count { items.append(.plain("null", mark: value.mark)) }
            try items[i].set(parts.dropFirst(), to: value, done: inner)
            content = .list(items)
        case .mapping(var entries):
            if let i = entries.firstIndex(where: { $0.key == key }) {
                try entries[i].value.set(parts.dropFirst(), to: value, done: inner)
            } else {
                var fresh = YAMLTree.plain("null", mark: value.mark)
                try fresh.set(parts.dropFirst(), to: value, done: inner)
                entries.append(Entry(key: key, keyMark: value.mark, value: fresh))
            }
            content = .mapping(entries)
        case .scalar where isNull:
            self = YAMLTree(.mapping([]), mark: value.mark)
            try set(parts, to: value, done: done)
        case .scalar: throw refuse("'\(done)' is \(found), expected a mapping")
        }
    }
}
