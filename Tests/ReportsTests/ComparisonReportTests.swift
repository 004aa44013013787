import Foundation
import Reports
import Testing

@Suite struct ComparisonReportTests {
    private func markdown(_ report: ComparisonReport) -> String { MarkdownRenderer().render(report.document) }

    @Test func golden() throws {
        var stamped = Examples.comparison
        stamped.stamps = ["Scored on test images."]
        try expectGolden(markdown(ComparisonReport(stamped)), "comparison.md")
    }

    @Test func json() throws {
        let text = try jsonText(Examples.comparison)
        try expectGolden(text, "comparison.json")
        #expect(try JSONDecoder().decode(ComparisonRecord.self, from: Data(text.utf8)) == Examples.comparison)
    }

    @Test func nothingToCompare() {
        let text = markdown(ComparisonReport(ComparisonRecord(name: "empty", arms: [])))
        #expect(
            text.contains("**Verdict**: **No verdict: there are no arms.**"))
        let one = markdown(ComparisonReport(ComparisonRecord(name: "one", arms: [.init(name: "a", seeds: [])])))
        #expect(one.contains("| a   |     0 |"))
    }

    /// Differences by hand: .83 - .81 of seed 0 in points; the other seed is not shared.
    @Test func pairs() {
        let text = markdown(ComparisonReport(Examples.comparison))
        #expect(text.contains("|    0 |             +2.000 |\n| mean |             +2.000 |"))
    }

    /// Ten pairs, three of them apart, judged by a table with an error.
    @Test func goldenVerdict() throws {
        let record = try Verdicts.record(seeds: 1000..<1010).judged(truth: Verdicts.truth)
        try expectGolden(markdown(ComparisonReport(record)), "comparison-verdict.md")
    }

    @Test func armsAreToldAsOnATerminal() {
        var record = Examples.comparison
        for place in 0..<2 {
            record.arms[0].seeds[place].regret = Double(place)
            record.arms[0].seeds[place].hit = place == 1
            record.arms[0].seeds[place].tauA = 0.25
        }
        let text = markdown(ComparisonReport(record))
        #expect(text.contains("| Regret, points |    Hit |"))
        #expect(text.contains("|    0.50 ± 0.50 | 1 of 2 |") && text.contains("|         tau-a |"))
        #expect(text.contains("| progressive | 0.250 ± 0.000 |"))
    }

    @Test func csv() {
        let lines = ComparisonReport(Examples.comparison).csv.split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines[1] == "progressive,0,demo.progressive.s0,4096,500000000,212,0.83,2.0,,,,0.5,,2.0,1.0,,,,")
        #expect(lines[4] == "uniform,2,demo.uniform.s2,4096,510000000,,,,,,,,,,,,,,")
    }
}
