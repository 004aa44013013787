extension PlotFrame {
    /// A mark as SVG; empty where nothing of it has a place.
    func draw(_ mark: Mark) -> String {
        switch mark {
        case .line(let points, let ink, let stroke):
            path(points.map { place($0.x, $0.y) }, "l \(ink.name)\(Self.name(stroke))")
        case .area(let spans, let ink): area(spans, ink)
        case .dots(let dots, let ink, let shape): dots.map { dot($0, ink, shape) }.joined()
        case .upright(let x, let ink, let label): upright(x, ink, label)
        case .level(let y, let from, let to, let ink, let stroke): level(y, from, to, ink, stroke)
        case .label(let point, let content, let ink, let anchor, let dx, let dy):
            place(point.x, point.y).map { text($0.x + dx, $0.y + 4 + dy, content, anchor, "label \(ink.name)") } ?? ""
        case .ribbon(let from, let to, let ink, let note): ribbon(from, to, ink, note)
        case .bar(let span, let ink, let note): bar(span, ink, note)
        }
    }

    private func place(_ x: Double, _ y: Double) -> (x: Double, y: Double)? {
        self.x.place(x).flatMap { x in self.y.place(y).map { (x, $0) } }
    }

    private static func name(_ stroke: Mark.Stroke) -> String {
        switch stroke {
        case .plain: ""
        case .thin: " thin"
        case .thick: " thick"
        case .dashed: " dash"
        case .dotted: " dot"
        }
    }

    /// Lines through the places, a new one after each gap; a place alone becomes a short stroke.
    private func path(_ places: [(x: Double, y: Double)?], _ name: String) -> String {
        var text = ""
        var isDown = false
        for place in places {
            guard let place else {
                isDown = false
                continue
            }
            text += "\(isDown ? "L" : "M")\(pixels(place.x)) \(pixels(place.y))"
            isDown = true
        }
        return text.isEmpty ? "" : Markup.empty("path", ["d": text, "class": name])
    }

    private func area(_ spans: [Mark.Span], _ ink: Ink) -> String {
        let places = spans.compactMap { span in
            x.place(span.x).flatMap { x in y.place(span.low).flatMap { low in y.place(span.high).map { (x, low, $0) } }
            }
        }
        guard places.count > 1 else { return "" }
        let upper = places.map { "\(pixels($0.0)) \(pixels($0.2))" }
        let lower = places.reversed().map { "\(pixels($0.0)) \(pixels($0.1))" }
        return Markup.empty(
            "path", ["d": "M" + (upper + lower).joined(separator: "L") + "Z", "class": "a \(ink.name)"])
    }

    private func dot(_ dot: Mark.Dot, _ ink: Ink, _ shape: Mark.Shape) -> String {
        guard let place = place(dot.x, dot.y) else { return "" }
        var bars = ""
        if let error = dot.xError, let a = x.place(dot.x - error), let b = x.place(dot.x + error) {
            bars += segment(a, place.y, b, place.y, "e \(ink.name)")
        }
        if let error = dot.yError, let a = y.place(dot.y - error), let b = y.place(dot.y + error) {
            bars += segment(place.x, a, place.x, b, "e \(ink.name)")
        }
        let note = dot.note.map { Markup.element("title", [:], Markup.text($0)) } ?? ""
        return bars + Self.shape(shape, at: place, ink, note)
    }

    static func shape(_ shape: Mark.Shape, at place: (x: Double, y: Double), _ ink: Ink, _ note: String) -> String {
        let (x, y) = place
        switch shape {
        case .circle, .ring:
            return Markup.element(
                "circle",
                [
                    "cx": pixels(x), "cy": pixels(y), "r": "3.4",
                    "class": "\(shape == .ring ? "ring" : "d") \(ink.name)",
                ],
                note)
        case .square:
            return Markup.element(
                "rect",
                [
                    "x": pixels(x - 3.2), "y": pixels(y - 3.2), "width": "6.4", "height": "6.4",
                    "class": "d \(ink.name)",
                ], note)
        case .cross:
            let (a, b, c, d) = (pixels(x - 3), pixels(x + 3), pixels(y - 3), pixels(y + 3))
            return Markup.element(
                "path", ["d": "M\(a) \(c)L\(b) \(d)M\(a) \(d)L\(b) \(c)", "class": "x \(ink.name)"], note)
        }
    }

    private func upright(_ value: Double, _ ink: Ink, _ label: String) -> String {
        guard let place = x.place(value) else { return "" }
        let line = segment(place, top, place, bottom, "l thin dash \(ink.name)")
        guard !label.isEmpty else { return line }
        let fits = place + Double(label.count) * Self.letter < width
        return line + text(place + (fits ? 4 : -4), top + 10, label, fits ? .start : .end, "label small \(ink.name)")
    }

    private func level(_ value: Double, _ from: Double?, _ to: Double?, _ ink: Ink, _ stroke: Mark.Stroke) -> String {
        guard let place = y.place(value) else { return "" }
        let (a, b) = (from.map { x.place($0) } ?? left, to.map { x.place($0) } ?? right)
        guard let a, let b else { return "" }
        return segment(a, place, b, place, "l \(ink.name)\(Self.name(stroke))")
    }

    private func ribbon(_ from: Mark.Span, _ to: Mark.Span, _ ink: Ink, _ note: String?) -> String {
        guard let a = place(from.x, from.low), let b = place(from.x, from.high), let c = place(to.x, to.low),
            let d = place(to.x, to.high)
        else { return "" }
        let middle = pixels((a.x + c.x) / 2)
        func point(_ place: (x: Double, y: Double)) -> String { "\(pixels(place.x)) \(pixels(place.y))" }
        let upper = "C\(middle) \(pixels(b.y)) \(middle) \(pixels(d.y)) \(point(d))"
        let lower = "C\(middle) \(pixels(c.y)) \(middle) \(pixels(a.y)) \(point(a))"
        return Markup.element(
            "path", ["d": "M\(point(b))\(upper)L\(point(c))\(lower)Z", "class": "a \(ink.name)"],
            note.map { Markup.element("title", [:], Markup.text($0)) } ?? "")
    }

    private func bar(_ span: Mark.Span, _ ink: Ink, _ note: String?) -> String {
        guard let low = place(span.x, span.low), let high = place(span.x, span.high) else { return "" }
        return Markup.element(
            "rect",
            [
                "x": pixels(low.x - 4), "y": pixels(min(low.y, high.y)), "width": "8",
                "height": pixels(max(1, abs(low.y - high.y))), "class": "b \(ink.name)",
            ], note.map { Markup.element("title", [:], Markup.text($0)) } ?? "")
    }
}

extension Plot {
    /// The legend as a list beside the drawing, where its lines can wrap.
    var legendHTML: String {
        guard !legend.isEmpty else { return "" }
        let keys = legend.map { key in
            let sample: String
            switch key.sample {
            case .line(let stroke):
                sample = Markup.empty(
                    "path", ["d": "M1 6L23 6", "class": "l \(key.ink.name)\(PlotFrame.legendName(stroke))"])
            case .dot(let shape): sample = PlotFrame.shape(shape, at: (12, 6), key.ink, "")
            case .patch:
                sample = Markup.empty(
                    "rect", ["x": "3", "y": "1", "width": "18", "height": "10", "class": "a \(key.ink.name)"])
            }
            let swatch = Markup.element("svg", ["viewBox": "0 0 24 12", "aria-hidden": "true"], sample)
            return Markup.element("li", [:], swatch + Markup.text(key.text))
        }
        return Markup.element("ul", ["class": "legend"], keys.joined())
    }
}

extension PlotFrame {
    static func legendName(_ stroke: Mark.Stroke) -> String { name(stroke) }
}
