import Searches

/// What a search at work tells whoever watches it.
public enum SearchEvent: Sendable, Hashable {
    /// A step is taken or a batch is scored: the spent fraction of the budget (0 ... 1), the round at work (from 0), and
    /// the children still alive.
    case progress(fraction: Double, round: Int, survivors: Int)
    /// A checkpoint is durable; whatever happens now, the run goes on from this training step.
    case checkpoint(step: Int)
    /// One line worth telling, such as a round's outcome.
    case note(String)
}

/// Hands events on, and stops the search where its task is cancelled.
final class EventObserver: SearchObserver {
    private let handle: @Sendable (SearchEvent) -> Void

    init(_ handle: @escaping @Sendable (SearchEvent) -> Void) { self.handle = handle }

    func stepped(_ progress: SearchProgress) {
        handle(.progress(fraction: progress.fraction, round: progress.round, survivors: progress.survivors))
    }
    func durable(sequence: Int, step: Int) { handle(.checkpoint(step: step)) }
    func note(_ line: String) { handle(.note(line)) }
    var shouldStop: Bool { Task.isCancelled }
    var signal: Int32 { 0 }
}
