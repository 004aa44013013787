/// Which policy, with which parameters: what a policy file or a recipe's `policy:` says.
public struct PolicySpecification: Sendable, Hashable, Codable {
    /// The policy's name in the catalogue.
    public var use: String
    /// Its parameters by name; those left out have their standard values.
    public var parameters: [String: PolicyValue]
    /// The program, where the policy is one; ``use`` is then its file name, and there are no parameters.
    public var program: ProgramSpecification?

    /// A specification from its parts.
    public init(use: String, parameters: [String: PolicyValue] = [:]) {
        self.use = use
        self.parameters = parameters
    }

    /// A program.
    public init(program: ProgramSpecification) {
        self.init(use: program.baseName)
        self.program = program
    }

    /// As it stands in a recipe: `{use: keep-fraction, keep: 0.5}`.
    package var yaml: String { program?.yaml ?? text(\.description) }

    /// What makes this policy the same one wherever its files lie: as ``yaml``, but a program stands with its file's base
    /// name, and a truth table with its SHA-256 alone.
    package var identity: String {
        if let program { return program.identity }
        var placeless = self
        if parameters["truth-sha256"] != nil { placeless.parameters["truth"] = nil }
        return placeless.text { if case .policy(let wrapped) = $0 { wrapped.identity } else { $0.description } }
    }

    private func text(_ spell: (PolicyValue) -> String) -> String {
        let values = parameters.sorted { $0.key < $1.key }.map { ", \($0.key): \(spell($0.value))" }
        return "{use: \(use)\(values.joined())}"
    }
}
