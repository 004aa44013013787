import Foundations

/// A policy that can be asked for by name: one row of the catalogue.
public struct PolicyEntry: Sendable {
    /// The name after `use:`.
    public let name: String
    /// One line for people.
    public let summary: String
    /// Its parameters.
    public let parameters: [PolicyParameter]
    /// Fills in what a run must remember of the world outside it, such as the digest of a file that is named.
    ///
    /// It sees the parameters as they were given, before they are checked against their ranges, each time they are
    /// resolved: when a run is made and when it is resumed.
    public let complete: @Sendable (inout [String: PolicyValue]) throws -> Void
    /// Makes the policy of parameters that are complete and within their ranges.
    public let make: @Sendable (PolicyArguments) throws -> any PruningPolicy

    /// A row from its parts.
    public init(
        name: String, summary: String, parameters: [PolicyParameter] = [],
        complete: @escaping @Sendable (inout [String: PolicyValue]) throws -> Void = { _ in },
        make: @escaping @Sendable (PolicyArguments) throws -> any PruningPolicy
    ) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
        self.complete = complete
        self.make = make
    }
}

/// The parameters of a policy, complete and checked against their ranges.
public struct PolicyArguments: Sendable {
    let values: [String: PolicyValue]
    let catalogue: PolicyCatalogue

    /// A number; nil where the policy has no such parameter.
    public func number(_ name: String) -> Double? { if case .number(let value) = values[name] { value } else { nil } }
    /// A whole number.
    public func integer(_ name: String) -> Int? { if case .integer(let value) = values[name] { value } else { nil } }
    /// A word.
    public func word(_ name: String) -> String? { if case .word(let value) = values[name] { value } else { nil } }
    /// True or false.
    public func flag(_ name: String) -> Bool? { if case .flag(let value) = values[name] { value } else { nil } }
    /// A policy to be wrapped, made of the catalogue this one came from.
    public func policy(_ name: String) throws -> (any PruningPolicy)? {
        if case .policy(let value) = values[name] { try catalogue.make(value) } else { nil }
    }
}

/// The policies a program knows by name. A new policy is one more row; the table's tests then check it too.
public struct PolicyCatalogue: Sendable {
    /// The rows, in the order people see them.
    public let entries: [PolicyEntry]

    /// A catalogue of these rows.
    public init(_ entries: [PolicyEntry]) { self.entries = entries }

    /// This catalogue with more rows; a row of the same name replaces the older one.
    public func adding(_ more: [PolicyEntry]) -> PolicyCatalogue {
        let names = Set(more.map(\.name))
        return PolicyCatalogue(entries.filter { !names.contains($0.name) } + more)
    }

    /// The specification with every parameter filled in and checked.
    ///
    /// - Throws: ``PolicyError`` (status 3) for a policy or parameter that is not known, naming the nearest, for one
    ///   that must be given and is not, and for a value outside its range.
    public func resolve(_ specification: PolicySpecification) throws -> PolicySpecification {
        if let program = specification.program { return PolicySpecification(program: try resolve(program)) }
        let entry = try entry(specification.use)
        let known = Set(entry.parameters.map(\.name))
        if let name = specification.parameters.keys.sorted().first(where: { !known.contains($0) }) {
            let text = "\(entry.name): unknown parameter \(name.debugDescription)"
            throw PolicyError.unknown(text, name, known, exitCode: .recipe)
        }
        var given = specification.parameters
        try entry.complete(&given)
        var complete = PolicySpecification(use: entry.name)
        for parameter in entry.parameters {
            let place = "\(entry.name): \(parameter.name)"
            guard let value = given[parameter.name] ?? parameter.standard else {
                throw PolicyError("\(place) is missing, expected \(parameter.range.description)", exitCode: .recipe)
            }
            guard let accepted = parameter.range.accept(value) else {
                let text = "\(place) is \(value), expected \(parameter.range.description)"
                throw PolicyError(text, exitCode: .recipe)
            }
            if case .policy(let wrapped) = accepted {
                complete.parameters[parameter.name] = .policy(try resolve(wrapped))
            } else {
                complete.parameters[parameter.name] = accepted
            }
        }
        return complete
    }

    private func resolve(_ program: ProgramSpecification) throws -> ProgramSpecification {
        var complete = program
        let seconds = program.timeoutSeconds
        guard seconds > 0, seconds <= ProgramSpecification.longestTimeout else {
            throw PolicyError(
                "timeout-seconds is \(seconds), expected above 0 and at most \(ProgramSpecification.longestTimeout)",
                exitCode: .recipe)
        }
        if program.argv.first?.isEmpty ?? true {
            throw PolicyError("program: expected at least one word", exitCode: .recipe)
        }
        if case .fallback(let policy) = program.onFailure {
            if policy.program != nil {
                throw PolicyError("on-failure: a fallback is a built-in policy, not a program", exitCode: .recipe)
            }
            complete.onFailure = .fallback(try resolve(policy))
        }
        return complete
    }

    /// The policy of a specification.
    /// - Throws: as ``resolve(_:)``.
    public func make(_ specification: PolicySpecification) throws -> any PruningPolicy {
        let complete = try resolve(specification)
        if let program = complete.program {
            guard case .fallback(let policy) = program.onFailure else { return ProgramPolicy(program) }
            return ProgramPolicy(program, fallback: try make(policy))
        }
        return try entry(complete.use).make(PolicyArguments(values: complete.parameters, catalogue: self))
    }

    private func entry(_ name: String) throws -> PolicyEntry {
        if let entry = entries.first(where: { $0.name == name }) { return entry }
        throw PolicyError.unknown(
            "unknown policy \(name.debugDescription)", name, Set(entries.map(\.name)), exitCode: .recipe)
    }
}
