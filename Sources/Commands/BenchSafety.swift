import Checkpoints
import Foundation
import Foundations
import Reports
import Searches

/// `espalier bench --safety`: what it costs that a run survives. A full-size search on drawn 32x32 images commits after
/// every batch for a while, and is then resumed.
struct BenchSafety: Encodable {
    var schema = "espalier.bench-safety/1"
    let machine: String
    let batch: Int
    let checkpoints: Int
    let stepSeconds: Double
    /// From the end of a batch to its durable checkpoint: state copied, hashed, committed and synced.
    let commitSeconds: Double
    /// One commit over the training time between two at the default interval.
    let shareOfTraining: Double
    /// From opening the store to the end of the first batch, images drawn or read again, without the batch itself.
    let resumeSeconds: Double
    /// Of one checkpoint's blobs, and of the file that holds the three newest.
    let stateBytes: Int
    let storeBytes: Int
    let storeOverState: Double
    /// What must hold, and does or does not.
    let limits: [Limit]

    struct Limit: Encodable {
        let name: String
        let measured: Double
        let atMost: Double
        let isMet: Bool

        init(_ name: String, _ measured: Double, atMost: Double) {
            (self.name, self.measured, self.atMost, isMet) = (name, measured, atMost, measured <= atMost)
        }
    }

    /// - Parameters:
    ///   - space: the built-in space or file; its 32x32 net is trained.
    ///   - checkpoints: how many, for the medians.
    init(machine: String, space: String, batch: Int, checkpoints: Int, execution: Execution) async throws {
        let root = FileManager.default.temporaryDirectory.path + "/espalier-safety-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        let recipe = try RecipeSource.read(
            "demo",
            settings: [
                "space=\(space)", "data.resize=none", "data.synthetic={side: 32, train: \(40 * batch), test: 64}",
                "data.hold-out={rank: \(batch), pick: 0}", "train.batch=\(batch)", "train.budget={images: 1000000000}",
                "rounds=[{at: 0.5}]", "policy=keep-all", "sharing={mode: all}", "score.window=1",
                "checkpoint={every-batches: 1, every-seconds: 1.0e6, keep: 3}",
            ])
        let first = Stopwatch(stopAfter: checkpoints)
        await Self.run {
            try ProgressiveSearch.start(
                name: "safety", recipe: recipe, in: root, execution: execution, observer: first)
        }
        let (stateBytes, storeBytes) = try Self.sizes(root)
        let second = Stopwatch(stopAfter: 1)
        let resumed = ContinuousClock.now
        await Self.run {
            try ProgressiveSearch.resume(name: "safety", in: root, execution: execution, observer: second)
        }
        guard let ended = second.firstStep, let step = first.medianStep, let commit = first.medianCommit else {
            throw Usage(message: "--safety: the search has not come to a batch")
        }
        let rule = try RecipeSource.read("demo", settings: []).checkpoint
        self.machine = machine
        self.batch = batch
        self.checkpoints = checkpoints
        stepSeconds = step
        commitSeconds = commit
        shareOfTraining = commit / min(rule.everySeconds, Double(rule.everyBatches) * step)
        resumeSeconds = max(0, (ended - resumed).seconds - step)
        self.stateBytes = stateBytes
        self.storeBytes = storeBytes
        storeOverState = Double(storeBytes) / Double(stateBytes)
        limits = [
            Limit("shareOfTraining", shareOfTraining, atMost: 0.01),
            Limit("resumeSeconds", resumeSeconds, atMost: 2),
            Limit("storeOverState", storeOverState, atMost: 12),
        ]
    }

    private static func run(_ open: () throws -> ProgressiveSearch) async {
        // Ends by the stopwatch's request to stop.
        do { _ = try await open().run() } catch {}
    }

    private static func sizes(_ root: String) throws -> (state: Int, store: Int) {
        let store = try CheckpointStore.open(RunFolder(root: root, name: "safety"), for: .reading)
        defer { store.close() }
        return (try store.newest().blobs.reduce(0) { $0 + $1.bytes }, store.bytesOnDisk)
    }

    func show(json: Bool) throws {
        if json { return try Output.json(self) }
        func verdict(_ name: String) -> String { limits.first { $0.name == name }?.isMet == true ? "met" : "not met" }
        try Output.write(
            """
            \(machine), batch \(batch), medians of \(checkpoints) checkpoints
            one batch                      \(String(format: "%.1f", 1000 * stepSeconds)) ms
            one checkpoint                 \(String(format: "%.1f", 1000 * commitSeconds)) ms
            share of training time         \(String(format: "%.3f", 100 * shareOfTraining)) % at the default interval; at most 1 %: \(verdict("shareOfTraining"))
            resume to the first batch      \(String(format: "%.2f", resumeSeconds)) s; at most 2 s: \(verdict("resumeSeconds"))
            one state                      \(stateBytes) bytes
            store with 3 checkpoints       \(storeBytes) bytes, \(String(format: "%.1f", storeOverState)) states; at most 12: \(verdict("storeOverState"))

            """)
    }
}

/// Times batches and commits, and asks to stop after so many.
private final class Stopwatch: SearchObserver {
    private let wanted: Int
    private var steps: [Double] = []
    private var commits: [Double] = []
    private var last: ContinuousClock.Instant?
    private(set) var firstStep: ContinuousClock.Instant?

    init(stopAfter wanted: Int) { self.wanted = wanted }

    private func lap() -> Double? {
        defer { last = .now }
        return last.map { (ContinuousClock.now - $0).seconds }
    }

    func stepped(_ progress: SearchProgress) {
        if firstStep == nil { firstStep = .now }
        if let seconds = lap() { steps.append(seconds) }
    }

    func durable(sequence: Int, step: Int) { if let seconds = lap() { commits.append(seconds) } }

    func note(_ line: String) {}
    var shouldStop: Bool { steps.count >= wanted || (wanted == 1 && firstStep != nil) }
    let signal: Int32 = SIGTERM

    private func median(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.sorted()[values.count / 2] }
    var medianStep: Double? { median(steps) }
    var medianCommit: Double? { median(commits) }
}
