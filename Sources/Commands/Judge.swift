import Checkpoints
import Foundation
import Rankings
import Reports
import Searches

/// What the runs of a comparison came to, read from their stores and held against a truth where one is given.
struct Judge {
    let record: ComparisonRecord
    let stamps: [String]
    /// Rankings that cost nothing, on the same children; empty without a truth.
    let free: [RankingSummary]
    /// Every run has ended.
    let isComplete: Bool
    /// For a terminal.
    let text: String

    static func comparison(_ file: ComparisonFile, truth: TruthOptions, store: StoreOptions) throws -> Judge {
        let table = try truth.table()
        var columns: [Table.Column] = [
            .words("arm"), .numbers("seed"), .words("survivors"), .words("pick"), .numbers("images"), .numbers("GMACs"),
            .numbers("images/s"), .numbers("seconds"), .numbers("store KiB"),
        ]
        if table != nil {
            columns += [.numbers("true rank"), .numbers("regret"), .numbers("GT-Tau")]
            if truth.without != nil { columns.append(.numbers("GT-Tau inside")) }
        }
        var rows = Table(columns)
        var free: [RankingSummary] = []
        var stamps: [String] = []
        var isComplete = true
        var arms: [ComparisonRecord.Arm] = []
        for arm in file.arms {
            var outcomes: [ComparisonRecord.Outcome] = []
            for member in arm.runs {
                guard let (recorded, open) = try? store.recorded(member.run) else {
                    isComplete = false
                    stamps.append("Run \(member.run) is missing or cannot be read; it is left out.")
                    continue
                }
                defer { open.close() }
                let record = recorded.record(storeBytes: open.bytesOnDisk)
                for stamp in recorded.stamps where !stamps.contains(stamp) { stamps.append(stamp) }
                isComplete = isComplete && record.best != nil
                if record.best == nil { stamps.append("Run \(member.run) has not ended.") }
                let space = SearchSpaceNames(recorded.space)
                let figures = try table.flatMap { _ in try truth.runTruth(space) }.flatMap {
                    record.rounds.isEmpty ? nil : try RunFigures(record, $0)
                }
                outcomes.append(outcome(record, member.seed, figures, table))
                rows.add(row(arm.name, member.seed, record, figures, hasSubset: truth.without != nil))
                if free.isEmpty, let figures { free = Array(figures.summaries.dropFirst()) }
            }
            arms.append(.init(name: arm.name, seeds: outcomes))
        }
        let record = ComparisonRecord(name: file.name, arms: arms)
        if let gap = record.costGap, gap > 0.005 {
            stamps.append(
                String(
                    format:
                        "The arms differ by %.1f %% in charged multiply-adds, so this is no comparison at equal cost; "
                        + "a budget in macs makes it one.", 100 * gap))
        }
        var text = rows.plain
        if !free.isEmpty { text += "\nfree rankings on the same children\n" + baselineTable(free, truth).plain }
        for stamp in stamps { text += "note: \(stamp)\n" }
        return Judge(record: record, stamps: stamps, free: free, isComplete: isComplete, text: text)
    }

    private static func outcome(
        _ record: RunRecord, _ seed: UInt64, _ figures: RunFigures?, _ table: TruthTable?
    ) -> ComparisonRecord.Outcome {
        let own = figures?.summaries.first
        var top: [String: Double] = [:]
        if let one = own?.top1 { top["1"] = one }
        if let three = own?.top3 { top["3"] = three }
        return .init(
            seed: seed, images: record.images, macs: record.macs, best: record.best,
            truthRank: figures?.pickRank.map(Double.init), truthMean: record.best.flatMap { table?[$0] },
            gtTau: own?.tauB, topRank: top)
    }

    private static func row(
        _ arm: String, _ seed: UInt64, _ record: RunRecord, _ figures: RunFigures?, hasSubset: Bool
    ) -> [String] {
        let counts = [record.children.count] + record.rounds.map(\.survivors.count)
        var cells = [
            arm, "\(seed)", counts.map(String.init).joined(separator: " > "), record.best ?? "", "\(record.images)",
            "\(record.macs / 1_000_000_000)",
            record.imagesPerSecond.map { "\(Int($0))" } ?? "", record.wallSeconds.map { "\(Int($0))" } ?? "",
            "\(record.storeBytes / 1024)",
        ]
        if let figures {
            cells += [
                figures.pickRank.map(String.init) ?? "", fixed(figures.pickRegret, 2),
                fixed(figures.summaries[0].tauB, 3),
            ]
            if hasSubset { cells.append(fixed(figures.summaries[0].tauInside, 3)) }
        }
        return cells
    }

    private static func baselineTable(_ free: [RankingSummary], _ truth: TruthOptions) -> Table {
        var columns: [Table.Column] = [.words("ranking"), .numbers("tau-b"), .numbers("tau-a")]
        if truth.without != nil { columns.append(.numbers("tau-b inside")) }
        columns += [.numbers("T1R"), .numbers("regret")]
        var table = Table(columns)
        for row in free {
            var cells = [row.name, fixed(row.tauB, 3), fixed(row.tauA, 3)]
            if truth.without != nil { cells.append(fixed(row.tauInside, 3)) }
            table.add(cells + [fixed(row.top1, 2), fixed(row.regret, 2)])
        }
        return table
    }

    private static func fixed(_ value: Double?, _ digits: Int) -> String {
        value.map { String(format: "%.\(digits)f", $0) } ?? "-"
    }
}
