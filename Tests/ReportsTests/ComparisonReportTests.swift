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
        #expect(text.hasSuffix("No test was made; 0 seeds are shared by all arms. Fewer than 8 name no winner.\n"))
        let one = MarkdownReport.comparison(ComparisonRecord(name: "one", arms: [.init(name: "a", seeds: [])]))
        #expect(one.contains("| a   |     0 |"))
    }
}
