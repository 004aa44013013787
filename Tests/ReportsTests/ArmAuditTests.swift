import Rankings
import Reports
import Testing

/// Eight children of true values .8, .7, ..., .1; each case worked out by hand.
@Suite struct ArmAuditTests {
    private let labels = ["a", "b", "c", "d", "e", "f", "g", "h"]
    private var truth: RunTruth {
        get throws { RunTruth(try TruthTable(labels: labels, means: (0..<8).map { Double(8 - $0) / 10 })) }
    }

    /// Cuts in order, then a ranking of those that are left.
    private func record(dropping cuts: [[String]], ended: Bool = true) -> RunRecord {
        var record = Examples.run
        var left = labels
        record.rounds = (cuts + (ended ? [[]] : [])).enumerated().map { place, cut in
            let scores = left.enumerated().map { rank, child in
                RunRecord.Scored(child: child, score: -Double(rank), rank: rank + 1, group: 0, params: 1, macs: 1)
            }
            left.removeAll { cut.contains($0) }
            return .init(
                round: place, policy: "by-hand", images: 1, macs: 1, survivors: left,
                dropped: cut.map { .init(child: $0, reason: "by hand") }, scores: scores)
        }
        record.best = ended ? left[0] : nil
        return record
    }

    private func outcome(_ seed: UInt64, _ record: RunRecord, top: Int) throws -> ComparisonRecord.Outcome {
        var outcome = ComparisonRecord.Outcome(seed: seed, images: 1, macs: 1, best: record.best)
        outcome.audit = try AuditSummary(paper: record, truth, top: top)
        return outcome
    }

    /// Drops b, f, g, h of eight, then a of the four: of the top 3 (a, b, c) one by 3 x 4/8 expected, then one of the two
    /// left by 2 x 1/4 expected. The best left is c, .2 below a.
    @Test func cuts() throws {
        let audit = try #require(
            try AuditSummary(paper: record(dropping: [["b", "f", "g", "h"], ["a"]]), truth, top: 3))
        #expect(audit.kept == [4, 3] && audit.lostTop == [1, 1] && audit.lostAtRandom == [1.5, 0.5])
        #expect(abs(audit.reachable[0]) < 1e-9 && abs(audit.reachable[1] - 20) < 1e-9)
    }

    /// A run that has not ended counts the decisions it has taken; without one there is nothing to say.
    @Test func unfinished() throws {
        let audit = try #require(try AuditSummary(paper: record(dropping: [["h"]], ended: false), truth, top: 3))
        #expect(audit.kept == [7] && audit.lostTop == [0])
        #expect(try AuditSummary(paper: record(dropping: [], ended: true), truth) == nil)
    }

    /// One run loses b and one nobody of the top two; the uniform arm drops nobody.
    @Test func table() throws {
        let arms: [ComparisonRecord.Arm] = [
            .init(
                name: "cut",
                seeds: [
                    try outcome(0, record(dropping: [["b", "f", "g", "h"]]), top: 2),
                    try outcome(1, record(dropping: [["e", "f", "g", "h"]]), top: 2),
                ]),
            .init(name: "everyone", seeds: [try outcome(0, record(dropping: [[]]), top: 2)]),
            .init(name: "not run", seeds: [.init(seed: 0, images: 0, macs: 0, best: nil)]),
        ]
        let record = ComparisonRecord(name: "lost", arms: arms)
        #expect(record.lossesAreOf == "true top 2 of 8")
        #expect(
            try #require(record.losses()).rows == [
                ["cut", "2", "0.50 (1.00)", "0.50 ± 0.50", "0.00 ± 0.00"],
                ["everyone", "1", "0.00 (0.00)", "0.00", "0.00"],
            ])
        let text = MarkdownRenderer().render(ComparisonReport(record).document)
        #expect(text.contains("Of the true top 2 of 8, lost in each decision"))
        #expect(ComparisonRecord(name: "none", arms: Array(arms.suffix(2))).losses() == nil)
    }
}
