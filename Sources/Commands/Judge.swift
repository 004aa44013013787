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
    /// By the name of a run what makes its own page.
    let pages: [String: String]
    /// For a terminal.
    let text: String

    static func comparison(_ file: ComparisonFile, truth: TruthOptions, store: StoreOptions) async throws -> Judge {
        var reader = try ComparisonReader(file, truth: truth, root: store.checkpoints)
        var arms: [ComparisonRecord.Arm] = []
        for arm in file.arms { arms.append(try await reader.read(arm)) }
        if let retraining = try Retraining(file, in: store.checkpoints) {
            for place in arms.indices { try arms[place].fill(retraining) }
        }
        let record = try ComparisonRecord(name: file.name, stage: file.stage.rawValue, arms: arms)
            .judged(truth: reader.table)
        var stamps = reader.stamps
        if let gap = record.costGap, gap > ComparisonRecord.allowedGap {
            stamps.append(
                String(
                    format: "The arms differ by %.1f %% in charged multiply-adds: this is no comparison at equal cost.",
                    100 * gap))
        }
        for (first, second) in record.placebos {
            stamps.append("Arms \(first) and \(second) are one recipe under two names: a placebo, all else is chance.")
        }
        let text = ComparisonText(record, reader: reader, stamps: stamps).text
        return Judge(
            record: record, stamps: stamps, free: reader.free, isComplete: reader.isComplete, pages: reader.pages,
            text: text)
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

/// Reads arms from the stores of their runs.
struct ComparisonReader {
    let table: TruthTable?
    let hasSubset: Bool
    private(set) var stamps: [String] = []
    /// Rankings that cost nothing, on the children of the first run that can be judged.
    private(set) var free: [RankingSummary] = []
    private(set) var seconds: [String: [Double]] = [:]
    private(set) var isComplete = true
    private(set) var pages: [String: String] = [:]
    private let truth: TruthOptions
    private let root: String
    private let likely: [String]?

    /// Without a truth of the user's the built-in one, where all runs are of its images and children.
    init(_ file: ComparisonFile, truth: TruthOptions, root: String) throws {
        self.truth = truth
        self.root = root
        hasSubset = truth.without != nil
        if let given = try truth.table() {
            table = given
        } else if let known = try file.builtInTruth(in: root) {
            table = try TruthTable(csv: known.text, path: known.name)
            stamps = ["Judged by the truth of the built-in images, \(known.name)."]
        } else {
            table = nil
        }
        likely = table?.likelyBest
    }

    /// Runs that are not there yet, or cannot be read, have no outcome but a seed.
    mutating func read(_ arm: ComparisonFile.Arm) async throws -> ComparisonRecord.Arm {
        let policy = try arm.policyOnPaper
        var outcomes: [ComparisonRecord.Outcome] = []
        for member in arm.runs {
            pages[member.run] = try member.folder(in: root).command("report \(member.run) --out \(member.run).html")
            guard let (recorded, open) = try? run(member) else {
                outcomes.append(.init(seed: member.seed, run: member.run, images: 0, macs: 0, best: nil))
                note("Run \(member.run) is not there yet or cannot be read.")
                isComplete = false
                continue
            }
            defer { open.close() }
            let record: RunRecord
            if let policy {
                record = try await recorded.eliminated(by: policy, storeBytes: open.bytesOnDisk)
            } else {
                record = recorded.record(storeBytes: open.bytesOnDisk)
            }
            for stamp in recorded.stamps { note(stamp) }
            if record.best == nil { note("Run \(member.run) has not ended.") }
            isComplete = isComplete && record.best != nil
            outcomes.append(try outcome(record, recorded, member, onPaper: policy != nil))
            if arm.paper == nil { seconds[arm.name, default: []].append(recorded.seconds) }
        }
        return .init(
            name: arm.name, purpose: arm.purpose, paperOf: arm.paper?.of, recipe: arm.recipe, seeds: outcomes)
    }

    private func run(_ member: ComparisonFile.Member) throws -> (RecordedRun, CheckpointStore) {
        let store = try CheckpointStore.open(member.folder(in: root), for: .reading)
        return (try RecordedRun(store, name: member.run), store)
    }

    private mutating func note(_ stamp: String) { if !stamps.contains(stamp) { stamps.append(stamp) } }

    private mutating func outcome(
        _ record: RunRecord, _ recorded: RecordedRun, _ member: ComparisonFile.Member, onPaper: Bool
    ) throws -> ComparisonRecord.Outcome {
        let space = SearchSpaceNames(recorded.space)
        let given = try table.map { try RunTruth($0, subset: truth.subset(space), likelyBest: likely) }
        let figures = try given.flatMap { record.rounds.isEmpty ? nil : try RunFigures(record, $0) }
        if free.isEmpty, let figures { free = try freeBaselines(figures, space) }
        let own = figures?.summaries.first
        var top: [String: Double] = [:]
        if let one = own?.top1 { top["1"] = one }
        if let three = own?.top3 { top["3"] = three }
        var outcome = ComparisonRecord.Outcome(
            seed: member.seed, run: member.run, images: record.images, macs: record.macs, best: record.best,
            truthRank: figures?.pickRank.map(Double.init), truthMean: record.best.flatMap { table?[$0] },
            gtTau: own?.tauB, topRank: top)
        (outcome.tauA, outcome.tauInside, outcome.regret) = (own?.tauA, own?.tauInside, figures?.pickRegret)
        if let best = record.best, let likely = given?.likelyBest { outcome.hit = likely.contains(best) }
        if let given {
            outcome.audit = onPaper ? try AuditSummary(paper: record, given) : try recorded.auditSummary(given)
        }
        return outcome
    }

    /// Larger first by parameters and MACs, and fewer of the operator left out.
    private func freeBaselines(_ figures: RunFigures, _ space: SearchSpaceNames) throws -> [RankingSummary] {
        var free = Array(figures.summaries.dropFirst())
        if let without = truth.without {
            let table = figures.truth
            let inside = try truth.subset(space).map { subset in
                try table.places(of: subset.children.filter { table[$0] != nil })
            }
            let fewer = try table.labels.map { -Double(try space.uses(of: without, in: $0)) }
            free.insert(
                try RankingSummary("fewer \(without)", values: fewer, truth: table, inside: inside), at: 0)
        }
        return free
    }
}
