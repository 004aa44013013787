import Checkpoints
import Foundations

/// The guard against crash loops: a run that fails at the same point of the same checkpoint again and again is not tried
/// for ever by whoever restarts it.
///
/// Only failed calls of a policy count, and sessions that a fatal signal (a trap, a segmentation fault) ended. SIGKILL, a
/// lack of memory and a power cut leave no trace, so they never do.
extension ProgressiveSearch {
    /// What a session is busy with, as the guard knows it.
    enum Point: String {
        case train, score, policy
    }

    /// So many failures are a loop.
    static let loopLength = 3

    /// Counts what ended the last session and refuses to go on in a loop.
    ///
    /// - Parameter retry: forget all failures and go on.
    /// - Returns: what the last session died of, in words; nil where it did not.
    static func checkLoops(_ store: CheckpointStore, name: String, retry: Bool) throws -> String? {
        let crash = try store.countCrash()
        if retry { try store.clearAttempts() }
        let seq = try store.head.seq
        if let attempt = try store.attempts().first(where: { $0.seq == seq && $0.count >= loopLength }) {
            throw SearchError.loop(
                run: name, point: attempt.point, count: attempt.count, problem: attempt.problem,
                command: store.folder.command("resume \(name) --retry"))
        }
        return crash.map { "the last session ended by \($0.problem), at work on: \($0.point)" }
    }

    /// Tells the watcher what a fatal signal would have hit.
    func enter(_ point: Point) {
        self.point = point
        observer.entered(point.rawValue, seq: durable.seq, of: store.folder)
    }

    /// Calls the policy; that it fails is counted.
    func callingPolicy<T>(_ body: () async throws -> T) async throws -> T {
        enter(.policy)
        defer { enter(.train) }
        do {
            return try await body()
        } catch let error as any Complaint where error.exitCode == .policy {
            let problem = String(error.message.prefix(500))
            failures = (try? store.noteFailure(at: Point.policy.rawValue, seq: durable.seq, problem: problem)) ?? 0
            throw error
        }
    }

    /// The policy has failed so often at this decision that the run is not gone on with unless it is asked for.
    package var isLooping: Bool { failures >= Self.loopLength }
}
