import Checkpoints
import Foundations
import Rankings
import Reports
import Searches

/// Reads arms from the stores of their runs.
struct ComparisonReader {
    let judging: JudgingTruth?
    let hasSubset: Bool
    /// Rankings that cost nothing, on the children of the first run that can be judged.
    private(set) var free: [RankingSummary] = []
    private(set) var seconds: [String: [Double]] = [:]
    private(set) var pages: [String: String] = [:]
    /// Of runs that ended, by arm and seed.
    private var rankings: [String: [UInt64: CompositeRanking]] = [:]
    private var lastScores: [String: [UInt64: [String: Double]]] = [:]
    private var anatomy: SpaceAnatomy?
    private var truths: [TruthKey: RunTruth] = [:]
    private var notes: [String] = []
    private var machines = MachineKinds()
    /// Of every set of images that was seen, the first run that did.
    private var seen: [(run: String, hash: String)] = []
    private var (count, missing, unreadable, unfinished) = (0, 0, 0, 0)
    private let file: ComparisonFile
    private let truth: TruthOptions
    private let root: String

    /// Without a truth of the user's the built-in one, where all runs are of its images and children.
    init(_ file: ComparisonFile, truth: TruthOptions, root: String) throws {
        self.file = file
        self.truth = truth
        self.root = root
        hasSubset = truth.without != nil
        judging = try truth.judging(file.builtInTruth(in: root))
    }

    var isComplete: Bool { missing + unreadable + unfinished == 0 }

    /// What the reader of a table must see first.
    var stamps: [String] {
        var stamps = (judging?.stamps ?? []) + notes
        if let unequalImages {
            stamps.append("Run \(unequalImages): this is no comparison on the same images.")
        }
        if let stamp = machines.stamp { stamps.append(stamp) }
        if missing > 0 { stamps.append("\(missing) of \(count) runs are not there yet.") }
        if unfinished > 0 { stamps.append("\(unfinished) of \(count) runs have not ended.") }
        return stamps
    }

    /// `b has seen other images than a`, of two runs; nil where all have seen the same.
    var unequalImages: String? {
        seen.count > 1 ? "\(seen[1].run) has seen other images than \(seen[0].run)" : nil
    }

    /// Runs that are not there yet, or cannot be read, have no outcome but a seed.
    mutating func read(_ arm: ComparisonFile.Arm) async throws -> ComparisonRecord.Arm {
        let policy = try arm.policyOnPaper
        var outcomes: [ComparisonRecord.Outcome] = []
        for member in arm.runs {
            count += 1
            pages[member.run] = try member.folder(in: root).command("report \(member.run) --out \(member.run).html")
            guard let (recorded, open) = try run(member) else {
                outcomes.append(.init(seed: member.seed, run: member.run, images: 0, macs: 0, best: nil))
                continue
            }
            defer { open.close() }
            let record: RunRecord
            if let policy {
                record = try await recorded.eliminated(by: policy, storeBytes: open.bytesOnDisk)
            } else {
                record = recorded.record(storeBytes: open.bytesOnDisk)
            }
            for stamp in recorded.recipeStamps { note(stamp) }
            for stamp in recorded.ownStamps { note("Run \(member.run): \(stamp)") }
            machines.add(recorded)
            if let hash = recorded.imagesHash, !seen.contains(where: { $0.hash == hash }) {
                seen.append((run: member.run, hash: hash))
            }
            if record.best == nil {
                unfinished += 1
            } else {
                rankings[arm.name, default: [:]][member.seed] = try record.compositeRanking()
                if judging != nil, policy == nil {
                    lastScores[arm.name, default: [:]][member.seed] = recorded.ledger.lastScores
                    anatomy = anatomy ?? recorded.anatomy()
                }
            }
            outcomes.append(try outcome(record, recorded, member, onPaper: policy != nil))
            if arm.paper == nil { seconds[arm.name, default: []].append(recorded.seconds) }
        }
        return .init(
            name: arm.name, purpose: arm.purpose, paperOf: arm.paper?.of, recipe: arm.recipe, seeds: outcomes)
    }

