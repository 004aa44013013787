import Foundation
import Reports
import Testing

@Suite struct PlotTests {
    private func plot(_ marks: [Mark], x: Axis = Axis("x"), y: Axis = Axis("y")) -> String {
        Plot("T", "D", x: x, y: y, marks: marks).svg(width: 400, id: "p1")
    }

    /// By hand: 400 wide, six letters of room for `100 `: the line goes from the first x to the last, from the bottom (266) up.
    @Test func lineByHand() throws {
        let svg = plot(
            [.line([.init(0, 0), .init(10, 100)], .series(0))], y: Axis("y", named: [(0, "0"), (100, "100")]))
        let path = try #require(svg.firstMatch(of: /<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)" class="l c0"\/>/))
        // Left 3 letters of 6.3 and 8, right 10, top 26, height 240.
        #expect(path.1 == "26.9" && path.2 == "266" && path.3 == "390" && path.4 == "26")
    }

    @Test func ranksGrowDownwards() throws {
        let svg = plot(
            [.dots([.init(0, 1, note: "best"), .init(1, 9)], .series(0))],
            y: Axis("rank", isReversed: true, isBare: true))
        let heights = svg.matches(of: /<circle cx="[\d.]+" cy="([\d.]+)"/).compactMap { Double($0.1) }
        #expect(heights == [26, 266])
        #expect(svg.contains("<title>best</title>"))
    }

    /// A place that is not finite interrupts a line, and nothing but digits stands in a path.
    @Test func gaps() {
        let svg = plot([.line([.init(0, 1), .init(1, .nan), .init(2, 3), .init(3, 4)], .series(0))])
        let path = svg.firstMatch(of: /d="([^"]*)" class="l c0"/).map { String($0.1) } ?? ""
        #expect(path.count { $0 == "M" } == 2 && path.count { $0 == "L" } == 1)
    }

    /// Every mark of every kind, with nothing, one value, constants, and what is no number.
    @Test(arguments: [[], [1], [2, 2], [.nan], [.infinity, 1], [0, -1e308, 1e308], [1e-320]] as [[Double]])
    func oddNumbersDrawNoOddNumbers(_ values: [Double]) {
        let points = values.enumerated().map { Mark.Point(Double($0.offset), $0.element) }
        let spans = values.map { Mark.Span($0, $0, -$0) }
        let value = values.first ?? .nan
        let marks: [Mark] = [
            .line(points, .series(0)), .line(points.map { .init($0.y, $0.x) }, .text, .dotted),
            .area(spans, .series(1)),
            .dots(values.map { .init($0, $0, xError: $0, yError: .nan) }, .series(2), .cross),
            .dots(values.map { .init($0, 1, yError: $0) }, .series(2), .square), .upright(x: value, .quiet, "<here>"),
            .level(y: value, from: value, to: nil, .text), .label(.init(value, value), "a & b"),
            .ribbon(from: .init(0, value, 1), to: .init(1, value, 2), .series(3)),
            .bar(.init(value, 0, value), .series(4)),
        ]
        for kind in [Scale.Kind.linear, .logarithmic] {
            for width in [40.0, 358, 744] {
                let svg = Plot(
                    "T", "D", x: Axis("x", kind: kind), y: Axis("y", kind: kind), marks: marks, lettersRight: 20
                ).svg(width: width, id: "p")
                #expect(!svg.contains("nan") && !svg.contains("inf") && !svg.contains("e+"))
                #expect(Balance.problem(of: svg) == nil)
            }
        }
    }

    @Test func names() {
        let svg = Plot("A <b>", "C & \"d\"", x: Axis("x"), y: Axis("y"), marks: []).svg(width: 300, id: "p7")
        #expect(svg.contains("<title id=\"p7t\">A &lt;b&gt;</title><desc id=\"p7d\">C &amp; &quot;d&quot;</desc>"))
        #expect(svg.contains("role=\"img\" aria-labelledby=\"p7t p7d\""))
    }
}
