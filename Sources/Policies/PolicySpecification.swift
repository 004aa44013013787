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
}
