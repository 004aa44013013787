import Foundation
import Rankings
import Reports
import Testing

/// Arms with chosen picks.
enum Verdicts {
    /// Six children a point apart, the error of each .14 points.
    static let truth: TruthTable = {
        let labels = ["a", "b", "c", "d", "e", "f"]
        let std = 0.0014 * (3.0 * 2 / 3).squareRoot()
        let table = try? TruthTable(
            labels: labels, means: [0.80, 0.79, 0.78, 0.77, 0.76, 0.75],
            stds: labels.map { _ in std }, runs: labels.map { _ in 3 })
        return table ?? (try! TruthTable(labels: [], means: []))
    }()

    static func arm(_ name: String, _ picks: [String], seeds: Range<UInt64>, macs: Int = 1_000_000)
        -> ComparisonRecord.Arm
    {
        .init(
            name: name,
            seeds: zip(seeds, picks).map { seed, pick in
                .init(
                    seed: seed, run: "trial.\(name).s\(seed)", images: 4_096, macs: macs,
                    best: pick.isEmpty ? nil : pick,
                    truthRank: truth.labels.firstIndex(of: pick).map { Double($0 + 1) }, truthMean: truth[pick])
            })
    }

    static func record(
        _ first: String = "aabacabaab", _ second: String = "bbcbddbcce", _ third: String = "aabacabaab",
        seeds: Range<UInt64> = 0..<10, macs: Int = 1_000_000
    ) -> ComparisonRecord {
        func picks(_ text: String) -> [String] { text.map { $0 == "-" ? "" : String($0) } }
        return ComparisonRecord(
            name: "trial",
            arms: [
                arm("new", picks(first), seeds: seeds), arm("old", picks(second), seeds: seeds, macs: macs),
                arm("twin", picks(third), seeds: seeds),
            ])
    }

    /// The same with a tau for every run that has ended.
    static func ranked(_ record: ComparisonRecord) -> ComparisonRecord {
        var record = record
        for arm in record.arms.indices {
            for seed in record.arms[arm].seeds.indices where record.arms[arm].seeds[seed].best != nil {
                record.arms[arm].seeds[seed].tauA = Double(arm) / 10
            }
        }
        return record
    }

    /// The same with every other measure, the first arm ahead in all of them.
    static func measured(_ record: ComparisonRecord) -> ComparisonRecord {
        var record = record
        for arm in record.arms.indices {
            for seed in record.arms[arm].seeds.indices {
                record.arms[arm].seeds[seed].tauA = 0.5 - Double(arm) / 8
                record.arms[arm].seeds[seed].tauInside = 0.25 - Double(arm) / 8
                record.arms[arm].seeds[seed].topRank = ["3": Double(arm + 1)]
                record.arms[arm].seeds[seed].hit = arm == 0
            }
        }
        return record
    }
}

@Suite struct VerdictTests {
    private func verdict(_ record: ComparisonRecord, truth: TruthTable? = Verdicts.truth) throws
        -> ComparisonRecord.Verdict
    {
        try #require(try record.judged(truth: truth).verdict)
    }

    @Test func aGainWithEverySeedIsBetter() throws {
        let judged = try Verdicts.record(seeds: 1000..<1010).judged(truth: Verdicts.truth)
        let verdict = try #require(judged.verdict)
        #expect(verdict.conclusion == .better && verdict.n == 10 && abs((verdict.effect ?? 0) - 1.5) < 0.3)
        #expect(judged.stage == "verdict" && judged.verdictWords.hasPrefix("Verdict: better. +"))
        #expect(verdict.attainableP == 1.0 / 512 && (verdict.tableError ?? 0) > 0.05)
        // Turned round.
        let turned = Verdicts.record("bbcbddbcce", "aabacabaab", seeds: 1000..<1010)
        #expect(try self.verdict(turned).conclusion == .worse)
    }

