import Rankings
import Testing

@Suite struct CompositeTests {
    /// Six children: e and f leave in round 1, c and d in round 2, a and b stay.
    private func run() throws -> CompositeRanking {
        try CompositeRanking([
            Passage(child: "f", leftInRound: 1, score: 0.99),
            Passage(child: "a", leftInRound: nil, score: 0.7),
            Passage(child: "c", leftInRound: 2, score: 0.6),
            Passage(child: "b", leftInRound: nil, score: 0.8),
            Passage(child: "d", leftInRound: 2, score: 0.5),
            Passage(child: "e", leftInRound: 1, score: 0.1),
        ])
    }

    @Test func roundFirstThenScore() throws {
        let ranking = try run()
        #expect(ranking.blocks == [["b"], ["a"], ["c"], ["d"], ["f"], ["e"]])
        #expect(ranking.values == [-5, -2, -3, -1, -4, -6])
        #expect(ranking.survivors == ["a", "b"])
    }

    @Test func setsTieABlock() throws {
        let ranking = try CompositeRanking([
            Passage(child: "a", leftInRound: nil, score: nil), Passage(child: "b", leftInRound: nil, score: nil),
            Passage(child: "c", leftInRound: 1, score: nil), Passage(child: "d", leftInRound: 1, score: nil),
            Passage(child: "e", leftInRound: 1, score: -3),
        ])
        // Survivors share ranks 1 and 2; e has a score and stands above c and d, who share 4 and 5.
        #expect(ranking.blocks == [["a", "b"], ["e"], ["c", "d"]])
        #expect(ranking.values == [-1.5, -1.5, -4.5, -4.5, -3])
    }

    @Test func concordanceByKindOfPair() throws {
        // Truth order: a b c d e f (6 best .. 1). Ranking: b a c d f e.
        // survivor-survivor: (a,b) discordant. survivor-dropped: 8 pairs, all concordant.
        // dropped-dropped: c d e f, 6 pairs, (e,f) discordant.
        let truth = ["a": 6.0, "b": 5, "c": 4, "d": 3, "e": 2, "f": 1]
        let split = try ConcordanceSplit(run(), truth: truth)
        #expect(split.survivorSurvivor == PairCounts(discordant: 1))
        #expect(split.survivorDropped == PairCounts(concordant: 8))
        #expect(split.droppedDropped == PairCounts(concordant: 5, discordant: 1))
        #expect(split.droppedDropped.tauA == 4.0 / 6)
        #expect(PairCounts().tauA == nil)
        let total = 13.0 - 2
        let labels = try run().children
        let tau = try Kendall(run().values, labels.map { truth[$0] ?? 0 })?.tauA
        #expect(tau == total / 15)
    }

    /// b is dropped with a score, comes back and survives; c goes on probation in round 0 and is let go in round 1; d leaves
    /// through a choice without ever being scored; e is never named and survives without a score.
    @Test func everyChildHasAPlaceWhateverHappened() throws {
        let children = ["a", "b", "c", "d", "e", "f"]
        let outcomes = [
            RoundOutcome(round: 0, scores: ["a": 3, "b": 1, "c": 2], kept: ["a"], dropped: ["b", "c"]),
            RoundOutcome(
                round: 1, scores: ["a": 1, "b": 5, "c": 4, "f": 2], kept: ["a", "b"], dropped: ["d", "f", "c"]),
        ]
        let ranking = try CompositeRanking(covering: children, outcomes: outcomes)
        #expect(ranking.children == children)
        #expect(
            ranking.passages.map(\.leftInRound) == [nil, nil, 0, 1, nil, 1]
                && ranking.passages.map(\.score) == [1, 5, 2, nil, nil, 2])
        #expect(ranking.blocks == [["b"], ["a"], ["e"], ["f"], ["d"], ["c"]])
        #expect(try CompositeRanking(covering: children, outcomes: []).blocks == [children])
        let again =
            [outcomes[0], RoundOutcome(round: 1, scores: [:], kept: ["b"], dropped: [])]
            + [RoundOutcome(round: 2, scores: ["b": 7], kept: ["a"], dropped: ["b"])]
        #expect(try CompositeRanking(covering: children, outcomes: again).passages[1].leftInRound == 2)
    }

    @Test func outcomesThatContradictAreRefused() throws {
        let stranger = #expect(throws: RankingsError.self) {
            try CompositeRanking(
                covering: ["a"], outcomes: [RoundOutcome(round: 3, scores: [:], kept: [], dropped: ["z"])])
        }
        #expect(stranger?.message == "round 3 names unknown children: \"z\"")
        let both = #expect(throws: RankingsError.self) {
            try CompositeRanking(
                covering: ["a"], outcomes: [RoundOutcome(round: 3, scores: [:], kept: ["a"], dropped: ["a"])])
        }
        #expect(both?.message == "round 3 keeps and drops children: \"a\"")
    }

    @Test func refusals() throws {
        let twice = #expect(throws: RankingsError.self) {
            try CompositeRanking([
                Passage(child: "a", leftInRound: 1, score: 1), Passage(child: "a", leftInRound: nil, score: 1),
            ])
        }
        #expect(twice?.message == "children ranked twice: \"a\"")
        let nan = #expect(throws: RankingsError.self) {
            try CompositeRanking([Passage(child: "a", leftInRound: 1, score: .nan)])
        }
        #expect(nan?.message == "children with a NaN score: \"a\"")
        let missing = #expect(throws: RankingsError.self) { try ConcordanceSplit(run(), truth: ["a": 1]) }
        #expect(missing?.message == "children without a truth: \"f\", \"c\", \"b\", \"d\", \"e\"")
    }
}
