import Rankings
import Testing

/// What the rankings of an arm's runs have in common, and what they are worth among survivors.
@Suite struct ArmStabilityTests {
    /// Best first; those after `kept` have left in round 0.
    private func ranking(_ order: [String], kept: Int? = nil) throws -> CompositeRanking {
        try CompositeRanking(
            order.enumerated().map { place, child in
                Passage(child: child, leftInRound: place < kept ?? .max ? nil : 0, score: -Double(place))
            })
    }

    @Test func pairsOfRuns() throws {
        // tau(abcd, abdc) = 4/6, tau(abcd, dcba) = -1, tau(abdc, dcba) = -4/6: mean -1/3.
        let runs = [["a", "b", "c", "d"], ["a", "b", "d", "c"], ["d", "c", "b", "a"]]
        let found = try #require(try ArmStability(runs.map { try ranking($0) }))
        #expect(abs((found.sTau ?? 0) + 1.0 / 3) < 1e-12)
        #expect((found.runs, found.top) == (3, 1) && found.sTauLow == nil)
        // First: a, a, d of four: p = 2/3, 1/3; sum p (1 - p) = 4/9, 3/2 of it over 4: 1/6; chance 3/16: Phi 1/9.
        #expect(abs((found.phi ?? 0) - 1.0 / 9) < 1e-12)
        // Of four runs there is an interval, and the order in which a run lists its children is nothing.
        let four = try #require(try ArmStability((runs + [["b", "a", "c", "d"]]).map { try ranking($0) }))
        #expect(four.sTauLow != nil)
        let shuffled = try CompositeRanking(Array(ranking(runs[1]).passages.reversed()))
        #expect(try ArmStability([ranking(runs[0]), shuffled, ranking(runs[2])]) == found)
        // A whole ranking, also where children have left.
        let cut = try ArmStability([ranking(runs[0], kept: 2), ranking(runs[1], kept: 3), ranking(runs[2], kept: 1)])
        #expect(cut == found)
        #expect(try ArmStability([ranking(runs[0])]) == nil)
        #expect(try ArmStability([ranking(["a", "b"]), ranking(["a", "c"])]) == nil)
    }

    @Test func survivorsBesideARunThatKeptEveryone() throws {
        let truth = try TruthTable(labels: ["a", "b", "c", "d"], means: [0.9, 0.8, 0.7, 0.6])
        let uniform = try ranking(["c", "d", "a", "b"])
        // Of c, a, b the run has c < a, b > a: pairs ca wrong, cb wrong, ab right: tau -1/3; the twin the same.
        let found = try #require(
            try SurvivorTaus(ranking(["c", "a", "b", "d"], kept: 3), beside: uniform, truth: truth))
        #expect(found.children == 3)
        #expect(abs((found.tau ?? 0) + 1.0 / 3) < 1e-12 && abs((found.uniform ?? 0) + 1.0 / 3) < 1e-12)
        let two = try #require(try SurvivorTaus(ranking(["a", "b", "c", "d"], kept: 2), beside: nil, truth: truth))
        #expect(two.tau == 1 && two.uniform == nil)
        #expect(try SurvivorTaus(uniform, beside: uniform, truth: truth) == nil, "nobody was dropped")
        #expect(try SurvivorTaus(ranking(["a", "b"], kept: 1), beside: nil, truth: truth) == nil)
    }
}
