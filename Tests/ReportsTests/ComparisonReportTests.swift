import Foundation
import Reports
import Testing

@Suite struct ComparisonReportTests {
    private func markdown(_ report: ComparisonReport) -> String { MarkdownRenderer().render(report.document) }

    @Test func golden() throws {
        try expectGolden(
            markdown(ComparisonReport(Examples.comparison, stamps: ["Scored on test images."])), "comparison.md")
    }

    @Test func json() throws {
        let text = try jsonText(Examples.comparison)
        try expectGolden(text, "comparison.json")
        #expect(try JSONDecoder().decode(ComparisonRecord.self, from: Data(text.utf8)) == Examples.comparison)
    }

    @Test func nothingToCompare() {
        let text = markdown(ComparisonReport(ComparisonRecord(name: "empty", arms: [])))
        #expect(
            text.contains("**Verdict**: No verdict: no test was made 0 seeds are shared by all arms. Fewer than 8 name")
        )
        let one = markdown(ComparisonReport(ComparisonRecord(name: "one", arms: [.init(name: "a", seeds: [])])))
        #expect(one.contains("| a   |     0 |"))
    }

    /// Differences by hand: .83 - .81 of seed 0 in points; the other seed is not shared.
    @Test func pairs() {
        let text = markdown(ComparisonReport(Examples.comparison))
        #expect(text.contains("|    0 |             +2.000 |\n| mean |             +2.000 |"))
    }

    @Test func judged() {
        let judgement = ComparisonReport.Judgement(
            measure: "true accuracy of the pick, points", effect: 0.42, low: -0.31, high: 1.1, level: 0.95, n: 10,
            p: 0.21, attainableP: 0.001953, detectableEffect: 0.94, conclusion: "inconclusive")
        let text = markdown(ComparisonReport(Examples.comparison, judgement: judgement))
        #expect(text.contains("**Verdict, progressive against uniform**: **inconclusive**"))
        #expect(text.contains("**+0.42** (95 % interval −0.31 to +1.10), over 10 pairs."))
        #expect(text.contains("p = **0.2100**, two-sided"))
        #expect(!text.contains("No verdict"))
    }

    @Test func csv() {
        let lines = ComparisonReport(Examples.comparison).csv.split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines[1] == "progressive,0,demo.progressive.s0,4096,500000000,212,0.83,2.0,0.5,2.0,1.0")
        #expect(lines[4] == "uniform,2,demo.uniform.s2,4096,510000000,,,,,,")
    }
}
