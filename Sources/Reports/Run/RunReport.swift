import Rankings

/// A run as a document: what it found, how sure that is, at what cost and what it cannot say; then how it came about.
///
/// A pure function of recorded rows, of a run that is finished or not.
package struct RunReport: Sendable {
    package let record: RunRecord
    let ledger: RunLedger?
    let trace: RunTrace?
    let truth: RunTruth?
    let audit: RunAudit?
    let stamps: [String]
    let ranking: CompositeRanking
    /// Nil without a truth and before the first decision.
    let figures: RunFigures?

    /// - Parameters:
    ///   - ledger: adds who decided on what, errors, margins and groups; nil leaves them out.
    ///   - trace: adds curves; nil leaves them out.
    ///   - truth: adds true values and ranks; nil leaves them out.
    ///   - audit: adds what the cuts cost by the truth, and which features the scores favour; nil leaves them out.
    ///   - stamps: sentences the reader must see first, such as a caveat about the data set.
    /// - Throws: ``ReportsError`` for a record that contradicts itself; ``RankingsError`` naming children without a
    ///   truth.
    package init(
        _ record: RunRecord, ledger: RunLedger? = nil, trace: RunTrace? = nil, truth: RunTruth? = nil,
        audit: RunAudit? = nil, stamps: [String] = []
    ) throws {
        self.record = record
        self.ledger = ledger
        self.trace = trace
        self.truth = truth
        self.audit = audit
        self.stamps = stamps
        ranking = try record.compositeRanking()
        figures = try record.rounds.isEmpty ? nil : truth.map { try RunFigures(record, $0) }
    }

    /// The search has ended.
    var isDone: Bool { record.best != nil }

    package var document: ReportDocument {
        var sections: [ReportDocument.Section?] = []
        if !record.rounds.isEmpty { sections += [rounds, ranks] }
        sections.append(curves)
        if !record.rounds.isEmpty {
            sections += [againstTruth, audit?.regretSection, audit?.biasSection, groups, finalRanking, drops]
            sections.append(ledger?.probationSection(hasTruth: audit != nil))
        }
        sections += [cost, facts]
        return ReportDocument(
            kind: "run", title: record.run, status: status, subtitle: subtitle, stamps: stamps, verdict: verdict,
            sections: sections.compactMap(\.self), isLive: !isDone)
    }

    private var status: String {
        if isDone { return "finished" }
        return trace.map { "unfinished, \(Numbers.fixed(100 * $0.fraction, 0)) % of the budget spent" }
            ?? "unfinished (\(record.phase))"
    }

    private var subtitle: Prose { "\(record.recipe ?? "a recipe without a name"); seed \(record.seed)" }

    /// Everything that identifies the run.
    private var facts: ReportDocument.Section {
        var table = Table([.words("What"), .words("Value")])
        table.add(["phase", record.phase])
        table.add(["seed", String(record.seed)])
        table.add(["recipe", record.recipe ?? Numbers.none])
        if let setting = trace?.setting {
            let count = setting.children.map { ", \(Numbers.grouped($0)) children" } ?? ""
            table.add(["space", setting.space + count])
            table.add(["images", "\(setting.images), batches of \(setting.batch)"])
        }
        table.add(["store, bytes", Numbers.grouped(record.storeBytes)])
        table.add(["digest", record.digest ?? Numbers.none])
        return .init("This run", [], table: table)
    }
}
