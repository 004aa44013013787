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
        /// Any text, such as a path.
        case text
        /// Another policy: its name, or `{use: name, parameter: value}`.
        case policy

        /// What to expect, in words.
        public var description: String {
            switch self {
            case .number(let low, let high): "a number above \(low) and at most \(high)"
            case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .word(let words): "one of " + words.joined(separator: ", ")
            case .flag: "true or false"
            case .text: "text"
            case .policy: "a policy, as in {use: keep-fraction, keep: 0.5}"
            }
        }

        /// The value as this range has it, or nil. A whole number becomes a number where one is asked for, a bare name
        /// a policy.
        func accept(_ value: PolicyValue) -> PolicyValue? {
            switch (self, value) {
            case (.number, .integer(let whole)): accept(.number(Double(whole)))
            case (.number(let low, let high), .number(let number)): number > low && number <= high ? value : nil
            case (.integer(let range), .integer(let whole)): range.contains(whole) ? value : nil
            case (.word(let words), .word(let word)): words.contains(word) ? value : nil
            case (.flag, .flag), (.text, .word), (.policy, .policy): value
            case (.policy, .word(let name)): .policy(PolicySpecification(use: name))
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
