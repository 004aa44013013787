import Foundations

/// A value of a policy's parameter, as a policy file gives it.
public enum PolicyValue: Sendable, Hashable, CustomStringConvertible {
    /// `0.5`
    case number(Double)
    /// `3`; good where a number is asked for
    case integer(Int)
    /// `similarity`
    case word(String)
    /// `true` or `false`
    case flag(Bool)
    /// `{use: keep-fraction, keep: 0.5}`: a policy that another one wraps
    case policy(PolicySpecification)

    /// The value as a policy file spells it, in flow style; words in quotes.
    public var description: String {
        switch self {
        case .number(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .word(let value): value.quotedScalar
        case .flag(let value): "\(value)"
        case .policy(let value): value.yaml
        }
    }
}

extension PolicyValue: Codable {
    /// Reads a JSON boolean, integer, number, string, or object (a wrapped policy's specification).
    public init(from decoder: any Decoder) throws {
        let box = try decoder.singleValueContainer()
        if let flag = try? box.decode(Bool.self) {
            self = .flag(flag)
        } else if let integer = try? box.decode(Int.self) {
            self = .integer(integer)
        } else if let number = try? box.decode(Double.self) {
            self = .number(number)
        } else if let word = try? box.decode(String.self) {
            self = .word(word)
        } else {
            self = .policy(try box.decode(PolicySpecification.self))
        }
    }

    /// Writes the bare value.
    public func encode(to encoder: any Encoder) throws {
        var box = encoder.singleValueContainer()
        switch self {
        case .number(let value): try box.encode(value)
        case .integer(let value): try box.encode(value)
        case .word(let value): try box.encode(value)
        case .flag(let value): try box.encode(value)
        case .policy(let value): try box.encode(value)
        }
    }
}
