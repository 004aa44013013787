import Datasets
import Foundation
import Synchronization

/// Shows how far a fetch is on standard error: a bar on a terminal, a line for each tenth elsewhere.
final class FetchProgress: FetchObserver {
    private let signals = StopSignals()
    private let terminal = Output.errorIsTerminal
    private let state = Mutex((archive: "", share: -1, drawn: ContinuousClock.now - .seconds(60)))

    var signal: Int32 { signals.received }

    func note(_ line: String) {
        clear()
        Output.error(line)
    }

    /// Ends the bar's line.
    func clear() { if terminal { Output.draw("\r\u{1B}[K") } }

    func received(_ archive: String, bytes: Int, of total: Int) {
        let line = state.withLock { state -> String? in
            let share = bytes * 10 / max(total, 1)
            let now = ContinuousClock.now
            if state.archive != archive { (state.archive, state.share) = (archive, -1) }
            guard terminal ? now - state.drawn > .milliseconds(200) : share != state.share else { return nil }
            (state.share, state.drawn) = (share, now)
            let done = String(format: "%d %% of %.1f MB", bytes * 100 / max(total, 1), Double(total) / 1e6)
            guard terminal else { return "\(archive): \(done)\n" }
            let cells = bytes * 24 / max(total, 1)
            let bar = String(repeating: "#", count: cells) + String(repeating: ".", count: 24 - cells)
            return "\r\u{1B}[K\(archive) [\(bar)] \(done)"
        }
        if let line { Output.draw(line) }
    }
}