    @Test func developmentSeedsNeverSoundFinal() throws {
        let judged = try Verdicts.record().judged(truth: Verdicts.truth)
        #expect(judged.stage == "development")
        #expect(judged.verdictWords.hasPrefix("Development result, no verdict: better on these seeds. "))
        #expect(!judged.verdictWords.contains("Verdict:"))
        #expect(judged.verdict.map(judged.word) == "better (development)")
        #expect(judged.verdictNotes.contains { $0.contains("seeds from 1000 on") })
    }

    /// Two names for one recipe pick the same with every seed.
    @Test func aPlaceboIsNeverBetter() throws {
        for seeds in [0..<10 as Range<UInt64>, 1000..<1012] {
            let same = String("aabacabaabaa".prefix(seeds.count))
            var record = Verdicts.record(same, same, same, seeds: seeds)
            for place in record.arms.indices { record.arms[place].recipe = "00ff" }
            let judged = try record.judged(truth: Verdicts.truth)
            for verdict in [judged.verdict].compactMap(\.self) + judged.contrasts {
                #expect(verdict.conclusion == .equivalent && verdict.effect == 0 && verdict.p == 1)
                #expect(verdict.low == 0 && verdict.high == 0 && verdict.tableError == 0)
            }
            #expect(judged.placebos.map(\.1) == ["old", "twin", "twin"])
        }
    }

    /// On machines of different kinds runs of one recipe may differ, and by chance all the same way.
    @Test func aPlaceboThatDiffersIsInconclusive() throws {
        let winners: [Conclusion] = [.better, .worse]
        for (first, second) in [("aabacabaab", "bbcbddbcce"), ("bbcbddbcce", "aabacabaab")] {
            var record = Verdicts.record(first, second, second, seeds: 1000..<1010)
            #expect(try winners.contains(verdict(record).conclusion))
            for place in record.arms.indices { record.arms[place].recipe = "00ff" }
            let judged = try record.judged(truth: Verdicts.truth)
            #expect(judged.contrasts.count == 1)
            for contrast in [judged.verdict].compactMap(\.self) + judged.contrasts {
                #expect(contrast.conclusion == .inconclusive && (contrast.p ?? 1) < 0.05, "\(contrast)")
                #expect(contrast.reason?.hasPrefix("the arms are one recipe, a placebo: ") == true)
            }
            #expect(judged.verdictWords.hasPrefix("Verdict: inconclusive. "))
            #expect(judged.verdictNotes.contains { $0.hasPrefix("The arms are one recipe, a placebo: ") })
            // What is made on paper has the recipe of the arm whose cuts it makes, and is another way of searching.
            record.arms[1].paperOf = "twin"
            let onPaper = try verdict(record)
            #expect(winners.contains(onPaper.conclusion) && onPaper.reason == nil)
        }
    }

    /// Of four measures the smallest p by Holm is 4 x 2^(1-n): .062 of seven pairs, .031 of eight.
    @Test func otherMeasuresAreTestedWhereATestCanFire() throws {
        func judged(_ count: Int) throws -> ComparisonRecord {
            let picks = String("aabacabaab".prefix(count))
            let record = Verdicts.record(picks, picks, picks, seeds: 1000..<1000 + UInt64(count))
            return try Verdicts.measured(record).judged(truth: Verdicts.truth)
        }
        #expect(try judged(5).secondary.isEmpty)
        for count in [6, 7] {
            let record = try judged(count)
            #expect(record.secondary.count == 4)
            for item in record.secondary {
                #expect(item.effect > 0 && item.n == count, "\(item)")
                #expect(item.p == nil && item.adjustedP == nil && item.low == nil && item.high == nil, "\(item)")
            }
            let words =
                "4 measures take 8 pairs for a test by Holm at 5 %: of \(count) only the differences stand here."
            #expect(MarkdownRenderer().render(ComparisonReport(record).document).contains(words))
            let read = try JSONDecoder().decode(ComparisonRecord.self, from: Data(jsonText(record).utf8))
            #expect(read.secondary == record.secondary)
        }
        let enough = try judged(8)
        #expect(enough.untested == nil && enough.secondary.allSatisfy { $0.p == 1.0 / 128 && $0.adjustedP == 1.0 / 32 })
        #expect(enough.secondary.allSatisfy { ($0.low ?? 0) > 0 })
        // One measure takes no more than its own test.
        let one = try Verdicts.ranked(Verdicts.record("aabaca", "bbcbdd", "aabaca", seeds: 0..<6))
            .judged(truth: Verdicts.truth)
        #expect(one.secondary.map(\.adjustedP) == [1.0 / 32] && one.untested == nil)
    }

