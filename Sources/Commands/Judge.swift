import Checkpoints
import Foundations
import Rankings
import Reports
import Searches

/// What the runs of a comparison came to, read from their stores and held against a truth where there is one.
struct Judge {
    let record: ComparisonRecord
    /// Every run has ended.
    let isComplete: Bool
    /// By the name of a run what makes its own page.
    let pages: [String: String]
    /// For a terminal.
    let text: String

    static func comparison(_ file: ComparisonFile, truth: TruthOptions, store: StoreOptions) async throws -> Judge {
        var reader = try ComparisonReader(file, truth: truth, root: store.checkpoints)
        var arms: [ComparisonRecord.Arm] = []
        for arm in file.arms { arms.append(try await reader.read(arm)) }
        try reader.compareRankings(&arms)
        var stamps = reader.stamps + file.stamps
        if let retraining = try Retraining(file, in: store.checkpoints) {
            for place in arms.indices { try arms[place].fill(retraining) }
            let picks = arms.flatMap(\.finished)
            let left = picks.count { $0.retrained == nil }
            if left > 0 { stamps.append("\(left) of \(picks.count) picks have not been trained anew.") }
        }
        var record = try ComparisonRecord(name: file.name, stage: file.stage.rawValue, free: reader.free, arms: arms)
            .judged(truth: reader.judging?.table, unequal: reader.unequalImages.map { "unequal images: \($0)" })
        record.stamps = stamps + record.ownStamps
        return Judge(
            record: record, isComplete: reader.isComplete, pages: reader.pages,
            text: ComparisonText(record, reader: reader).text)
    }
}

extension ComparisonRecord.Arm {
    /// What the picks came to when they were trained anew.
    fileprivate mutating func fill(_ retraining: Retraining) throws {
        for place in seeds.indices {
            guard let best = seeds[place].best else { continue }
            seeds[place].retrained = try retraining.accuracies([best], seed: seeds[place].seed)[best]
        }
    }
}

extension ComparisonFile {
    fileprivate var stamps: [String] {
        guard isJoined == true, stage == .verdict else { return [] }
        return [
            """
            Its verdict seeds were fixed in parts: where one part was looked at before the next was run, the end was \
            chosen, and p is too small.
            """
        ]
    }
}

extension ComparisonRecord {
    fileprivate var ownStamps: [String] {
        var stamps: [String] = []
        if let gap = costGap, gap > Self.allowedGap {
            stamps.append(
                "The arms differ by \(Numbers.fixed(100 * gap, 1)) % in charged multiply-adds: this is no comparison at "
                    + "equal cost.")
        }
        for (first, second) in placebos {
            stamps.append("Arms \(first) and \(second) are one recipe under two names: a placebo, all else is chance.")
        }
        return stamps
    }
}
