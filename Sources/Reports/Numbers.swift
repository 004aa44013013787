import Foundation

/// How numbers look to people. Files for programs keep full precision.
package enum Numbers {
    /// What stands where there is no number.
    package static let none = "-"

    /// With this many digits after the point; `-` for nil and what is not finite; never `-0.00`.
    package static func fixed(_ value: Double?, _ digits: Int) -> String {
        guard let value, value.isFinite else { return none }
        let text = String(format: "%.\(digits)f", value)
        let isZero = !text.contains { "123456789".contains($0) }
        return isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text
    }

    /// As ``fixed(_:_:)``, with a plus before what is above zero.
    package static func signed(_ value: Double?, _ digits: Int) -> String {
        let text = fixed(value, digits)
        guard let value, value > 0, text.contains(where: { "123456789".contains($0) }) else { return text }
        return "+" + text
    }

    /// A p-value with three digits behind its zeros, never 0.000.
    package static func probability(_ p: Double?) -> String {
        p.map { $0 < 0.0005 ? "< 0.0005" : fixed($0, $0 < 0.01 ? 4 : 3) } ?? none
    }

    /// `-0.20 to 1.30`; a dash where there is no interval.
    package static func range(_ low: Double?, _ high: Double?, _ digits: Int) -> String {
        low == nil || high == nil ? none : "\(fixed(low, digits)) to \(fixed(high, digits))"
    }

    /// Thousands between commas: 36,612,416.
    package static func grouped(_ value: Int) -> String {
        var digits = String(value.magnitude)
        var parts: [String] = []
        while digits.count > 3 {
            parts.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (value < 0 ? "-" : "") + ([digits] + parts).joined(separator: ",")
    }

    /// Four digits and a letter for the thousands: 36.61 M, 20.00 T, 512.
    package static func scaled(_ value: Int) -> String { scaled(Double(value)) }

    /// Also of amounts beyond every integer.
    package static func scaled(_ value: Double) -> String {
        guard value.isFinite else { return none }
        let letters = ["", " k", " M", " G", " T", " P", " E"]
        var size = value
        var letter = 0
        while abs(size) >= 999.5, letter < letters.count - 1 {
            size /= 1_000
            letter += 1
        }
        let digits = letter == 0 ? 0 : abs(size) >= 99.95 ? 1 : 2
        return fixed(size, digits) + letters[letter]
    }

    /// Mean and deviation: 0.512 ± 0.031; the mean alone where there is one value.
    package static func spread(_ mean: Double?, _ std: Double?, count: Int, _ digits: Int) -> String {
        guard mean != nil else { return none }
        return count < 2 ? fixed(mean, digits) : "\(fixed(mean, digits)) ± \(fixed(std, digits))"
    }
}