    @Test func fewSeedsNameNoWinner() throws {
        for (count, words) in [
            (0, "no pair is finished"), (1, "with 1 pair no test at 5 % can fire"), (5, "the smallest p is 0.0625"),
            (7, "fewer than 8 pairs name no winner"), (9, "9 pairs are a hint"),
        ] {
            let text = String("aabacabaab".prefix(count))
            let record = Verdicts.record(
                text, String("bbcbddbcce".prefix(count)), text, seeds: 1000..<1000 + UInt64(count))
            let found = try verdict(record)
            #expect(found.conclusion == .none && found.reason?.contains(words) == true, "\(count): \(found)")
            #expect((found.p != nil) == (count >= 6))
            #expect(try record.judged(truth: Verdicts.truth).verdictWords.hasPrefix("No verdict: "))
        }
    }

    @Test func unequalCostIsRefused() throws {
        let found = try verdict(Verdicts.record(macs: 1_006_000))
        #expect(found.conclusion == .refused && found.reason?.contains("unequal cost") == true)
        // Nor is there a figure that could be quoted.
        #expect(found.effect == nil && found.low == nil && found.p == nil)
        #expect(try Verdicts.ranked(Verdicts.record(macs: 1_006_000)).judged(truth: Verdicts.truth).secondary.isEmpty)
        #expect(try !Verdicts.ranked(Verdicts.record()).judged(truth: Verdicts.truth).secondary.isEmpty)
        let words = try Verdicts.record(seeds: 1000..<1010, macs: 990_000).judged(truth: Verdicts.truth).verdictWords
        #expect(words.hasPrefix("Refused: unequal cost: the arms spent charged multiply-adds 1.0 % apart"))
        #expect(try verdict(Verdicts.record(macs: 1_004_000)).conclusion == .better)
    }

    /// A run that is missing or under way does not make its arm cheap, and what is made on paper costs nothing.
    @Test func costIsThatOfFinishedRuns() throws {
        var record = Verdicts.record("aa-", "bbb", "aaa", seeds: 0..<3)
        record.arms[0].seeds[2].macs = 0
        record.arms.append(.init(name: "paper", paperOf: "old", seeds: record.arms[1].seeds))
        for place in 0..<3 { record.arms[3].seeds[place].macs = 2_000_000 }
        #expect(record.finishedSeeds == [0, 1] && record.costGap == 0)
        let text = MarkdownRenderer().render(ComparisonReport(try record.judged(truth: Verdicts.truth)).document)
        #expect(text.contains("**8.00 M** multiply-adds charged. The arms are within 0.01 % of each other"))
        #expect(text.contains("8 runs of 3 arms") && text.contains("Worked out on paper, at no cost: paper."))
        #expect(text.contains("Means over the 2 seeds that every arm has finished."))
        // Runs are listed once, under their own names.
        #expect(text.contains("worked out on paper from the runs of others: paper from those of old."))
        #expect(text.components(separatedBy: "report trial.old.s0 ").count == 2 && !text.contains("trial.paper"))
        record.arms[0].seeds[1].macs = 1_100_000
        #expect(abs((record.costGap ?? 0) - 0.05) < 1e-9)
        record.arms[1].seeds = [.init(seed: 0, images: 0, macs: 0, best: nil)]
        #expect(record.costGap == nil)
    }

