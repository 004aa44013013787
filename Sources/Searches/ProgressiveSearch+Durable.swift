import Checkpoints
import Foundation
import Foundations
import Supernets

extension ProgressiveSearch {
    /// What the newest checkpoint holds; equal states have equal weights.
    struct Durable {
        var seq: Int
        var phase: Phase?
        var state: RunState?
    }

    /// Makes the state durable; one with a number that is not finite never becomes a checkpoint.
    ///
    /// A resumed run that arrives where its newest checkpoint stands already makes no other.
    func checkpoint(
        phase: Phase, rows: [Row] = [], left: [ArenaBlob] = [], endsRound: Bool = false
    ) throws {
        let step = state.spending.steps
        if rows.isEmpty, !endsRound, durable.phase == phase, durable.state == state {
            let events = journal.take(step: step, phase: phase)
            return try waitingForRoom { try store.record(events) }
        }
        for arena in supernet.weights.arenas.indices {
            guard let parameter = supernet.weights.firstNonFinite(arena: arena) else { continue }
            let place = arena == supernet.sharing.commonArena ? "all groups" : "group \(arena)"
            throw SearchError.notFinite(run: name, what: "\(parameter) of \(place)", step: step)
        }
        let commit = Commit(
            phase: phase, round: state.round, step: step, digest: state.digest, fingerprint: fingerprint,
            state: JSON.bytes(state),
            blobs: (supernet.weights.blobs() + left + pairBlobs()).map { Blob($0.name, $0.bytes) },
            rows: rows + journal.take(step: step, phase: phase), isRoundEnd: endsRound)
        let sequence = try waitingForRoom { try store.commit(commit, keep: recipe.checkpoint.keep) }
        durable = Durable(seq: sequence, phase: phase, state: state)
        enter(point)
        try observer.durable(sequence: sequence, step: step)
    }

    /// Whoever asks later why the run has not ended finds what was said.
    func rememberingDivergence(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as SearchError where error.exitCode == .diverged {
            let words = String(error.message.dropFirst("\(name): ".count))
            // Where it cannot be written, only the reason is lost.
            try? store.record([.event(json: Event.session(Event.diverged, threads: nil, detail: words).json)])
            throw error
        }
    }

    /// Tries again where the disk is full, while everything trained so far stays in memory: three times, evenly over the
    /// time ``Execution/fullWait`` allows. A request to stop ends the wait with one last try.
    private func waitingForRoom<T>(_ body: () throws -> T) throws -> T {
        var tries = 0
        while true {
            do {
                return try body()
            } catch let error as StoreError where error.isFull && tries < 3 && !observer.shouldStop {
                tries += 1
                let pause = fullWait / 3
                try observer.note(
                    "disk full: \(error.message); trying again in \(String(format: "%.3g", pause)) s (\(tries) of 3)")
                let end = ContinuousClock.now + .seconds(pause)
                while ContinuousClock.now < end && !observer.shouldStop { usleep(20_000) }
            }
        }
    }
}
