import CFaults
import Checkpoints
import Foundation
import Foundations
import Reports
import Searches

/// Shows progress on standard error (a bar on a terminal, plain lines elsewhere) and turns signals into a request to stop.
///
/// SIGINT, SIGTERM and SIGHUP finish the batch and leave after a durable checkpoint; a second SIGINT leaves at once, which
/// loses nothing but the work since the last checkpoint.
final class Watch: SearchObserver {
    private let terminal = Output.errorIsTerminal
    private let isVerbose: Bool
    private let signals: StopSignals
    private var lastLine = ContinuousClock.now - .seconds(60)
    private var lastShare = -1
    /// Of the run that is watched now: a comparison has several.
    private var run = ""
    private var began = ContinuousClock.now
    private var firstFraction = 0.0
    private var lastFraction = 0.0
    /// Where it stands among those of a comparison; nil for one alone.
    private var place: RunPlace?
    /// Runs of this session that are over, the budgets they have spent in it, and when the first began.
    private var over = (runs: 0, budgets: 0.0, since: ContinuousClock.now)

    /// - Parameter isVerbose: tells of every trained batch and every durable checkpoint in a line of its own.
    init(isVerbose: Bool = false) {
        self.isVerbose = isVerbose
        signals = .leavingAfterBatch()
        Foundation.signal(SIGPIPE, SIG_IGN)
    }

    var signal: Int32 { signals.received }
    var shouldStop: Bool { signal != 0 }

    func turned(to place: RunPlace) {
        if self.place == nil {
            over.since = .now
        } else {
            over.runs += 1
            over.budgets += lastFraction - firstFraction
        }
        (self.place, run, firstFraction, lastFraction) = (place, "", 0, 0)
    }

    /// The checkpoint's transaction has been committed: whoever reads the line may count on it.
    func durable(sequence: Int, step: Int) {
        if isVerbose { tell("durable seq=\(sequence) batch=\(step)") }
    }

    func entered(_ point: String, seq: Int, of run: RunFolder) { faults_mark(run.crashMark, "\(point) \(seq)") }

    func note(_ line: String) { tell(line) }

    /// One write a line, so that a reader never sees half of one.
    private func tell(_ line: String) { Output.draw((terminal ? "\r\u{1B}[K" : "") + plainText(line) + "\n") }

    func stepped(_ progress: SearchProgress) {
        if isVerbose, case .training = progress.doing { tell("batch \(progress.step)") }
        let share = Int(progress.fraction * 10)
        let now = ContinuousClock.now
        if progress.run != run { (run, began, firstFraction, lastShare) = (progress.run, now, progress.fraction, -1) }
        lastFraction = progress.fraction
        if terminal {
            guard now - lastLine > .milliseconds(200) else { return }
            lastLine = now
            Output.draw("\r\u{1B}[K" + bar(progress))
        } else if share != lastShare {
            lastShare = share
            Output.error(plain(progress))
        }
    }

    /// Ends the bar's line.
    func clear() { if terminal { Output.draw("\r\u{1B}[K") } }

    private func bar(_ progress: SearchProgress) -> String {
        let width = 24
        let done = Int(progress.fraction * Double(width))
        let cells = String(repeating: "#", count: done) + String(repeating: ".", count: width - done)
        return "\(progress.run) [\(cells)] \(words(progress))"
    }

    private func plain(_ progress: SearchProgress) -> String { "\(progress.run): \(words(progress))" }

    private func words(_ progress: SearchProgress) -> String {
        var text =
            "\(Int(progress.fraction * 100)) % of the budget, round \(progress.round + 1) of \(progress.rounds), "
        text += "\(progress.survivors) children, "
        switch progress.doing {
        case .training:
            let loss = progress.loss.map { String(format: "%.3f", $0) } ?? "?"
            text += "step \(progress.step), loss \(loss)"
        case .scoring(let share): text += "scoring \(Int(share * 100)) %"
        }
        if let left = secondsLeft(progress.fraction) { text += ", \(duration(left)) left" }
        return text + amongOthers(progress.fraction)
    }

    /// `; run 14 of 36, 3.4 h left in all`: the time once a run of this session is over, from what all have spent in it.
    private func amongOthers(_ fraction: Double) -> String {
        guard let place else { return "" }
        let text = "; run \(place.number) of \(place.total)"
        let done = over.budgets + fraction - firstFraction
        guard over.runs > 0, done > 0 else { return text }
        let seconds = (ContinuousClock.now - over.since).seconds
        return text + ", \(duration(seconds / done * (max(0, place.end - fraction) + place.after))) left in all"
    }

    private func secondsLeft(_ fraction: Double) -> Double? {
        let first = firstFraction
        guard fraction > first + 0.02 else { return nil }
        let seconds = (ContinuousClock.now - began).seconds
        return seconds / (fraction - first) * max(0, (place?.end ?? 1) - fraction)
    }

    private func duration(_ seconds: Double) -> String { Watch.duration(seconds) }

    /// `80 s`, `12 min`, `3.4 h`.
    static func duration(_ seconds: Double) -> String {
        seconds < 90
            ? "\(Int(seconds)) s"
            : seconds < 5400 ? "\(Int(seconds / 60)) min" : String(format: "%.1f h", seconds / 3600)
    }
}

extension StopSignals {
    /// Says what a signal leads to; a second SIGINT leaves at once.
    static func leavingAfterBatch() -> StopSignals {
        StopSignals { number in
            let name = StopSignals.name(number)
            Output.error("\(name): leaving after this batch\(number == SIGINT ? "; once more leaves at once" : "")")
        } again: {
            Output.error("left at once; what was durable stays durable")
            _exit(130)
        }
    }
}
