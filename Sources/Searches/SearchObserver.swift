import Checkpoints
import Reports

/// What a search is doing, for whoever watches.
package struct SearchProgress: Sendable {
    package enum Doing: Sendable {
        case training
        /// The done share of a scoring, 0 to 1.
        case scoring(Double)
    }

    package let run: String
    /// From 0; of so many rounds, the final ranking included.
    package let round: Int
    package let rounds: Int
    package let step: Int
    /// Of the budget, 0 to 1.
    package let fraction: Double
    package let survivors: Int
    package let loss: Double?
    /// The learning rate of the step; nil while scoring.
    package let rate: Double?
    /// Image passes so far.
    package let images: Int
    package let doing: Doing
}

/// Where a run stands among those of a comparison that one call is for, trunks too.
package struct RunPlace: Sendable, Hashable {
    /// From 1: those that were done before the call come first, wherever they stand.
    package let number: Int
    package let total: Int
    /// Where it ends, as a share of its budget: a trunk does before 1.
    package let end: Double
    /// What the runs after it have left to do, in budgets; one that has begun before the call counts whole.
    package let after: Double
}

/// Watches a search and may ask it to stop; never changes what it computes.
package protocol SearchObserver: AnyObject {
    /// Called before a run of a comparison begins or goes on.
    func turned(to place: RunPlace)
    /// Called after each step and each scored batch.
    func stepped(_ progress: SearchProgress) throws
    /// Called when a checkpoint is durable.
    func durable(sequence: Int, step: Int) throws
    /// Called when a scoring is durable.
    func scored(_ scoring: RunTrace.Scoring) throws
    /// Called when a decision, or the final ranking, is durable.
    func decided(_ round: RunRecord.Round, step: Int) throws
    /// What a fatal signal would hit from now on, and the checkpoint it would happen after.
    func entered(_ point: String, seq: Int, of run: RunFolder)
    /// One line worth telling: a round's outcome.
    func note(_ line: String) throws
    /// Asked at every batch boundary; true leaves after a durable checkpoint.
    var shouldStop: Bool { get }
    /// The signal that asked, 0 for none.
    var signal: Int32 { get }
}

extension SearchObserver {
    package func turned(to place: RunPlace) {}
    package func entered(_ point: String, seq: Int, of run: RunFolder) {}
    package func scored(_ scoring: RunTrace.Scoring) {}
    package func decided(_ round: RunRecord.Round, step: Int) {}
}

/// A search that stopped because its observer asked; everything done is durable.
package struct SearchStopped: Error {
    package let signal: Int32
}

/// Watches nothing.
package final class SilentObserver: SearchObserver {
    package init() {}
    package func stepped(_ progress: SearchProgress) {}
    package func durable(sequence: Int, step: Int) {}
    package func note(_ line: String) {}
    package var shouldStop: Bool { false }
    package var signal: Int32 { 0 }
}
