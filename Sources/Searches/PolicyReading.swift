import Foundations
import Policies

extension PolicyCatalogue {
    /// The policies a recipe may name. A binary with policies of its own binds its catalogue around everything it does.
    @TaskLocal package static var current = PolicyCatalogue.builtIn
}

extension PolicySpecification {
    package static let keepAll = PolicySpecification(use: "keep-all")
    private static let schema = "espalier.policy/1"

    /// A built-in name, a policy file (`.yaml`), or `{use: name, parameter: value}`; parameters left out get their
    /// defaults.
    ///
    /// - Throws: ``YAMLError`` and ``PolicyError``, exit status 3 (2 where a file cannot be read).
    /// - Parameter resolving: false takes the policy as it is written, as a stored recipe spells it out: a run can be read by
    ///   a binary that does not know its policy.
    init(_ node: YAMLNode, resolving: Bool = true) throws {
        let specification: PolicySpecification
        var place = node
        if case .scalar = node.tree.content {
            let name = try node.string()
            if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
                place = try StrictYAML.load(path: name)
                specification = try PolicySpecification(file: place)
            } else {
                specification = PolicySpecification(use: name)
            }
        } else {
            specification = try PolicySpecification(keys: node.entries(), of: node)
        }
        guard resolving else {
            self = specification
            return
        }
        do {
            self = try PolicyCatalogue.current.resolve(specification)
        } catch let error as PolicyError {
            var problem = place.error(error.description)
            problem.exitCode = error.exitCode
            throw problem
        }
    }

    private init(file: YAMLNode) throws {
        var entries = try file.entries()
        guard let schema = entries.firstIndex(where: { $0.key == "schema" }),
            try entries[schema].value.string() == PolicySpecification.schema
        else { throw file.error("schema: expected \(PolicySpecification.schema)") }
        entries.remove(at: schema)
        self = try PolicySpecification(keys: entries, of: file)
    }

    private init(keys: [(key: String, value: YAMLNode)], of node: YAMLNode) throws {
        guard let use = keys.first(where: { $0.key == "use" }) else { throw node.error("the key 'use' is missing") }
        self.init(use: try use.value.string())
        for (key, value) in keys where key != "use" { parameters[key] = try PolicyValue(value) }
    }

    func make() throws -> any PruningPolicy { try PolicyCatalogue.current.make(self) }
}

extension PolicyValue {
    init(_ node: YAMLNode) throws {
        if case .mapping = node.tree.content {
            self = .policy(try PolicySpecification(node, resolving: false))
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
