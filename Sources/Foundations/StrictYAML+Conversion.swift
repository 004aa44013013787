import Yams

/// Turns the parser's nodes to our own, counting as it goes.
struct Conversion {
    let source: String
    private var count = 0

    init(source: String) { self.source = source }

    mutating func tree(of node: Node, path: String, depth: Int) throws -> YAMLTree {
        let mark = YAMLMark(source: source, line: node.mark?.line ?? 0)
        func refuse(_ problem: String) -> YAMLError { YAMLError(mark: mark, path: path, problem: problem) }
        count += 1
        guard count <= StrictYAML.nodeLimit else {
            throw YAMLError(mark: mark, problem: "more than \(StrictYAML.nodeLimit) values (aliases expanded)")
        }
        guard depth <= StrictYAML.depthLimit else {
            throw YAMLError(mark: mark, problem: "nested deeper than \(StrictYAML.depthLimit) levels")
        }
        switch node {
        case .scalar(let scalar):
            // Quoted text carries the tag of text; any other tag was written by hand.
            let isPlain = scalar.style == .plain || scalar.style == .any
            guard scalar.tag.description == (isPlain ? "" : "tag:yaml.org,2002:str") else {
                throw refuse("tags such as \(scalar.tag.description) are not supported")
            }
            if isPlain && ["", "~"].contains(scalar.string) {
                return YAMLTree(.scalar("null", quoted: false), mark: mark)
            }
            return YAMLTree(.scalar(scalar.string, quoted: !isPlain && scalar.string.looksTyped), mark: mark)
        case .sequence(let sequence):
            guard ["", "tag:yaml.org,2002:seq"].contains(sequence.tag.description) else {
                throw refuse("tags such as \(sequence.tag.description) are not supported")
            }
            var items: [YAMLTree] = []
            for item in sequence {
                items.append(try tree(of: item, path: join(path, "\(items.count)"), depth: depth + 1))
            }
            return YAMLTree(.list(items), mark: mark)
        case .mapping(let mapping):
            guard ["", "tag:yaml.org,2002:map"].contains(mapping.tag.description) else {
                throw refuse("tags such as \(mapping.tag.description) are not supported")
            }
            return YAMLTree(.mapping(try entries(of: mapping, path: path, depth: depth)), mark: mark)
        case .alias: throw refuse("an alias without its anchor")
        }
    }

    private mutating func entries(of mapping: Node.Mapping, path: String, depth: Int) throws -> [YAMLTree.Entry] {
        var entries: [YAMLTree.Entry] = []
        var seen: Set<String> = []
        for (key, value) in mapping {
            let mark = YAMLMark(source: source, line: key.mark?.line ?? 0)
            guard case .scalar(let scalar) = key else {
                throw YAMLError(mark: mark, path: path, problem: "a key must be plain text")
            }
            guard scalar.string.utf8.count <= 256 else {
                throw YAMLError(mark: mark, path: path, problem: "a key longer than 256 bytes")
            }
            let inner = join(path, scalar.string)
            guard seen.insert(scalar.string).inserted else {
                throw YAMLError(mark: mark, path: inner, problem: "the key is given twice")
            }
            let tree = try tree(of: value, path: inner, depth: depth + 1)
            entries.append(YAMLTree.Entry(key: scalar.string, keyMark: mark, value: tree))
        }
        return entries
    }
}

/// `a.b`, or `b` where `a` is empty.
func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

extension YAMLError {
    /// The parser's own complaint on one line.
    init(_ error: YamlError, path: String) {
        func at(_ line: Int, _ problem: String) -> YAMLError {
            YAMLError(mark: YAMLMark(source: path, line: line), problem: problem)
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            self = at(mark.line, "not YAML: \(problem)")
        case .composer(_, let problem, let mark, _):
            self =
                problem.contains("another document")
                ? at(mark.line, "a second document starts here, expected one") : at(mark.line, "not YAML: \(problem)")
        case .reader(let problem, _, _, _): self = at(0, "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            self = at(context.mark.line, "the key '\(keys.first ?? "")' is given twice")
        default: self = at(0, "not YAML")
        }
    }
}
