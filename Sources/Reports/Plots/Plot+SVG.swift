import Foundation

extension Plot {
    /// The plot as an SVG element for the inside of a page, `width` pixels wide.
    ///
    /// - Parameters:
    ///   - id: begins the ids of its title and description; unique on the page.
    ///   - class: of the element.
    package func svg(width: Double, id: String, class name: String = "") -> String {
        let frame = PlotFrame(self, width: width)
        let content =
            Markup.element("title", ["id": "\(id)t"], Markup.text(title))
            + Markup.element("desc", ["id": "\(id)d"], Markup.text(description)) + "\n"
            + frame.grid + "\n" + marks.map(frame.draw).filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
            + frame.texts
        return Markup.element(
            "svg",
            [
                "class": "plot \(name)", "viewBox": "0 0 \(pixels(width)) \(pixels(frame.height))", "role": "img",
                "aria-labelledby": "\(id)t \(id)d",
            ], content)
    }
}

/// Pixels with at most one digit after the point.
func pixels(_ value: Double) -> String {
    let rounded = (value * 10).rounded() / 10
    return rounded == rounded.rounded() && abs(rounded) < 1e9 ? String(Int(rounded)) : String(format: "%.1f", rounded)
}

/// Where a plot's axes lie on a drawing of a given width.
struct PlotFrame {
    let plot: Plot
    let width: Double
    let height: Double
    let x: Scale
    let y: Scale
    let left: Double
    let right: Double
    let top = 26.0
    let bottom: Double
    private let xTicks: [(value: Double, text: String)]
    private let yTicks: [(value: Double, text: String)]

    static let letter = 6.3

    init(_ plot: Plot, width: Double) {
        self.plot = plot
        self.width = width
        let extents = plot.marks.map(\.extent)
        let (xs, ys) = (extents.flatMap(\.x), extents.flatMap(\.y))
        bottom = top + plot.height
        height = bottom + (plot.x.isBare ? 8 : plot.x.label.isEmpty ? 24 : 40)
        let upright = plot.y.scale(ys, from: bottom, to: top)
        yTicks = plot.y.ticks(upright, about: max(2, Int(plot.height / 44)))
        let letters = max(plot.lettersLeft, yTicks.map(\.text.count).max() ?? 0)
        let left = max(6, Double(letters) * Self.letter + 8)
        let right = width - max(10, Double(plot.lettersRight) * Self.letter + 8)
        let across = plot.x.scale(xs, from: left, to: max(left + 20, right))
        xTicks = plot.x.ticks(across, about: max(2, Int((right - left) / 84)))
        (self.left, self.right, self.x, self.y) = (left, max(left + 20, right), across, upright)
    }

    /// Lines to read values by; the x axis a little stronger.
    var grid: String {
        var parts: [String] = []
        for tick in yTicks {
            guard let place = y.place(tick.value) else { continue }
            parts.append(segment(left, place, right, place, "grid"))
        }
        if !plot.x.isBare { parts.append(segment(left, bottom, right, bottom, "base")) }
        for tick in xTicks {
            guard let place = x.place(tick.value), place >= left - 1, place <= right + 1 else { continue }
            parts.append(segment(place, bottom, place, bottom + 4, "base"))
        }
        return parts.joined()
    }

    var texts: String {
        var parts: [String] = []
        for tick in yTicks {
            guard let place = y.place(tick.value) else { continue }
            parts.append(text(left - 6, place + 4, tick.text, .end, "tick"))
        }
        for tick in xTicks {
            guard let place = x.place(tick.value), place >= left - 1, place <= right + 1 else { continue }
            // The last text must not leave the drawing.
            let half = Double(tick.text.count) * Self.letter / 2
            parts.append(text(min(place, width - half - 1), bottom + 17, tick.text, .middle, "tick"))
        }
        if !plot.y.label.isEmpty { parts.append(text(0, 12, plot.y.label, .start, "axis")) }
        if !plot.x.label.isEmpty, !plot.x.isBare {
            parts.append(text(right, bottom + 34, plot.x.label, .end, "axis"))
        }
        return parts.joined()
    }

    func segment(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ name: String) -> String {
        Markup.empty(
            "line", ["x1": pixels(x1), "y1": pixels(y1), "x2": pixels(x2), "y2": pixels(y2), "class": name])
    }

    func text(_ x: Double, _ y: Double, _ content: String, _ anchor: Mark.Anchor, _ name: String) -> String {
        let side = anchor == .start ? name : "\(name) \(anchor == .middle ? "mid" : "end")"
        return Markup.element("text", ["x": pixels(x), "y": pixels(y), "class": side], Markup.text(content))
    }
}
