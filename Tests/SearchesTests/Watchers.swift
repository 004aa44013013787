import Searches

/// A process that died: everything since the last commit is lost.
struct Crash: Error {}

/// Counts what a run does, and stops it or lets it crash at a chosen moment.
final class Watcher: SearchObserver {
    enum Moment {
        case never
        /// Asks to stop from the training step on after which the run has made so many.
        case stopAfterStep(Int)
        /// Asks to stop at the n-th progress call, whatever it reports.
        case stopAtCall(Int)
        /// Crashes at the n-th call of any kind: steps, scored batches, commits, notes.
        case crashAtCall(Int)
        /// Crashes right after a training step.
        case crashAfterStep(Int)
    }

    private let moment: Moment
    private(set) var calls = 0
    /// Steps trained, by their number, in order.
    private(set) var trained: [Int] = []
    private(set) var durable: [(sequence: Int, step: Int)] = []
    private(set) var notes: [String] = []
    private(set) var shouldStop = false
    let signal: Int32 = 15

    init(_ moment: Moment = .never) { self.moment = moment }

    func stepped(_ progress: SearchProgress) throws {
        if case .training = progress.doing {
            trained.append(progress.step)
            if case .stopAfterStep(let step) = moment, progress.step >= step { shouldStop = true }
            if case .crashAfterStep(let step) = moment, progress.step == step { throw Crash() }
        }
        try call()
        if case .stopAtCall(let n) = moment, calls >= n { shouldStop = true }
    }

    func durable(sequence: Int, step: Int) throws {
        durable.append((sequence, step))
        try call()
    }

    func note(_ line: String) throws {
        notes.append(line)
        try call()
    }

    private func call() throws {
        calls += 1
        if case .crashAtCall(let n) = moment, calls == n { throw Crash() }
    }
}