    /// How alike the rankings of each arm's runs are, what they are worth among the children a run kept, and whether
    /// dropping the others has amplified a bias.
    func compareRankings(_ arms: inout [ComparisonRecord.Arm]) throws {
        let uniform = arms.first { arm in
            let all = rankings[arm.name] ?? [:]
            return arm.paperOf == nil && !all.isEmpty
                && all.values.allSatisfy { $0.survivors.count == $0.children.count }
        }
        let beside = uniform.flatMap { rankings[$0.name] } ?? [:]
        for place in arms.indices {
            let own = rankings[arms[place].name] ?? [:]
            arms[place].stability = try ArmStability(own.sorted { $0.key < $1.key }.map(\.value))
            guard let table = judging?.table else { continue }
            for (number, outcome) in arms[place].seeds.enumerated() {
                arms[place].seeds[number].kept = try own[outcome.seed].flatMap {
                    try SurvivorTaus($0, beside: beside[outcome.seed], truth: table)
                }
            }
            guard let anatomy, let twins = uniform.flatMap({ lastScores[$0.name] }) else { continue }
            let scores = lastScores[arms[place].name] ?? [:]
            arms[place].biasGap = try BiasGap(
                scores.sorted { $0.key < $1.key }.compactMap { seed, own in
                    twins[seed].flatMap { BiasGap.Pair(own, beside: $0, truth: table, anatomy: anatomy) }
                })
        }
    }

    /// Nil where it is not there yet, or cannot be read; both are counted, and why it cannot is noted.
    private mutating func run(_ member: ComparisonFile.Member) throws -> (RecordedRun, CheckpointStore)? {
        let folder = try member.folder(in: root)
        guard folder.exists else {
            missing += 1
            noteTrunk(member.seed)
            return nil
        }
        var store: CheckpointStore?
        do {
            let open = try CheckpointStore.open(folder, for: .reading)
            store = open
            return (try RecordedRun(open, name: member.run), open)
        } catch let problem as any Complaint {
            store?.close()
            unreadable += 1
            note("Run \(member.run) cannot be read: \(problem.message).")
            return nil
        }
    }

    /// Where the trunk of a seed has diverged its arms are missing for good, which is told.
    private mutating func noteTrunk(_ seed: UInt64) {
        guard let folder = try? ComparisonFile.trunkFolder(of: file.name, seed, in: root), folder.exists,
            let store = try? CheckpointStore.open(folder, for: .reading)
        else { return }
        defer { store.close() }
        guard let trunk = try? RecordedRun(store, name: folder.name), trunk.divergence != nil else { return }
        for stamp in trunk.ownStamps { note("Run \(folder.name): \(stamp)") }
    }

    private mutating func note(_ stamp: String) { if !notes.contains(stamp) { notes.append(stamp) } }

    private mutating func outcome(
        _ record: RunRecord, _ recorded: RecordedRun, _ member: ComparisonFile.Member, onPaper: Bool
    ) throws -> ComparisonRecord.Outcome {
        let given = try runTruth(of: recorded)
        let figures = try given.flatMap { record.rounds.isEmpty ? nil : try RunFigures(record, $0) }
        if free.isEmpty, let figures { free = Array(figures.summaries.dropFirst()) }
        let own = figures?.summaries.first
        var top: [String: Double] = [:]
        if let one = own?.top1 { top["1"] = one }
        if let three = own?.top3 { top["3"] = three }
        var outcome = ComparisonRecord.Outcome(
            seed: member.seed, run: member.run, images: record.images, macs: record.macs, best: record.best,
            truthRank: figures?.pickRank.map(Double.init), truthMean: record.best.flatMap { judging?.table[$0] },
            gtTau: own?.tauB, topRank: top)
        (outcome.tauA, outcome.tauInside, outcome.regret) = (own?.tauA, own?.tauInside, figures?.pickRegret)
        if let best = record.best, let likely = given?.likelyBest { outcome.hit = likely.contains(best) }
        if let given {
            outcome.audit = onPaper ? try AuditSummary(paper: record, given) : try recorded.auditSummary(given)
        }
        return outcome
    }

    /// Made once for the children that runs begin with: T* and free rankings take longer than a run.
    private mutating func runTruth(of recorded: RecordedRun) throws -> RunTruth? {
        guard let judging else { return nil }
        let key = TruthKey(space: SearchSpaceNames(recorded.space), only: recorded.recipe.space.only)
        if let known = truths[key] { return known }
        let made = try truth.truth(judging.table, of: key.space, only: key.only)
        truths[key] = made
        return made
    }

    private struct TruthKey: Hashable {
        let space: SearchSpaceNames
        let only: [String]
    }
}
