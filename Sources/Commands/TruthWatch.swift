import CFaults
import Checkpoints
import Foundation
import Foundations
import Reports
import Searches

/// Shows how far a truth is on standard error: a bar on a terminal; elsewhere a line for every run, and one a minute
/// within a long one. Signals ask to stop, as in a search.
final class TruthWatch: TruthObserver {
    private let name: String
    private let terminal = Output.errorIsTerminal
    private let isVerbose: Bool
    private let signals = StopSignals.leavingAfterBatch()
    private let began = ContinuousClock.now
    private var lastLine = ContinuousClock.now
    private var run: TruthProgress?
    /// Of the present run, when this session took it up; nil before its first step.
    private var firstFraction: Double?
    /// Work of this session's finished runs.
    private var done = 0.0

    init(_ name: String, isVerbose: Bool) {
        self.name = name
        self.isVerbose = isVerbose
        Foundation.signal(SIGPIPE, SIG_IGN)
    }

    var signal: Int32 { signals.received }
    var shouldStop: Bool { signal != 0 }

    func entered(_ point: String, seq: Int, of run: RunFolder) { faults_mark(run.crashMark, "\(point) \(seq)") }

    func durable(sequence: Int, step: Int) { if isVerbose { tell("durable seq=\(sequence) batch=\(step)") } }

    /// A child alone is always the best one; the line at the end of its run says more.
    func note(_ line: String) { if isVerbose || !line.hasPrefix("done: best") { tell(line) } }

    func begins(_ run: TruthProgress) {
        self.run = run
        firstFraction = nil
    }

    func ended(_ run: TruthProgress, _ result: StandAloneTruth.Result) {
        done += run.work * (1 - (firstFraction ?? 0))
        var line = "\(name): \(run.number) of \(run.total), child \(run.member.child) seed \(run.member.seed): "
        line += String(format: "accuracy %.4f, ", result.accuracy) + Watch.duration(result.seconds)
        if run.workAfter > 0, let left = secondsLeft(run.workAfter, done: done) {
            line += "; \(Watch.duration(left)) left"
        }
        tell(line)
        lastLine = .now
    }

    func stepped(_ progress: SearchProgress) {
        if isVerbose, case .training = progress.doing { tell("batch \(progress.step)") }
        guard let run else { return }
        let first = firstFraction ?? progress.fraction
        firstFraction = first
        let now = ContinuousClock.now
        guard now - lastLine > (terminal ? .milliseconds(200) : .seconds(60)) else { return }
        lastLine = now
        var words = "\(run.number) of \(run.total), child \(run.member.child) seed \(run.member.seed), "
        words += "\(Int(100 * progress.fraction)) %"
        if case .training = progress.doing, let loss = progress.loss { words += String(format: ", loss %.3f", loss) }
        let here = run.work * (progress.fraction - first)
        let todo = run.work * (1 - progress.fraction) + run.workAfter
        if let left = secondsLeft(todo, done: done + here) { words += ", \(Watch.duration(left)) left" }
        guard terminal else { return Output.error("\(name): \(words)") }
        let width = 24
        let finished = (Double(run.number - 1) + progress.fraction) / Double(run.total)
        let cells = Int(finished * Double(width))
        let bar = String(repeating: "#", count: cells) + String(repeating: ".", count: width - cells)
        Output.draw("\r\u{1B}[K" + plainText("\(name) [\(bar)] \(words)"))
    }

    /// Ends the bar's line.
    func clear() { if terminal { Output.draw("\r\u{1B}[K") } }

    /// One write a line, so that a reader never sees half of one.
    private func tell(_ line: String) { Output.draw((terminal ? "\r\u{1B}[K" : "") + plainText(line) + "\n") }

    private func secondsLeft(_ work: Double, done: Double) -> Double? {
        let seconds = (ContinuousClock.now - began).seconds
        guard done > 0, seconds > 1 else { return nil }
        return seconds / done * work
    }
}
