import Foundations
import Rankings

/// A comparison as a document: the verdict and its interval, then arms, pairs and costs.
package struct ComparisonReport: Sendable {
    let record: ComparisonRecord
    let isComplete: Bool
    let pages: [String: String]

    /// - Parameters:
    ///   - isComplete: every run has ended.
    ///   - pages: by the name of a run what makes its own page, where the usual command does not find it.
    package init(
        _ record: ComparisonRecord, isComplete: Bool = true, pages: [String: String] = [:]
    ) {
        self.record = record
        self.isComplete = isComplete
        self.pages = pages
    }

    package var document: ReportDocument {
        let count = record.arms.map(\.seeds.count).max() ?? 0
        let names = record.arms.map(\.name).joined(separator: ", ")
        return ReportDocument(
            kind: "comparison", title: record.name, status: isComplete ? "finished" : "unfinished",
            subtitle: "\(record.arms.count) arms (\(names)) over \(count) seed\(count == 1 ? "" : "s")",
            stamps: record.stamps, verdict: verdict,
            sections: [contrasts, arms, amplification, pairs, costs, runs].compactMap(\.self), isLive: !isComplete)
    }

    /// Percentage points a unit of the truth: 100 where it is written in fractions.
    var points: Double {
        let values = record.arms.flatMap { $0.seeds.compactMap(\.truthMean) }
        return values.allSatisfy { 0...1 ~= $0 } ? 100 : 1
    }

    /// The first arm's pick less another arm's by the truth, in points, for each seed that has both.
    func differences(_ other: ComparisonRecord.Arm) -> [(seed: UInt64, points: Double)] {
        guard let first = record.arms.first else { return [] }
        return first.seeds.compactMap { outcome in
            guard let a = outcome.truthMean, let b = other.seeds.first(where: { $0.seed == outcome.seed })?.truthMean
            else { return nil }
            return (outcome.seed, points * (a - b))
        }
    }

    private var runs: ReportDocument.Section {
        var table = Table([.words("Run"), .words("Its own page")])
        for run in record.ran.flatMap({ $0.seeds.compactMap(\.run) }) {
            table.add([run, pages[run] ?? "\(ProgramName.current) report \(run) --out \(run).html"])
        }
        let paper = record.arms.compactMap { arm in arm.paperOf.map { "\(arm.name) from those of \($0)" } }
        let words =
            paper.isEmpty
            ? "Every pair of an arm and a seed is a run of its own."
            : "Every pair of an arm and a seed is a run of its own, but for arms worked out on paper from the runs of "
                + "others: \(paper.joined(separator: ", "))."
        return .init("Runs", [.text(Prose(words)), .long(table, "All \(table.rows.count) runs")])
    }
}
