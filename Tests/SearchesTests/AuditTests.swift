import Foundation
import Rankings
import Reports
import Searches
import Testing

/// Whole runs held against a truth that their policy knew, too.
@Suite struct AuditTests {
    /// The truth is the label: 444 is the best, 111 the worst.
    private func truth() throws -> (csv: String, table: TruthTable) {
        let digits = ["1", "2", "3", "4"]
        let labels = digits.flatMap { a in digits.flatMap { b in digits.map { a + b + $0 } } }
        let csv = "label,gt_mean\n" + labels.map { "\($0),0.\($0)\n" }.joined()
        return (csv, try TruthTable(csv: csv, path: "truth.csv"))
    }

    private func audit(_ policy: String) async throws -> RunAudit {
        let scratch = try Scratch()
        let (csv, table) = try truth()
        let path = try scratch.write(csv, to: "truth.csv")
        try await scratch.search(Micro.recipe("policy={use: \(policy), truth: \(path), keep: 0.5}"))
        let recorded = try scratch.recorded()
        let audit = try #require(try recorded.audit(RunTruth(table)))
        #expect(try recorded.auditSummary(RunTruth(table)) == audit.summary)
        return audit
    }

    @Test func anOracleLosesNothing() async throws {
        let audit = try await audit("oracle")
        #expect(audit.regret.top == ["444", "443", "442", "441", "434", "433", "432", "431"])
        #expect(audit.regret.rounds.map(\.after) == [32, 16])
        #expect(audit.regret.rounds.allSatisfy { $0.topLost == 0 && $0.reachable == 0 })
        #expect(audit.losses.isEmpty)
        // Its children's sizes and depths are those of the networks: stem 2, cell 1 + up to 8, head 1.
        #expect(audit.biases.map(\.test.children) == [64, 32, 16])
    }

    @Test func anInverseOracleIsNamedForEveryLoss() async throws {
        let audit = try await audit("inverse-oracle")
        #expect(audit.regret.rounds.map(\.topLost) == [8, 8])
        #expect(audit.losses.map(\.child) == audit.regret.top)
        for loss in audit.losses {
            #expect(loss.round == 0 && loss.decidedBy == "inverse-oracle 1" && loss.through == .name)
            #expect(loss.reason?.contains("truth 0.\(loss.child)") == true)
        }
        // 244 is the best of the 32 left, 144 of the 16.
        #expect(abs(audit.regret.rounds[0].reachable - 20) < 1e-6)
        #expect(abs(audit.regret.rounds[1].reachable - 30) < 1e-6)
        #expect(audit.summary.lostTop == [8, 0] && audit.summary.lostAtRandom == [4, 0])
    }

    @Test func anatomyIsOfTheNetworks() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe())
        let recorded = try scratch.recorded()
        let anatomy = recorded.anatomy()
        let depths = ["111", "222", "112", "414"].map { anatomy.children[$0]?.depth }
        // Two stem convolutions, the preprocessing one, the head: 4; a separable operator counts 4, a dilated one 2.
        #expect(depths == [4, 12, 8, 8])
        #expect(anatomy.children.count == 64)
        #expect(anatomy.children["434"]?.choices == [3, 2, 3])
        let entry = try #require(recorded.ledger.rounds[0].entries.first { $0.child == "434" })
        #expect(anatomy.children["434"]?.params == entry.params && anatomy.children["434"]?.macs == entry.macs)
    }
}
