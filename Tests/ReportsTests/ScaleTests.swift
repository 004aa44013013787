import Reports
import Testing

@Suite struct ScaleTests {
    @Test(arguments: [
        (0.3, 0.2), (0.32, 0.5), (1, 1), (1.4, 1), (1.5, 2), (3.1, 2), (3.2, 5), (7, 5), (7.1, 10), (9, 10), (250, 200),
        (0.001, 0.001), (.nan, 1), (0, 1), (.infinity, 1),
    ])
    func niceSteps(_ raw: Double, _ expected: Double) {
        #expect(abs(Scale.niceStep(raw) - expected) <= 1e-12 * expected)
    }

    /// 0 ... 100 in about five: steps of 20. -0.37 ... 0.41 in about four: of 0.2, none beyond the domain.
    @Test func linearTicks() {
        #expect(Scale(holding: [0, 100], from: 0, to: 1).ticks(about: 5) == [0, 20, 40, 60, 80, 100])
        let ticks = Scale(holding: [-0.37, 0.41], from: 0, to: 1).ticks(about: 4)
        #expect(zip(ticks, [-0.2, 0, 0.2, 0.4]).allSatisfy { abs($0 - $1) < 1e-12 } && ticks.count == 4)
        #expect(Scale(holding: [1, 3], from: 0, to: 1).ticks(about: 8, whole: true) == [1, 2, 3])
    }

    @Test func logarithmicTicks() {
        let wide = Scale(holding: [1, 15_625], kind: .logarithmic, from: 0, to: 1)
        #expect(wide.ticks(about: 5) == [1, 10, 100, 1_000, 10_000])
        let narrow = Scale(holding: [1, 30], kind: .logarithmic, from: 0, to: 1)
        #expect(narrow.ticks(about: 5) == [1, 2, 5, 10, 20])
        #expect(wide.place(0) == nil && wide.place(-1) == nil && wide.place(1) == 0)
        #expect(abs((wide.place(125) ?? 0) - 0.5) < 1e-12)
    }

    @Test func places() {
        let scale = Scale(holding: [10, 20], from: 300, to: 100)
        #expect(scale.place(10) == 300 && scale.place(15) == 200 && scale.place(20) == 100)
        #expect(scale.place(.nan) == nil && scale.place(.infinity) == nil)
    }

    /// No values, one value, constants, zeros, infinities, and numbers as far apart as there are.
    @Test(
        arguments: [
            [], [5], [5, 5, 5], [0], [0, 0], [.nan], [.infinity, -.infinity], [.nan, 3], [-1e308, 1e308],
            [1e-320, 2e-320],
            [1e16, 1e16 + 2], [-5, -5], [.greatestFiniteMagnitude],
        ] as [[Double]])
    func everyDomainIsUsable(_ values: [Double]) {
        for kind in [Scale.Kind.linear, .logarithmic] {
            let scale = Scale(holding: values, kind: kind, from: 0, to: 100)
            #expect(scale.low < scale.high && scale.low.isFinite && scale.high.isFinite)
            for value in values { if let place = scale.place(value) { #expect(place.isFinite) } }
            #expect(scale.ticks(about: 5).count <= 1_000)
            #expect(scale.ticks(about: 0).allSatisfy { $0.isFinite })
        }
    }

    @Test(
        arguments: [
            ([0, 20, 40], ["0", "20", "40"]), ([-0.2, 0, 0.2], ["-0.2", "0", "0.2"]),
            ([0, 0.05, 0.1], ["0", "0.05", "0.10"]),
            ([0, 2_000, 4_000], ["0", "2000", "4000"]), ([0, 50_000, 100_000], ["0", "50 k", "100 k"]),
            ([0, 500_000, 1_000_000], ["0", "0.5 M", "1.0 M"]), ([5], ["5"]), ([], []),
        ] as [([Double], [String])])
    func tickTexts(_ values: [Double], _ expected: [String]) { #expect(Axis.texts(values) == expected) }
}
