import Foundation

/// What a direction of a plot measures, in which unit, and how its ticks are written.
package struct Axis: Sendable {
    /// With the unit: `training loss, nats`.
    package var label: String
    package var kind: Scale.Kind
    /// Values the axis must reach, beside those of the marks.
    package var reaching: [Double]
    /// Only whole numbers are marked.
    package var isWhole: Bool
    /// The small end is the upper or right one: ranks.
    package var isReversed: Bool
    /// Marked places with their texts, instead of round numbers.
    package var named: [(value: Double, text: String)]?
    /// Neither ticks nor grid.
    package var isBare: Bool

    package init(
        _ label: String, kind: Scale.Kind = .linear, reaching: [Double] = [], isWhole: Bool = false,
        isReversed: Bool = false, named: [(value: Double, text: String)]? = nil, isBare: Bool = false
    ) {
        self.label = label
        self.kind = kind
        self.reaching = reaching
        self.isWhole = isWhole
        self.isReversed = isReversed
        self.named = named
        self.isBare = isBare
    }

    /// The scale over these values, from the small to the large end of the plot or the other way.
    func scale(_ values: [Double], from: Double, to: Double) -> Scale {
        Scale(
            holding: values + reaching, kind: kind, from: isReversed ? to : from, to: isReversed ? from : to)
    }

    func ticks(_ scale: Scale, about count: Int) -> [(value: Double, text: String)] {
        if isBare { return [] }
        if let named { return named }
        let values = scale.ticks(about: count, whole: isWhole)
        return zip(values, Axis.texts(values)).map { ($0, $1) }
    }

    /// The ticks as people write them: as many digits as their distance needs, and k, M, G or T from ten thousand on.
    package static func texts(_ values: [Double]) -> [String] {
        let largest = values.map(abs).max() ?? 0
        let units: [(Double, String)] = [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")]
        let unit = largest >= 1e4 ? units.first { largest >= $0.0 } ?? (1, "") : (1, "")
        let steps = zip(values, values.dropFirst()).map { abs($1 - $0) / unit.0 }.filter { $0 > 0 }
        let step = steps.min() ?? abs(values.first ?? 1) / unit.0
        let digits = step > 0 && step.isFinite ? min(12, max(0, Int((-log10(step) - 1e-9).rounded(.up)))) : 0
        return values.map { $0 == 0 ? "0" : Numbers.fixed($0 / unit.0, digits) + unit.1 }
    }
}
