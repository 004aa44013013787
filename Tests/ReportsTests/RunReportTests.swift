import Foundation
import Rankings
import Reports
import Testing

@Suite struct RunReportTests {
    @Test func withTruth() throws {
        let text = try Examples.markdown(
            Examples.run, truth: Examples.truth(),
            stamps: ["CIFAR-10 went through JPEG: accuracies are not comparable."])
        try expectGolden(text, "run-with-truth.md")
    }

    @Test func withoutTruth() throws { try expectGolden(Examples.markdown(Examples.run), "run.md") }

    @Test func beforeTheFirstDecision() throws {
        let young = RunRecord(
            run: "young", phase: "training", seed: 1, images: 0, macs: 0, executedMacs: 0, storeBytes: 0, rounds: [],
            best: nil)
        try expectGolden(Examples.markdown(young, truth: Examples.truth()), "run-young.md")
    }

    @Test func json() throws {
        let text = try jsonText(Examples.run)
        try expectGolden(text, "run.json")
        #expect(try JSONDecoder().decode(RunRecord.self, from: Data(text.utf8)) == Examples.run)
    }

    @Test func compositeOfARun() throws {
        // Round 3's scores order the survivors; round 2 gave sets; round 1's equals tie and the unscored child is last.
        let ranking = try Examples.run.compositeRanking()
        #expect(ranking.blocks == [["212"], ["222"], ["221", "122"], ["121"], ["211", "112"], ["111"]])
    }

    @Test func figuresByHand() throws {
        // Truth order: 222 212 122 221 121 211 112 111; composite as above. Of 28 pairs (222,212) is opposite,
        // (221,122) and (211,112) are tied: tau-a = (25 - 1) / 28, tau-b = 24 / sqrt(26 * 28).
        let figures = try RunFigures(Examples.run, Examples.truth())
        let own = figures.summaries[0]
        #expect(own.tauA == 24.0 / 28)
        #expect(abs((own.tauB ?? 0) - 24 / (26.0 * 28).squareRoot()) < 1e-15)
        // Inside no-pool: 6 pairs, one opposite, one tied: 3 / sqrt(5 * 6).
        #expect(abs((own.tauInside ?? 0) - 3 / 30.0.squareRoot()) < 1e-15)
        #expect(own.top1 == 2)
        #expect(own.top3 == 1)
        #expect(figures.pickRank == 2)
        #expect(abs((figures.pickRegret ?? 0) - 0.5) < 1e-12)
        #expect(figures.concordance.survivorSurvivor == PairCounts(discordant: 1))
        #expect(figures.concordance.survivorDropped == PairCounts(concordant: 12))
        #expect(figures.concordance.droppedDropped == PairCounts(concordant: 13, tied: 2))
    }

    @Test func brokenRecordsAreRefused() throws {
        var back = Examples.run
        back.rounds[2].survivors.append("111")
        let error = #expect(throws: ReportsError.self) { try RunReport(back) }
        #expect(error?.message == "round 3 of run demo contradicts itself about \"111\"")
        var gone = Examples.run
        gone.rounds[0].dropped.removeLast()
        #expect(throws: ReportsError.self) { try gone.compositeRanking() }
        let table = try TruthTable(labels: ["111", "112"], means: [1, 2])
        #expect(throws: RankingsError.self) { try RunReport(Examples.run, truth: RunTruth(table)) }
    }
}
