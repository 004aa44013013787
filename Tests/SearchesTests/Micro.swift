import Checkpoints
import Foundation
import Foundations
import Reports
import Searches

/// A whole run in a fraction of a second: 64 children of one small cell on 40 drawn images, two decisions, each with a
/// regrouping, and every decision by two scorings.
enum Micro {
    static let text = """
        schema: espalier.recipe/1
        space: {use: deeper-insights, cells: 1, channels: 4}
        data:
          set: synthetic
          hold-out: {rank: 4, pick: 4}
          augment: [crop-1, flip]
          synthetic: {side: 8, distance: 4, jitter: 0, train: 48, test: 8}
        seed: 5
        train:
          batch: 8
          budget: {images: 1500}
          optimizer: {lr: 0.05, lr-end: 0.001, momentum: 0.9, weight-decay: 1.0e-3, unsampled: decay}
          bn-momentum: 0.4
          sampling: shuffled-cycle
        score: {on: rank, bn: batch, measure: loss, window: 2}
        rounds:
          - {at: 0.5, regroup: {by: similarity, count: 2}}
          - {at: 0.7, regroup: {by: similarity, count: 4}}
        policy: {use: keep-fraction, keep: 0.5}
        checkpoint: {every-batches: 20, every-seconds: 1.0e6, keep: 3}

        """

    /// The recipe with some keys replaced, each as `path.to.key=value`.
    static func recipe(_ settings: String...) throws -> Recipe { try recipe(settings) }

    static func recipe(_ settings: [String]) throws -> Recipe {
        var node = try StrictYAML.parse(text, path: "micro")
        if settings.contains(where: { $0.hasPrefix("seeds=") }) {
            node = try StrictYAML.parse(text.replacingOccurrences(of: "seed: 5\n", with: ""), path: "micro")
        }
        for setting in settings { node = try node.setting(setting) }
        return try Recipe(node)
    }

    /// Keeps everyone in one group: nothing but training and scoring.
    static let uniform = ["policy=keep-all", "rounds=[{at: 0.5}]", "train.budget={images: 1600}"]
}

/// A folder for runs that goes away with the test.
final class Scratch {
    let root: String

    /// - Parameter onDisk: where commits wait for the disk; otherwise in memory where the system has such a folder.
    init(onDisk: Bool = false) throws {
        let memory = "/dev/shm"
        let isThere = !onDisk && FileManager.default.isWritableFile(atPath: memory)
        let parent = isThere ? memory : FileManager.default.temporaryDirectory.path
        root = "\(parent)/espalier-searches-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// Writes a file and gives its path.
    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(root)/\(name)"))
        return "\(root)/\(name)"
    }

    @discardableResult
    func search(
        _ recipe: Recipe, as name: String = "micro", execution: Execution = Execution(threads: 1),
        observer: any SearchObserver = SilentObserver()
    ) async throws -> RunRecord {
        // The folder stays as long as the search.
        defer { withExtendedLifetime(self) {} }
        return try await ProgressiveSearch.start(
            name: name, recipe: recipe, in: root, execution: execution, observer: observer
        ).run()
    }

    @discardableResult
    func resume(
        _ name: String = "micro", wishes: ResumeWishes = ResumeWishes(), execution: Execution = Execution(threads: 1),
        observer: any SearchObserver = SilentObserver()
    ) async throws -> RunRecord {
        defer { withExtendedLifetime(self) {} }
        return try await ProgressiveSearch.resume(
            name: name, in: root, wishes: wishes, execution: execution, observer: observer
        ).run()
    }

    func store(_ name: String = "micro") throws -> CheckpointStore {
        try .open(RunFolder(root: root, name: name), for: .reading)
    }

    func recorded(_ name: String = "micro") throws -> RecordedRun { try RecordedRun(store(name), name: name) }
}

/// The digest of a finished run of a recipe, in a folder of its own.
func digest(_ recipe: Recipe, execution: Execution = Execution(threads: 1)) async throws -> String? {
    try await Scratch().search(recipe, execution: execution).digest
}

/// The error a closure ends with, nil where it ends well.
func failure<T>(_ body: () async throws -> T) async -> (any Error)? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// The exit status a closure's error has; 0 where it ends well, -1 for an error without one.
func status<T>(_ body: () async throws -> T) async -> Int32 {
    guard let error = await failure(body) else { return 0 }
    return (error as? any Complaint)?.exitCode.rawValue ?? -1
}
