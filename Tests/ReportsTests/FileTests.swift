import Foundation
import Reports
import Testing

/// CSV, JSON and the line of blocks.
@Suite struct FileTests {
    private func report() throws -> RunReport {
        try RunReport(Examples.ledgerRecord, ledger: Examples.ledger, trace: Examples.trace, truth: Examples.truth())
    }

    @Test func csv() throws {
        let lines = try report().csv.split(separator: "\n").map(String.init)
        #expect(lines.count == 1 + Examples.ledger.rounds.reduce(0) { $0 + $1.entries.count })
        #expect(
            lines[1]
                == "0,80,0.5,2048,250000000000,regret-guard 1 around keep-fraction 1,rank,loss,222,0,1,-1.0,0.0625,0.375,"
                + "0.99999,31858,33541969,kept,")
        let hostile = try #require(lines.first { $0.contains("my") })
        #expect(hostile.hasSuffix("dropped,*my* choice | <b>"))
        #expect(lines.contains { $0.hasSuffix("dropped,line\\u{a}break") })
    }

    /// What a spreadsheet would take for a formula stays a text.
    @Test func formulas() throws {
        var ledger = Examples.ledger
        ledger.rounds[0].entries[7].reason = "=HYPERLINK(\"x\"), said \"she\""
        let text = try RunReport(Examples.ledgerRecord, ledger: ledger).csv
        #expect(text.contains("dropped,\"'=HYPERLINK(\"\"x\"\"), said \"\"she\"\"\"\n"))
    }

    @Test func json() throws {
        let text = try jsonText(report().json)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(Set(document.keys) == ["schema", "stamps", "run", "ledger", "trace", "figures"])
        #expect(document["schema"] as? String == "espalier.report/1")
        let figures = try #require(document["figures"] as? [String: Any])
        #expect(figures["pickRank"] as? Int == 2 && (figures["rankings"] as? [Any])?.count == 4)
        let trace = try #require(document["trace"] as? [String: Any])
        let losses = try #require((trace["trainLoss"] as? [String: Any])?["values"] as? [Any])
        #expect(losses.count == 160 && losses[7] is NSNull)
    }

    @Test(
        arguments: [
            ([0, 1, 2, 3, 4, 5, 6, 7], 8, "▁▂▃▄▅▆▇█"), ([1, 1, 1], 8, "▄▄▄"), ([], 8, ""), ([3, 1], 0, ""),
            ([.nan, 2, .infinity], 4, "▄"), ([0, 0, 8, 8], 2, "▁█"),
        ] as [([Double], Int, String)])
    func sparklines(_ values: [Double], _ width: Int, _ expected: String) {
        #expect(Sparkline.text(values, width: width) == expected)
    }
}
