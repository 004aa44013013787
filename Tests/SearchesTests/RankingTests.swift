import Rankings
import Reports
import Searches
import Testing

/// Scores, windows, ties and the composite rank of a whole run.
@Suite struct RankingTests {
    @Test(arguments: ["loss", "accuracy"])
    func aScoreIsTheMeanOfItsWindow(_ measure: String) async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe("score.measure=\(measure)", "score.window=3", "train.budget.images=3000"))
        for round in 0..<3 {
            let rows = try scratch.store().scored(round)
            #expect(rows.allSatisfy { $0.snapshots.count == 3 })
            for row in rows {
                #expect(row.snapshots == (measure == "loss" ? row.losses.map { -$0 } : row.accuracies))
                #expect(row.score == row.snapshots.reduce(0, +) / 3)
                #expect(row.accuracies.allSatisfy { [0, 0.25, 0.5, 0.75, 1].contains($0) } && row.images == 4)
            }
        }
    }

    /// Four images leave many children with equal accuracy: they share the smaller rank.
    @Test func equalScoresShareARank() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe("score.measure=accuracy"))
        let rows = try scratch.store().scored(0)
        #expect(Set(rows.map(\.score)).count < 20)
        for row in rows { #expect(row.rank == 1 + rows.count { $0.score > row.score }) }
    }

    @Test(arguments: ["loss", "accuracy"])
    func thePolicysCutFollowsTheScores(_ measure: String) async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe("score.measure=\(measure)"))
        for round in 0..<2 {
            let rows = try scratch.store().scored(round)
            let worst = rows.filter(\.kept).map(\.score).min()!
            #expect(rows.filter { !$0.kept }.allSatisfy { $0.score <= worst })
            #expect(rows.count(where: \.kept) == rows.count / 2)
        }
    }

    /// By round of leaving, survivors first; inside a round by that decision's score.
    @Test(arguments: ["loss", "accuracy"])
    func theCompositeRankingIsThatOfTheRows(_ measure: String) async throws {
        let scratch = try Scratch()
        let record = try await scratch.search(Micro.recipe("score.measure=\(measure)"))
        let store = try scratch.store()
        var blocks: [[String]] = []
        for round in [2, 1, 0] {
            let leaving = try store.scored(round).filter { round == 2 || !$0.kept }
            for score in Set(leaving.map(\.score)).sorted(by: >) {
                blocks.append(leaving.filter { $0.score == score }.map(\.child).sorted())
            }
        }
        let composite = try record.compositeRanking()
        #expect(composite.blocks.map { $0.sorted() } == blocks)
        #expect(composite.children.count == 64)
        #expect(composite.survivors.sorted() == record.survivors.sorted())
        if measure == "loss" { #expect(record.best == blocks[0][0]) }
    }

    @Test func theBestStandsFirstInTheLastRound() async throws {
        let record = try await Scratch().search(Micro.recipe("score.measure=accuracy"))
        let last = try #require(record.rounds.last)
        #expect(record.best == last.survivors.first)
        #expect(last.scores.first { $0.child == record.best }?.rank == 1)
    }
}
