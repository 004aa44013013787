import Foundation
import Testing

/// `explain` and `show --round`. Training's figures differ between machines, so they stand as N in the golden texts.
extension CommandLineTests {
    /// The fewest parameters are kept; everyone else is on probation. Nothing of this hangs on a score.
    private func probation(_ scratch: Scratch) throws {
        try scratch.recipe(extra: "seed: 3")
        let settings = [
            "policy={use: regret-guard, wrap: {use: params, keep: 0.5, prefer: smaller}, probation: 64}",
            "rounds=[{at: 0.4, regroup: {by: similarity, count: 2}}, {at: 0.7}]", "score.smooth=main-effects",
        ]
        try search(scratch, settings)
    }

    private func search(_ scratch: Scratch, _ settings: [String]) throws {
        let result = try Program.run(
            ["search", "--recipe", "micro.yaml", "--run", "demo"] + settings.flatMap { ["--set", $0] }, in: scratch)
        try #require(result.status == 0, "\(result.errors)")
    }

    private func masked(_ text: String) -> String {
        text.replacing(/-?[0-9]+\.[0-9]+/, with: "N").replacing(/[<>] N %/, with: "N %")
            .replacing(/rank [0-9]+ of/, with: "rank N of").replacing(/(above|below) the cut/, with: "beside the cut")
    }

    @Test func probationIsExplained() throws {
        let scratch = try Scratch()
        try probation(scratch)
        // 333 is the largest, 111 the smallest; the second decision goes by scores, the first does not.
        let stories = try ["111", "333"].map { child in
            let told = try Program.run(["explain", "demo", child], in: scratch)
            #expect(told.status == 0 && told.errors == "")
            return told.output.components(separatedBy: "\n\n").prefix(2).joined(separator: "\n\n")
        }
        try expectGolden(masked(stories.joined(separator: "\n\n") + "\n"), "explain-probation")
    }

    @Test func aGateIsExplained() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        try search(scratch, ["score.gate=0.999999", "score.window=2"])
        let best = try document(scratch, "show", "demo")["best"] as? String
        let child = best == "111" ? "112" : "111"
        let told = try Program.run(["explain", "demo", child], in: scratch)
        let text = masked(told.output).replacing(/11[12]/, with: "CHILD").replacing(/number [0-9]+/, with: "number N")
            .replacing(/1->2 [a-z_0-9]+/, with: "1->2 OPERATOR").replacing(
                /[0-9,]+ parameters, [0-9,]+/, with: "N parameters, N")
        try expectGolden(text, "explain-gate")
        let round = try Program.run(["show", "demo", "--round", "0"], in: scratch).output
        #expect(round.hasPrefix("round 0, decided by the gate, which holds everyone\n"))
    }

    /// The two verbs and the store tell the same figures.
    @Test func theStoryIsTheRounds() throws {
        let scratch = try Scratch()
        try probation(scratch)
        let rounds = try #require(try document(scratch, "show", "demo")["rounds"] as? [[String: Any]])
        for child in ["111", "234", "333"] {
            let explained = try document(scratch, "explain", "demo", child)
            #expect(explained["schema"] as? String == "espalier.explain/1" && explained["child"] as? String == child)
            #expect(explained["run"] as? String == "demo" && explained.count == 4)
            let story = try #require(explained["story"] as? [[String: Any]])
            let own = rounds.filter {
                ($0["scores"] as? [[String: Any]] ?? []).contains { $0["child"] as? String == child }
            }
            #expect(story.count == own.count)
            for (chapter, round) in zip(story, own) {
                let scores = round["scores"] as? [[String: Any]] ?? []
                let row = try #require(scores.first { $0["child"] as? String == child })
                #expect(chapter["round"] as? Int == round["round"] as? Int)
                #expect(chapter["score"] as? Double == row["score"] as? Double)
                #expect(chapter["rank"] as? Int == row["rank"] as? Int)
                let drops = round["dropped"] as? [[String: Any]] ?? []
                let drop = drops.first { $0["child"] as? String == child }
                #expect(chapter["reason"] as? String == drop?["reason"] as? String)
                let decision = chapter["decision"] as? String ?? ""
                #expect(["dropped", "probation"].contains(decision) == (drop != nil))
                #expect((chapter["policy"] as? String)?.hasPrefix((round["policy"] as? String ?? "?") + " ") == true)
            }
        }
        // Every scored child stands in the round's table, with six figures before its fate.
        for round in rounds {
            let number = try #require(round["round"] as? Int)
            let lines = try Program.run(["show", "demo", "--round", "\(number)"], in: scratch).output
                .split(separator: "\n")
            for score in round["scores"] as? [[String: Any]] ?? [] {
                let child = score["child"] as? String ?? "?"
                let line = try #require(lines.first { $0.wholeMatch(of: try! Regex(" *[0-9]+  \(child) .*")) != nil })
                #expect(
                    line.contains("kept") || line.contains("dropped: ") || line.contains("probation")
                        || line.contains("in the final ranking"))
            }
        }
        // The commands a story ends with work as they stand.
        let told = try Program.run(["explain", "demo", "333"], in: scratch).output
        let commands = told.matches(of: /(?m)^(score it|take its weights): espalier (.*)$/).map { String($0.2) }
        #expect(commands.count == 2)
        for command in commands {
            let result = try Program.run(command.split(separator: " ").map(String.init), in: scratch)
            #expect(result.status == 0, "\(command): \(result.errors)")
        }
        let report = try Program.run(["report", "demo"], in: scratch).output
        for part in ["## Rounds\n", "## Ledger of drops\n", "## Groups\n", "smoothed by main effects"] {
            #expect(report.contains(part), "\(part)")
        }
    }

    private func document(_ scratch: Scratch, _ arguments: String...) throws -> [String: Any] {
        let result = try Program.run(arguments + ["--json"], in: scratch)
        return try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any], "\(result.output)")
    }
}
