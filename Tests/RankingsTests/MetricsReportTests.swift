import Foundation
import Rankings
import Testing

@Suite struct MetricsReportTests {
    @Test func everyFigureByHand() throws {
        // Truth a < b < c. Row 1 ranks a < c < b: C 2, D 1, tau 1/3, pick b (rank 2). Row 2 is perfect.
        let truth = try TruthTable(labels: ["a", "b", "c"], means: [0.1, 0.2, 0.3])
        let scores = try ScoreTable(children: ["c", "b", "a"], rows: [[2, 3, 1], [9, 8, 7]], steps: [4, 8])
        let report = try MetricsReport(scores: scores, truth: truth, last: 1, subset: ("ends", ["a", "c"]))
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
        #expect(report.subset?.tauA.perRow == [1, 1])
        #expect(report.subset?.children == 2)
    }

    @Test func undefinedFiguresAreNullInJSON() throws {
        let truth = try TruthTable(labels: ["a", "b"], means: [1, 2])
        let scores = try ScoreTable(children: ["a", "b"], rows: [[1, 1]])
        let report = try MetricsReport(scores: scores, truth: truth)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(report), as: UTF8.self)
        #expect(
            text == #"{"children":2,"gtTau":{"mean":null,"perRow":[null],"std":null},"pValue":[null],"#
                + #""regret":{"mean":0.5,"perRow":[0.5],"std":0},"rows":1,"sTau":null,"schema":"espalier.metrics/1","#
                + #""spearman":{"mean":null,"perRow":[null],"std":null},"tauA":{"mean":0,"perRow":[0],"std":0},"#
                + #""topRank":{"1":{"mean":1.5,"perRow":[1.5],"std":0}},"#
                + #""topRankPaper":{"1":{"mean":2,"perRow":[2],"std":0}}}"#)
        #expect(try JSONDecoder().decode(MetricsReport.self, from: Data(text.utf8)) == report)
    }
}
