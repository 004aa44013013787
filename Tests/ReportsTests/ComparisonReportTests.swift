import Foundation
import Reports
import Testing

@Suite struct ComparisonReportTests {
    @Test func golden() throws {
        try expectGolden(
            MarkdownReport.comparison(Examples.comparison, stamps: ["Scored on test images."]), "comparison.md")
    }

    @Test func json() throws {
        let text = try jsonText(Examples.comparison)
        try expectGolden(text, "comparison.json")
        #expect(try JSONDecoder().decode(ComparisonRecord.self, from: Data(text.utf8)) == Examples.comparison)
    }

    @Test func nothingToCompare() {
        let text = MarkdownReport.comparison(ComparisonRecord(name: "empty", arms: []))
        #expect(text.contains("## Verdict\n\n**No verdict: there is one arm.**\n"))
        let one = MarkdownReport.comparison(ComparisonRecord(name: "one", arms: [.init(name: "a", seeds: [])]))
        #expect(one.contains("| a   |     0 |"))
    }

    /// Ten pairs, three of them apart, judged by a table with an error.
    @Test func goldenVerdict() throws {
        let record = try Verdicts.record(seeds: 1000..<1010).judged(truth: Verdicts.truth)
        try expectGolden(MarkdownReport.comparison(record), "comparison-verdict.md")
    }
}
