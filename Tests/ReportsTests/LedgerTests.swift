import Foundation
import Reports
import Testing

/// The ledger as text: rounds, stories and the sections of a report.
@Suite struct LedgerTests {
    @Test func rounds() throws {
        let text = Examples.ledger.rounds.map(\.text).joined(separator: "\n\n")
        try expectGolden(text, "rounds.txt")
        #expect(!text.contains("\u{1B}"))
    }

    /// One that won, one that came back, one dropped through its own choice, one dropped by name.
    @Test func stories() throws {
        let stories = ["212", "211", "122", "111"].map { Examples.story($0) }
        try expectGolden(
            stories.map { $0.text(advice: ["score it: espalier evaluate demo \($0.child)"]) }.joined(separator: "\n\n"),
            "stories.txt")
        #expect(
            stories.map(\.standing) == [.best, .final(rank: 3, of: 3), .dropped(round: 1), .dropped(round: 0)])
    }

    @Test func report() throws {
        try expectGolden(
            Examples.markdown(
                Examples.ledgerRecord, ledger: Examples.ledger, trace: Examples.trace, truth: Examples.truth(),
                stamps: ["A test only."]),
            "run-with-ledger.md")
    }

    /// Exactly the promised keys, `null` where nothing is known.
    @Test func json() throws {
        let text = try jsonText(Examples.story("211"))
        try expectGolden(text, "story.json")
        let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(Set(document.keys) == ["schema", "run", "child", "story"])
        let story = try #require(document["story"] as? [[String: Any]])
        for chapter in story {
            #expect(
                Set(chapter.keys) == [
                    "round", "score", "rank", "cut", "margin", "confidence", "decision", "reason", "policy",
                ])
        }
        #expect(story.compactMap { $0["decision"] as? String } == ["probation", "returned", "kept", "final"])
    }

    /// A space too large to list: no row, and yet a fate.
    @Test func neverScored() throws {
        var ledger = Examples.ledger
        for place in ledger.rounds.indices {
            ledger.rounds[place].alive = "3600"
            ledger.rounds[place].groups = []
            ledger.rounds[place].entries.removeAll { ["112", "212"].contains($0.child) }
        }
        let through = Examples.story("112", ledger)
        #expect(through.chapters.map(\.fate) == [.kept, .dropped] && through.standing == .dropped(round: 1))
        #expect(through.chapters.last?.reason == "lowest effect" && through.chapters.last?.entry == nil)
        #expect(through.text().contains("round 1, at 0.7500 of the budget: dropped through a choice\n"))
        let living = Examples.story("212", ledger, best: nil)
        #expect(living.chapters.map(\.fate) == [.kept, .kept, .kept, nil] && living.standing == .unranked)
        #expect(living.text().contains("\n  not among the 6 children scored in this round\n"))
        #expect(try jsonText(living).contains("\"decision\" : null"))
    }

    @Test func beforeTheEnd() {
        var ledger = Examples.ledger
        ledger.isDone = false
        ledger.rounds = []
        #expect(Examples.story("211", ledger, best: nil).standing == .undecided)
        ledger.rounds = [Examples.ledger.rounds[0]]
        #expect(Examples.story("211", ledger, best: nil).text().contains("now: on probation, scored and no longer"))
        #expect(Examples.story("222", ledger, best: nil).standing == .training)
        // On probation to the end: the final ranking passes it over.
        ledger.isDone = true
        ledger.rounds = [0, 3].map { Examples.ledger.rounds[$0] }
        ledger.rounds[1].entries.removeAll { $0.child == "211" }
        let story = Examples.story("211", ledger)
        #expect(story.standing == .onProbation && story.chapters.count == 1)
        #expect(story.text().contains("now: on probation when the search ended"))
    }

    @Test(
        arguments: [
            (nil, "-"), (0.5, "50.0 %"), (0.99949, "99.9 %"), (0.9995, "> 99.9 %"), (1, "> 99.9 %"), (0, "< 0.1 %"),
            (0.0005, "0.1 %"),
        ] as [(Double?, String)])
    func confidenceIsNeverCertain(_ value: Double?, _ expected: String) {
        var entry = Examples.ledger.rounds[0].entries[0]
        entry.confidence = value
        #expect(entry.confidenceWords == expected)
    }

    /// tau-b by hand: of the group 222, 221, 212 the scores -1, -1.125, -1.25 and the truths .835, .81, .83 order two
    /// of three pairs alike: 1 / 3; of 122, 211 one of one.
    @Test func truthInsideGroups() throws {
        let text = try Examples.markdown(
            Examples.ledgerRecord, ledger: Examples.ledger, truth: Examples.truth())
        #expect(text.contains("|     0 |    0 |        3 |             0.667 |   0.250 |      1.000 |         0.333 |"))
        #expect(text.contains("|     1 |    0 |        2 |             0.667 |   0.250 |     -1.000 |         1.000 |"))
    }
}
