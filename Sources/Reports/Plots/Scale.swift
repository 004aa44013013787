import Foundation

/// Numbers to places on a line: p = from + (to - from) (f(v) - f(low)) / (f(high) - f(low)), f the identity or log10.
package struct Scale: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case linear, logarithmic }

    package let kind: Kind
    /// low < high; both above 0 on a logarithmic scale.
    package let low: Double
    package let high: Double
    package let from: Double
    package let to: Double

    /// A domain that holds the values and is never empty: nothing finite gives 0 ... 1, one value v is widened by a
    /// twentieth of |v| (by 1 around 0; on a logarithmic scale to v / 2 ... 2 v).
    ///
    /// - Parameter values: NaN and infinities are passed over, on a logarithmic scale also what is not above 0.
    package init(holding values: [Double], kind: Kind = .linear, from: Double, to: Double) {
        // Beyond these bounds the width of a domain is no finite number.
        let usable = values.filter { $0.isFinite && abs($0) < 1e300 && (kind == .linear || $0 > 1e-300) }
        var low = usable.min() ?? (kind == .linear ? 0 : 1)
        var high = usable.max() ?? (kind == .linear ? 1 : 10)
        // Ten thousand steps between two doubles are fewer than a plot can show.
        if high - low <= abs(high) * 1e-12 {
            switch kind {
            case .linear:
                let room = high == 0 ? 1 : abs(high) / 20
                (low, high) = (low - room, high + room)
            case .logarithmic: (low, high) = (low / 2, high * 2)
            }
        }
        (self.kind, self.low, self.high, self.from, self.to) = (kind, low, high, from, to)
    }

    /// Nil where the value has no place: not finite, or not above 0 on a logarithmic scale.
    package func place(_ value: Double) -> Double? {
        guard value.isFinite else { return nil }
        let share: Double
        switch kind {
        case .linear: share = (value - low) / (high - low)
        case .logarithmic:
            guard value > 0 else { return nil }
            share = log10(value / low) / log10(high / low)
        }
        return share.isFinite ? from + (to - from) * share : nil
    }

    /// Round numbers inside the domain, about `count` of them: multiples of 1, 2 or 5 times a power of ten; on a
    /// logarithmic scale powers of ten, with 2 and 5 of each where there are fewer than three.
    ///
    /// - Parameter whole: whole numbers only.
    package func ticks(about count: Int, whole: Bool = false) -> [Double] {
        switch kind {
        case .linear:
            let step = max(Scale.niceStep((high - low) / Double(max(1, count))), whole ? 1 : 0)
            let first = (low / step - 1e-9).rounded(.up)
            let last = (high / step + 1e-9).rounded(.down)
            guard step.isFinite, step > 0, abs(first) < 1e15, last >= first, last - first < 1_000 else { return [] }
            return (0...Int(last - first)).map { (first + Double($0)) * step }
        case .logarithmic:
            let (first, last) = (Int(log10(low).rounded(.down)), Int(log10(high).rounded(.up)))
            let powers = (first...max(first, last)).map { pow(10, Double($0)) }
            func inside(_ values: [Double]) -> [Double] {
                values.filter { $0 >= low * (1 - 1e-9) && $0 <= high * (1 + 1e-9) }
            }
            let plain = inside(powers)
            if plain.count >= 3 {
                let every = (plain.count + count - 1) / max(1, count)
                return plain.enumerated().filter { $0.offset % max(1, every) == 0 }.map(\.element)
            }
            return inside(powers.flatMap { [$0, 2 * $0, 5 * $0] })
        }
    }

    /// The nearest of 1, 2, 5 and 10 times a power of ten, on a logarithmic scale: 0.3 -> 0.2, 0.4 -> 0.5.
    package static func niceStep(_ raw: Double) -> Double {
        guard raw > 0, raw.isFinite else { return 1 }
        let size = pow(10, log10(raw).rounded(.down))
        let share = raw / size
        return size
            * (share < 2.0.squareRoot() ? 1 : share < 10.0.squareRoot() ? 2 : share < 50.0.squareRoot() ? 5 : 10)
    }
}
