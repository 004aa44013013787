/// Which policy, with which parameters: what a policy file or a recipe's `policy:` says.
public struct PolicySpecification: Sendable, Hashable, Codable {
    /// The policy's name in the catalogue.
    public var use: String
    /// Its parameters by name; those left out have their standard values.
    public var parameters: [String: PolicyValue]

    /// A specification from its parts.
    public init(use: String, parameters: [String: PolicyValue] = [:]) {
        self.use = use
        self.parameters = parameters
    }

    /// As it stands in a recipe: `{use: keep-fraction, keep: 0.5}`.
    package var yaml: String {
        let values = parameters.sorted { $0.key < $1.key }.map { ", \($0.key): \($0.value)" }
        return "{use: \(use)\(values.joined())}"
    }
}
