import Foundation
import Rankings
import Testing

@Suite struct MetricsReportTests {
    @Test func everyFigureByHand() throws {
        // Truth a < b < c. Row 1 ranks a < c < b: C 2, D 1, tau 1/3, pick b (rank 2). Row 2 is perfect.
        let truth = try TruthTable(labels: ["a", "b", "c"], means: [0.1, 0.2, 0.3])
        let scores = try ScoreTable(children: ["c", "b", "a"], rows: [[2, 3, 1], [9, 8, 7]], steps: [4, 8])
        var asked = MetricsOptions()
        asked.last = 1
        asked.subsets = [("ends", ["a", "c"])]
        let report = try MetricsReport(
            scores: scores, truth: truth, asking: asked, free: [FreeRanking("backwards", values: [3, 2, 1])])
        #expect(report.schema == "espalier.metrics/1")
        #expect((report.children, report.rows) == (3, 2))
        #expect(report.gtTau.perRow == [1.0 / 3, 1])
        #expect(abs((report.gtTau.mean ?? 0) - 2.0 / 3) < 1e-15)
        #expect(abs((report.gtTau.std ?? 0) - 1.0 / 3) < 1e-15)
        #expect(report.sTau == 1.0 / 3)
        #expect(report.topRank["1"]?.perRow == [2, 1])
        #expect(report.topRank["3"]?.perRow == [1, 1])
        #expect(report.topRankPaper["1"]?.mean == 1.5)
        #expect(report.spearman.perRow == [0.5, 1])
        #expect(abs((report.regret.perRow[0] ?? 0) - 10) < 1e-12)
        #expect(report.last?.rows == 1)
        #expect(report.last?.mean == 1)
        #expect(report.last?.std == 0)
        #expect(report.subsets.map(\.name) == ["ends"])
        #expect(report.subsets[0].tauA.perRow == [1, 1])
        #expect(report.subsets[0].children == 2)
        // The first of row 1 is b, of row 2 c; the last is a in both.
        #expect(report.precisionTop["1"]?.perRow == [0, 1])
        #expect(report.precisionBottom["1"]?.perRow == [1, 1])
        // b and c: overlap 0 of 1, chance 1/3: (0 - 1/3) / (1 - 1/3).
        #expect(abs((report.stability.phi["1"]?.phi ?? 0) + 0.5) < 1e-15)
        #expect(report.free[0].measures.tauB == -1)
        #expect(report.free[0].measures.inside["ends"]?.tauB == -1)
        #expect(report.free[0].measures.topRank == ["1": 3, "3": 1])
        // Steps are no independent rows, and this truth has no errors.
        #expect(report.gtTau.interval == nil && report.tauInf == nil && report.ceiling == nil && report.hit == nil)
        #expect(report.notes.count == 2)
    }

    @Test func independentRowsHaveIntervals() throws {
        let truth = try PublishedTable.truth()
        var stream = PortableStream(3)
        let rows = (0..<8).map { _ in truth.means.map { $0 + Double(stream.below(400)) / 100 } }
        let report = try MetricsReport(scores: ScoreTable(children: truth.labels, rows: rows), truth: truth)
        let taus = report.gtTau.perRow.compactMap { $0 }
        #expect(report.gtTau.interval == (try SignFlip(taus)?.interval()))
        #expect(report.stability.sTauInterval?.contains(report.sTau ?? 9) == true)
        #expect(report.stability.phi["8"]?.interval?.contains(report.stability.phi["8"]?.phi ?? 9) == true)
        #expect((report.tauInf ?? 0) > (report.gtTau.mean ?? 1))
        #expect(report.notes == [])
        let noisy = try #require(report.regretUnderNoise)
        #expect(noisy.count == 8 && noisy.allSatisfy { $0.low <= $0.mean && $0.mean <= $0.high })
        // T* of this table is 434, 433 and 443, and a pick is one child.
        #expect(report.hit?.perRow.allSatisfy { $0 == 0 || $0 == 1 } == true)
        let few = try MetricsReport(
            scores: ScoreTable(children: truth.labels, rows: Array(rows.prefix(3))), truth: truth)
        #expect(few.gtTau.interval == nil)
        #expect(few.notes == ["3 rows are too few for an interval of a mean at 95 %; it takes 6 independent ones."])
    }

