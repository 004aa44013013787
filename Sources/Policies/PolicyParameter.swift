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

    /// The value as a policy file spells it; words in quotes.
    public var description: String {
        switch self {
        case .number(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .word(let value): value.debugDescription
        case .flag(let value): "\(value)"
        }
    }
}

extension PolicyValue: Codable {
    /// Reads a JSON boolean, integer, number or string.
    public init(from decoder: any Decoder) throws {
        let box = try decoder.singleValueContainer()
        if let flag = try? box.decode(Bool.self) {
            self = .flag(flag)
        } else if let integer = try? box.decode(Int.self) {
            self = .integer(integer)
        } else if let number = try? box.decode(Double.self) {
            self = .number(number)
        } else {
            self = .word(try box.decode(String.self))
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
        }
    }
}

/// A parameter of a policy: its name, what it may be, and what it is when left out.
public struct PolicyParameter: Sendable, Hashable {
    /// What a parameter may be.
    public enum Range: Sendable, Hashable {
        /// A number above the first and at most the second.
        case number(above: Double, through: Double)
        /// A whole number in a range.
        case integer(ClosedRange<Int>)
        /// One of these words.
        case word([String])
        /// True or false.
        case flag

        /// What to expect, in words.
        public var description: String {
            switch self {
            case .number(let low, let high): "a number above \(low) and at most \(high)"
            case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .word(let words): "one of " + words.joined(separator: ", ")
            case .flag: "true or false"
            }
        }

        /// The value as this range has it (a whole number becomes a number where one is asked for), or nil.
        func accept(_ value: PolicyValue) -> PolicyValue? {
            switch (self, value) {
            case (.number, .integer(let whole)): accept(.number(Double(whole)))
            case (.number(let low, let high), .number(let number)): number > low && number <= high ? value : nil
            case (.integer(let range), .integer(let whole)): range.contains(whole) ? value : nil
            case (.word(let words), .word(let word)): words.contains(word) ? value : nil
            case (.flag, .flag): value
            default: nil
            }
        }
    }

    /// The name in a policy file, kebab-case.
    public let name: String
    /// What it may be.
    public let range: Range
    /// What it is when left out; nil where it must be given.
    public let standard: PolicyValue?
    /// One line for people.
    public let summary: String

    /// A parameter from its parts.
    public init(_ name: String, _ range: Range, standard: PolicyValue?, summary: String) {
        self.name = name
        self.range = range
        self.standard = standard
        self.summary = summary
    }
}
