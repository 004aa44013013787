import Checkpoints
import Foundation
import Foundations

/// How fast this machine works on a recipe, by doing its first seconds in a folder that goes away.
package struct SpeedProbe: Sendable {
    /// Measured, opening excluded.
    package let seconds: Double
    package let macsPerSecond: Double
    /// Weights, momentum and statistics of one checkpoint.
    package let stateBytes: Int

    /// - Parameter length: seconds after the first training step; a run that ends before is measured whole.
    /// - Throws: what a search throws; ``SearchStopped`` where the observer asks to stop.
    package init(
        _ recipe: Recipe, length: Double, execution: Execution, observer: any SearchObserver
    ) async throws {
        let root = FileManager.default.temporaryDirectory.path + "/espalier-probe-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        let watch = Stopwatch(observer, length: length)
        do {
            _ = try await ProgressiveSearch.start(
                name: "probe", recipe: recipe, in: root, execution: execution, observer: watch
            ).run()
        } catch let stopped as SearchStopped where observer.shouldStop {
            throw stopped
        } catch is SearchStopped {}
        let store = try CheckpointStore.open(RunFolder(root: root, name: "probe"), for: .reading)
        defer { store.close() }
        let run = try RecordedRun(store, name: "probe")
        seconds = max(run.seconds, 1e-6)
        macsPerSecond = Double(run.spending.macs) / seconds
        stateBytes = run.head.blobs.reduce(0) { $0 + $1.bytes }
    }
}

/// Asks to stop after some seconds.
private final class Stopwatch: SearchObserver {
    private let base: any SearchObserver
    private let length: Double
    private var began: ContinuousClock.Instant?

    init(_ base: any SearchObserver, length: Double) {
        self.base = base
        self.length = length
    }

    func stepped(_ progress: SearchProgress) { if began == nil { began = .now } }
    func durable(sequence: Int, step: Int) {}
    func note(_ line: String) {}
    var shouldStop: Bool { base.shouldStop || began.map { (.now - $0).seconds >= length } ?? false }
    var signal: Int32 { base.signal }
}
