import Checkpoints
import Foundation
import Reports
import Searches

/// Where a report comes from: the stores of a run or of a comparison's runs. Each reading opens them, copies what it needs
/// in short transactions and closes them, so that a search at work is never held up.
struct ReportSource {
    let name: String
    let truth: TruthOptions
    let store: StoreOptions

    /// What a report was made of, ready to be written in any format.
    struct Pages {
        let document: ReportDocument
        /// Of a run; nil of a comparison.
        let record: RunRecord?
        let trace: RunTrace?
        /// Of a comparison: `3 of 20 runs have ended`.
        let progress: String?
        let csv: String
        let json: () throws -> String
        /// The browser looks again while somebody keeps the file fresh.
        var refreshSeconds: Int?

        func text(_ format: ReportFormat) throws -> String {
            switch format {
            case .html:
                HTMLRenderer(
                    refreshSeconds: refreshSeconds,
                    imprint: "Made by \(Version.program) from recorded rows. This file needs no network and no script."
                ).render(document)
            case .md: MarkdownRenderer().render(document)
            case .csv: csv
            case .json: try json()
            }
        }
    }

    func pages() async throws -> Pages {
        if let comparison = try ComparisonFile.find(name, in: store.checkpoints) {
            let judged = try await Judge.comparison(comparison, truth: truth, store: store)
            let report = ComparisonReport(judged.record, isComplete: judged.isComplete, pages: judged.pages)
            return Pages(
                document: report.document, record: nil, trace: nil, progress: judged.record.progress, csv: report.csv,
                json: { try jsonText(judged.record) })
        }
        let (run, open) = try store.recorded(name)
        defer { open.close() }
        let trace = try run.trace(open)
        let judging = try truth.judging(BuiltInTruths.fitting(run.recipe))
        let given = try judging.map {
            try truth.truth($0.table, of: SearchSpaceNames(run.space), only: run.recipe.space.only)
        }
        let report = try RunReport(
            run.record(storeBytes: open.bytesOnDisk), ledger: run.ledger, trace: trace, truth: given,
            audit: given.flatMap { try run.audit($0) }, stamps: (judging?.stamps ?? []) + run.stamps)
        return Pages(
            document: report.document, record: report.record, trace: trace, progress: nil, csv: report.csv,
            json: { try jsonText(report.json) })
    }
}
