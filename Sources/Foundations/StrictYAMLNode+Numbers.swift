extension YAMLNode {
    /// A whole number in plain decimal digits, with `-` where negative. Refused: `010`, `0x10`, `1_000`, `1:30`, `1.0`,
    /// `1e3`, `+1`, `-0`, text in quotes, and anything outside `range`.
    package func whole<T: FixedWidthInteger>(in range: ClosedRange<T>) throws -> T {
        guard case .scalar(let text, quoted: false) = tree.content, text.utf8.isPlainWhole,
            let value = T(text), range.contains(value)
        else { throw expected(range.wholeWords) }
        return value
    }

    package func int(in range: ClosedRange<Int> = Int.min...Int.max) throws -> Int { try whole(in: range) }

    /// A finite number in plain decimals with an optional exponent: `1`, `-0.5`, `1.0e-3`. Refused: `.5`, `1.`, `+1`,
    /// `.inf`, `.nan`, `1e400`, `0x1p3`, text in quotes, and anything outside `range`.
    package func double(in range: ClosedRange<Double> = -.infinity...(.infinity)) throws -> Double {
        guard case .scalar(let text, quoted: false) = tree.content, text.utf8.isPlainDecimal,
            let value = Double(text), value.isFinite, range.contains(value)
        else { throw expected(range.decimalWords) }
        return value
    }
}

extension String.UTF8View {
    /// `-?(0|[1-9][0-9]*)` without `-0`.
    fileprivate var isPlainWhole: Bool {
        let digits = self.first == UInt8(ascii: "-") ? self.dropFirst() : self[...]
        let isNegative = digits.count < self.count
        guard let first = digits.first, digits.allSatisfy(\.isDigit) else { return false }
        return first != UInt8(ascii: "0") || digits.count == 1 && !isNegative
    }

    /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
    fileprivate var isPlainDecimal: Bool {
        var rest = self.first == UInt8(ascii: "-") ? self.dropFirst() : self[...]
        let whole = rest.prefix(while: \.isDigit)
        guard let first = whole.first, first != UInt8(ascii: "0") || whole.count == 1 else { return false }
        rest = rest.dropFirst(whole.count)
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            let part = rest.prefix(while: \.isDigit)
            if part.isEmpty { return false }
            rest = rest.dropFirst(part.count)
        }
        if let e = rest.first, e == UInt8(ascii: "e") || e == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
            return !rest.isEmpty && rest.allSatisfy(\.isDigit)
        }
        return rest.isEmpty
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { UInt8(ascii: "0") <= self && self <= UInt8(ascii: "9") }
}

extension ClosedRange where Bound: FixedWidthInteger {
    fileprivate var wholeWords: String {
        if lowerBound == upperBound { return "\(lowerBound)" }
        if Bound.isSigned, upperBound == Bound.max {
            return lowerBound == Bound.min ? "a whole number" : "a whole number of at least \(lowerBound)"
        }
        return "a whole number from \(lowerBound) to \(upperBound)"
    }
}

extension ClosedRange<Double> {
    fileprivate var decimalWords: String {
        func text(_ x: Double) -> String { Int(exactly: x).map { "\($0)" } ?? "\(x)" }
        return switch (lowerBound.isFinite, upperBound.isFinite) {
        case (true, true): "a number from \(text(lowerBound)) to \(text(upperBound))"
        case (true, false): "a number of at least \(text(lowerBound))"
        case (false, true): "a number of at most \(text(upperBound))"
        case (false, false): "a finite number"
        }
    }
}
