import Foundation
import Reports
import Testing

@Suite struct ComparisonReportTests {
    private func markdown(_ report: ComparisonReport) -> String { MarkdownRenderer().render(report.document) }

    @Test func golden() throws {
        var stamped = Examples.comparison
        stamped.stamps = ["Scored on test images."]
        try expectGolden(markdown(ComparisonReport(stamped, isComplete: false)), "comparison.md")
    }

    /// All that a record can hold: no part of a page is looked at by nobody.
    @Test func goldenFilled() throws {
        let record = Examples.filled
        #expect(record.contrasts.count == 2 && record.secondary.count == 4 && record.untested == nil)
        #expect(record.arms.allSatisfy { $0.stability != nil } && record.arms[0].biasGap?.findings.isEmpty == false)
        let text = markdown(ComparisonReport(record))
        for part in [
            "> Made-up runs", "**Verdict: ", "## Contrasts", "By other measures", "intervals are not adjusted",
            "Regret, points", "Trained anew, %", "GT-Tau inside", "more conv (free)", "lost in each decision",
            "S-Tau (95 %)", "tau-b of the twin", "## Does dropping amplify biases", "| amplified",
            "the bar is its interval", "Worked out on paper, at no cost: uniform-elim.",
        ] { #expect(text.contains(part), "\(part)") }
        try expectGolden(text, "comparison-filled.md")
        let json = try jsonText(record)
        #expect(try JSONDecoder().decode(ComparisonRecord.self, from: Data(json.utf8)) == record)
    }

    /// What kept children are worth is a mean over the runs that kept some and not all.
    @Test func keptTellsOverHowManyRuns() throws {
        var record = Examples.filled
        func runs() throws -> [[String]] { try #require(record.kept()).table.rows.map { Array($0.prefix(3)) } }
        #expect(
            try runs() == [["progressive", "12", "16.0"], ["uniform-elim", "12", "16.0"], ["again", "12", "16.0"]])
        for seed in 0..<3 { record.arms[0].seeds[seed].kept = nil }
        #expect(try runs()[0] == ["progressive", "9 of 12", "16.0"])
        // A run that has not ended counts nowhere.
        record.arms[0].seeds[0].best = nil
        #expect(try runs()[0] == ["progressive", "9 of 11", "16.0"])
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
        #expect(one.contains("| a   |     0 |") && one.contains("No verdict: there is one arm."))
        let several = markdown(ComparisonReport(Examples.unjudged))
        #expect(several.contains("No verdict: the arms have not been judged."))
    }

    /// Of the runs that are there or should be; what is made on paper is no run.
    @Test func progress() {
        var record = Examples.comparison
        #expect(record.progress == "3 of 4 runs have ended")
        record.arms.append(.init(name: "paper", paperOf: "uniform", seeds: record.arms[1].seeds))
        #expect(record.progress == "3 of 4 runs have ended")
        #expect(ComparisonRecord(name: "empty", arms: []).progress == "0 of 0 runs have ended")
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