    @Test func whatRunsCannotTellIsNoted() throws {
        func notes(_ runs: [Int]) throws -> [String] {
            let truth = try TruthTable(labels: ["a", "b"], means: [1, 2], stds: [0.1, 0.1], runs: runs)
            return try MetricsReport(scores: ScoreTable(children: ["a", "b"], rows: [[1, 2]]), truth: truth).notes
        }
        #expect(try notes([2, 2]) == [])
        #expect(try notes([1, 2]) == ["A child of the truth has one run only: no noise ceiling."])
        let none = "No child of the truth has two runs: no noise ceiling, no T*, no regret under noise."
        #expect(try notes([1, 1]) == [none])
    }

    @Test func optionsOutOfRangeAreRefused() throws {
        let truth = try TruthTable(labels: ["a", "b"], means: [1, 2])
        func refusal(_ change: (inout MetricsOptions) -> Void) -> String? {
            var asked = MetricsOptions()
            change(&asked)
            return #expect(throws: RankingsError.self) { try Yardstick(truth, asked) }?.message
        }
        #expect(refusal { $0.ks = [3] } == "the top 3 of 2 children, expected no more than there are")
        #expect(refusal { $0.ks = [0] } == "the top 0, expected 1 or more")
        #expect(refusal { $0.last = 0 } == "the last 0 rows, expected 1 or more")
        #expect(refusal { $0.level = 1 } == "a level of 1.0, expected .5 to 1, such as .95")
        #expect(refusal { $0.sparseStep = -.infinity } == "a rounding step of -inf points, expected 0 or more")
        #expect(refusal { $0.subsets = [("x", ["a", "z"])] } == "children without a truth: \"z\"")
        #expect(refusal { $0.subsets = [("x", ["a", "a"])] } == "the subset \"x\" names a child twice")
        #expect(refusal { $0.subsets = [("x", ["a"]), ("x", ["b"])] } == "two subsets are called \"x\"")
    }

    @Test func anyTableOfNumbers() throws {
        let truth = try TruthTable(labels: ["a", "b", "c"], means: [1, 2, 3])
        let other = try ScoreTable(anyCSV: "index,label,gt_mean\n0,b,5\n1,c,4\n", path: "other.csv")
        #expect(other.children == ["b", "c"] && other.rows == [[5, 4]] && other.steps == nil)
        let (shared, remark) = try other.common(with: truth)
        #expect(shared == ["b", "c"])
        #expect(
            remark
                == "Judged among the 2 children that both tables have; 0 of the scores and 1 of the truth are left out."
        )
        #expect(try other.restricted(to: ["c"]).rows == [[4]])
        #expect(try ScoreTable(anyCSV: "label,x\n1,2\n", path: "s.csv").children == ["label", "x"])
        #expect(throws: RankingsError.self) {
            try ScoreTable(children: ["z"], rows: [[1]]).common(with: truth)
        }
        let negative = #expect(throws: RankingsError.self) {
            try TruthTable(csv: "label,gt_mean,gt_std\na,1,-1\n", path: "t.csv")
        }
        #expect(negative?.message == "t.csv:2: gt_std: expected 0 or more, found -1.0")
    }

    @Test func undefinedFiguresAreNullInJSON() throws {
        let truth = try TruthTable(labels: ["a", "b"], means: [1, 2])
        let scores = try ScoreTable(children: ["a", "b"], rows: [[1, 1]])
        let report = try MetricsReport(scores: scores, truth: truth)
        let text = try JSONEncoder().encode(report)
        let found = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
        let gtTau = try #require(found["gtTau"] as? [String: Any])
        #expect(gtTau["mean"] is NSNull && gtTau["std"] is NSNull)
        #expect((gtTau["perRow"] as? [Any])?.first is NSNull)
        for key in ["sTau", "tauInf"] { #expect(found[key] is NSNull, "\(key)") }
        for key in ["weightedTau", "sparseTau"] {
            #expect((found[key] as? [String: Any])?["mean"] is NSNull, "\(key)")
        }
        #expect((found["regret"] as? [String: Any])?["mean"] as? Double == 0.5)
        let top = try #require(found["topRank"] as? [String: [String: Any]])
        #expect(top.keys.sorted() == ["1"] && top["1"]?["mean"] as? Double == 1.5)
        // Not asked for, or not possible.
        for key in ["steps", "last", "ceiling", "hit", "likelyBest", "regretUnderNoise"] {
            #expect(found[key] == nil, "\(key)")
        }
    }
}