    @Test func theTablesErrorIsToldWithAndWithoutAnInterval() throws {
        let few = try Verdicts.record("ab", "bc", "ab", seeds: 0..<2).judged(truth: Verdicts.truth).verdictNotes
        #expect(few.contains { $0.hasPrefix("The truth table's own error of this difference is 0.") })
        #expect(!few.contains { $0.contains("interval") })
        let many = try Verdicts.record().judged(truth: Verdicts.truth).verdictNotes
        #expect(many.contains { $0.hasPrefix("The interval holds the error of the truth table, 0.") })
    }

    @Test func whatIsNotFinishedHasNoVerdict() throws {
        let found = try verdict(Verdicts.record("aabacabaa-"))
        #expect(found.conclusion == .none && found.reason == "9 of 10 pairs are finished" && found.n == 9)
        // What the pairs are, and no test of them: it could be looked at until it pleases.
        #expect(found.effect != nil && found.gains + found.losses > 0)
        #expect(found.p == nil && found.low == nil && found.high90 == nil && found.wilcoxonP == nil)
        #expect(try Verdicts.ranked(Verdicts.record("aabacabaa-")).judged(truth: Verdicts.truth).secondary.isEmpty)
    }

    @Test func withoutATruthNothingIsKnown() throws {
        let found = try verdict(Verdicts.record(), truth: nil)
        #expect(found.conclusion == .none && found.effect == nil && found.measure == "none")
        #expect(found.reason?.hasPrefix("without a truth nobody knows") == true)
        // Picks trained anew stand in for it.
        var record = Verdicts.record(seeds: 1000..<1010)
        for arm in record.arms.indices {
            for seed in record.arms[arm].seeds.indices {
                record.arms[arm].seeds[seed].retrained = record.arms[arm].seeds[seed].truthMean
                record.arms[arm].seeds[seed].truthMean = nil
            }
        }
        let anew = try verdict(record, truth: nil)
        #expect(anew.conclusion == .better && anew.measure.hasPrefix("accuracy of the pick trained anew"))
        #expect(anew.tableError == 0)
        let text = MarkdownRenderer().render(ComparisonReport(try record.judged(truth: nil)).document)
        #expect(text.contains("How far the picks are from the best child") && text.contains("Trained anew, %"))
        #expect(!text.contains("nothing here measures"))
    }

    /// Further contrasts pay for being many; the first was asked for.
    @Test func holmAdjustsFurtherContrasts() throws {
        var record = Verdicts.record("aaaaaaaaab", "bbbbbbbbaa", "bbbbbbbaaa", seeds: 1000..<1010)
        for _ in 0..<20 { record.arms.append(record.arms[2]) }
        let judged = try record.judged(truth: Verdicts.truth)
        #expect(judged.contrasts.count == 21)
        for contrast in judged.contrasts {
            #expect((contrast.adjustedP ?? 0) > (contrast.p ?? 1) && contrast.conclusion == .inconclusive)
        }
        #expect(judged.verdict?.adjustedP == nil && judged.verdict?.conclusion == .better)
    }

    @Test func theJSONHasThePromisedKeys() throws {
        let text = try jsonText(Verdicts.record().judged(truth: Verdicts.truth))
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let verdict = try #require(parsed?["verdict"] as? [String: Any])
        let keys = [
            "measure", "effect", "low", "high", "level", "n", "p", "attainableP", "detectableEffect", "conclusion",
        ]
        #expect(keys.allSatisfy { verdict[$0] != nil })
        let none = try jsonText(Verdicts.record().judged(truth: nil))
        #expect(none.contains("\"effect\" : null"))
        #expect(
            try JSONDecoder().decode(ComparisonRecord.self, from: Data(none.utf8)).verdict?.conclusion
                == Conclusion.none)
    }
}
