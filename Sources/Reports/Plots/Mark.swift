/// What is drawn on a plot, in the plot's own numbers. A place that is not finite is left out; it interrupts a line.
package enum Mark: Sendable {
    package struct Point: Sendable, Hashable {
        package var x: Double
        package var y: Double

        package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
    }

    package enum Stroke: Sendable, Hashable { case thin, plain, thick, dashed, dotted }
    package enum Shape: Sendable, Hashable { case circle, ring, square, cross }
    package enum Anchor: String, Sendable, Hashable { case start, middle, end }

    /// A measured value with its error bars (half their length) and what it is, shown where a pointer rests on it.
    package struct Dot: Sendable, Hashable {
        package var x: Double
        package var y: Double
        package var xError: Double?
        package var yError: Double?
        package var note: String?

        package init(_ x: Double, _ y: Double, xError: Double? = nil, yError: Double? = nil, note: String? = nil) {
            (self.x, self.y, self.xError, self.yError, self.note) = (x, y, xError, yError, note)
        }
    }

    /// From low to high at every x.
    package struct Span: Sendable, Hashable {
        package var x: Double
        package var low: Double
        package var high: Double

        package init(_ x: Double, _ low: Double, _ high: Double) { (self.x, self.low, self.high) = (x, low, high) }
    }

    case line([Point], Ink, Stroke = .plain)
    case area([Span], Ink)
    case dots([Dot], Ink, Shape = .circle)
    /// A line across the whole plot at x, with a text at its upper end.
    case upright(x: Double, Ink, String = "")
    /// A level line at y between two places; nil reaches the side of the plot.
    case level(y: Double, from: Double? = nil, to: Double? = nil, Ink, Stroke = .dashed)
    /// A text beside a place, moved by so many pixels.
    case label(Point, String, Ink = .text, Anchor = .start, dx: Double = 0, dy: Double = 0)
    /// A bent band from one span to another one, with what it is.
    case ribbon(from: Span, to: Span, Ink, note: String? = nil)
    /// An upright bar of a few pixels' width.
    case bar(Span, Ink, note: String? = nil)

    /// The places it takes on each axis.
    var extent: (x: [Double], y: [Double]) {
        switch self {
        case .line(let points, _, _): (points.map(\.x), points.map(\.y))
        case .area(let spans, _): (spans.map(\.x), spans.flatMap { [$0.low, $0.high] })
        case .dots(let dots, _, _):
            (
                dots.flatMap { [$0.x - ($0.xError ?? 0), $0.x + ($0.xError ?? 0)] },
                dots.flatMap { [$0.y - ($0.yError ?? 0), $0.y + ($0.yError ?? 0)] }
            )
        case .upright(let x, _, _): ([x], [])
        case .level(let y, let from, let to, _, _): ([from, to].compactMap(\.self), [y])
        case .label(let point, _, _, _, _, _): ([point.x], [point.y])
        case .ribbon(let a, let b, _, _): ([a.x, b.x], [a.low, a.high, b.low, b.high])
        case .bar(let span, _, _): ([span.x], [span.low, span.high])
        }
    }
}
