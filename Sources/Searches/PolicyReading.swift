import Foundations
import Policies

extension PolicyCatalogue {
    /// The policies a recipe may name. A binary with policies of its own binds its catalogue around everything it does.
    @TaskLocal package static var current = PolicyCatalogue.builtIn
}

extension PolicySpecification {
    package static let keepAll = PolicySpecification(use: "keep-all")
    private static let schema = "espalier.policy/1"

    /// A built-in name, a policy file (`.yaml`), a program, `{use: name, parameter: value}`, or `{program: [words], ...}`;
    /// parameters left out get their defaults, programs their absolute path.
    ///
    /// - Throws: ``YAMLError`` and ``PolicyError``, exit status 3 (2 where a file cannot be read or executed).
    /// - Parameter resolving: false takes the policy as it is written, as a stored recipe spells it out: a run can be read by
    ///   a binary that does not know its policy, or where its program is gone.
    package init(_ node: YAMLNode, resolving: Bool = true) throws {
        var place = node
        var written: PolicySpecification
        if case .scalar = node.tree.content {
            let name = try node.string()
            if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
                place = try StrictYAML.load(path: name)
                written = try PolicySpecification(file: place, locating: resolving)
            } else if resolving, name.isProgram {
                // A bare name is a file of the current folder here, as it was seen there.
                let word = name.contains("/") ? name : "./" + name
                written = try PolicySpecification(program: .init(argv: [word]).located(from: "", at: node))
            } else {
                written = PolicySpecification(use: name)
            }
        } else {
            written = try PolicySpecification(written: node, locating: resolving)
        }
        if resolving {
            written = try place.naming { try PolicyCatalogue.current.resolve(written) }
        }
        self = written
    }

    /// As a comparison or a run spells it out.
    ///
    /// - Throws: ``YAMLError``; ``PolicyError`` where it has come to be unknown.
    package init(recorded text: String) throws {
        try self.init(StrictYAML.parse(text, path: "recorded policy"))
    }

    private init(file: YAMLNode, locating: Bool) throws {
        guard case .mapping(var entries) = file.tree.content,
            let schema = entries.firstIndex(where: { $0.key == "schema" }),
            entries[schema].value.content == .scalar(PolicySpecification.schema, quoted: false)
        else { throw file.error("schema: expected \(PolicySpecification.schema)") }
        entries.remove(at: schema)
        var rest = file
        rest.tree.content = .mapping(entries)
        try self.init(written: rest, locating: locating)
    }

    /// The keys of a policy as they are written, not checked against the catalogue.
    fileprivate init(written node: YAMLNode, locating: Bool) throws {
        let keys = try node.entries()
        if keys.contains(where: { $0.key == "program" }) {
            self.init(program: try ProgramSpecification(node, locating: locating))
            return
        }
        guard let use = keys.first(where: { $0.key == "use" }) else {
            throw node.error("the key 'use' is missing (or 'program')")
        }
        self.init(use: try use.value.string())
        for (key, value) in keys where key != "use" { parameters[key] = try PolicyValue(value, locating: locating) }
    }

    package func make() throws -> any PruningPolicy { try PolicyCatalogue.current.make(self) }
}

extension PolicyValue {
    init(_ node: YAMLNode, locating: Bool) throws {
        if case .mapping = node.tree.content {
            self = .policy(try PolicySpecification(written: node, locating: locating))
            return
        }
        guard case .scalar(let text, quoted: false) = node.tree.content else {
            self = .word(try node.string())
            return
        }
        if text == "true" || text == "false" {
            self = .flag(try node.bool())
        } else if let whole = try? node.int() {
            self = .integer(whole)
        } else if let number = try? node.double() {
            self = .number(number)
        } else {
            self = .word(try node.string())
        }
    }
}

extension String {
    /// Whether this, in the place of a policy's name, means a program: a path, or a file that may be executed; a policy of
    /// that name goes before.
    fileprivate var isProgram: Bool {
        !PolicyCatalogue.current.entries.contains { $0.name == self } && (contains("/") || isExecutableFile)
    }
}
