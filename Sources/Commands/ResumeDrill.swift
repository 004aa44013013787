import Checkpoints
import Foundation
import Foundations

/// A search run to its end, and again and again with SIGKILL at random points, each time gone on with until it is done:
/// every one must end with the bytes of the first.
///
/// Each search is a process of its own, as when a user's is killed. Where a kill falls depends on the machine's clock,
/// so two drills of one seed do not kill at the same instruction; what a drill finds can be repeated only by its folder.
struct ResumeDrill {
    struct Outcome {
        var kills = 0
        var resumes = 0
        /// Runs that were killed at least once, or left before their kill came; all are compared.
        var runs = 0
        var digest = ""
        var differences: [StoreComparison.Difference] = []
    }

    /// What a search is told besides its name: recipe and settings; and what a resume is told too: data.
    let recipe: [String]
    let data: [String]
    /// An empty folder for the runs and the log of their processes.
    let folder: String
    let kills: Int
    let seed: UInt64
    /// The first run has so many; the others any number up to it.
    let threads: Int
    let tell: (String) -> Void

    private var log: String { folder + "/log.txt" }

    /// - Throws: ``SearchFailed`` where a process fails by itself; ``TooFewKills``; ``Stopped`` on SIGINT, SIGTERM and
    ///   SIGHUP; ``StoreError``.
    /// - Cost: about (kills / 2 + 2) times a whole search.
    func run() throws -> Outcome {
        let signals = StopSignals()
        let began = ContinuousClock.now
        _ = try work(on: "reference", threads: threads, killAfter: nil, signals)
        // A kill falls somewhere in the time a whole run takes. Where runs leave before it too often, the time shrinks.
        var span = (ContinuousClock.now - began).seconds
        let reference = try store("reference")
        var outcome = Outcome(digest: try reference.newest().digest)
        tell("the reference took \(String(format: "%.2f", span)) s, digest \(outcome.digest)")
        var draws = RandomStream(seed: seed, purpose: .test)
        var attempts = 0
        var name = "killed-1"
        var isWhole = true
        while outcome.kills < kills || !isWhole {
            attempts += 1
            guard attempts <= 20 * kills + 20 else { throw TooFewKills(hit: outcome.kills, wanted: kills) }
            let isAimed = outcome.kills < kills
            let seconds = draws.unitDouble() * span
            let some = 1 + draws.below(threads)
            if try RunFolder(root: folder, name: name).exists { outcome.resumes += 1 }
            if try work(on: name, threads: some, killAfter: isAimed ? seconds : nil, signals) {
                isWhole = true
                outcome.runs += 1
                if isAimed { span *= 0.9 }
                outcome.differences += try StoreComparison(reference, store(name), run: name).differences
                if !outcome.differences.isEmpty { break }
                name = "killed-\(outcome.runs + 1)"
            } else {
                isWhole = false
                outcome.kills += 1
                tell(
                    "kill \(outcome.kills) of \(kills): \(name) after \(String(format: "%.3f", seconds)) s, "
                        + "\(some) thread\(some == 1 ? "" : "s")")
            }
        }
        return outcome
    }

    /// Starts a run, or goes on with it.
    /// - Returns: whether it was done; otherwise the kill hit.
    private func work(on name: String, threads: Int, killAfter: Double?, _ signals: StopSignals) throws -> Bool {
        let exists = try RunFolder(root: folder, name: name).exists
        let verb = exists ? ["resume", name] : ["search", "--run", name] + recipe
        let file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        defer { if file >= 0 { close(file) } }
        let streams = file < 0 ? STDERR_FILENO : file
        let child = try ChildProcess(
            verb + data + ["--threads", "\(threads)", "--checkpoints", folder], signals: signals, output: streams,
            errors: streams)
        let end = killAfter.map { ContinuousClock.now + .seconds($0) }
        var ending = child.wait(until: end) { signals.received == 0 }
        if ending == nil {
            child.send(SIGKILL)
            ending = child.wait()
        }
        if signals.received != 0 {
            throw Stopped(signal: signals.received, subject: "verify-resume", hint: "", isDurable: false)
        }
        switch ending {
        case .exited(0): return true
        case .signaled(SIGKILL) where killAfter != nil: return false
        default: throw SearchFailed(run: name, ending: ending, log: lastWords)
        }
    }

    private func store(_ name: String) throws -> CheckpointStore {
        try CheckpointStore.open(RunFolder(root: folder, name: name), for: .reading)
    }

    /// The last error of a process.
    private var lastWords: String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").last { $0.hasPrefix("error: ") }.map { String($0.dropFirst(7)) } ?? ""
    }

    /// A search that ended by itself, and not at its end.
    struct SearchFailed: Complaint {
        let run: String
        let ending: ChildProcess.Ending?
        let log: String

        var exitCode: Foundations.ExitCode {
            if case .exited(let status) = ending { ExitCode(rawValue: status) ?? .internal } else { .internal }
        }

        var message: String {
            let how =
                switch ending {
                case .exited(let status): "left with exit status \(status)"
                case .signaled(let signal): "was ended by \(StopSignals.name(signal))"
                case nil: "did not end"
                }
            return "verify-resume: the search of run \(run) \(how)\(log.isEmpty ? "" : ": \(log)")"
        }
    }

    struct TooFewKills: Complaint {
        let hit: Int
        let wanted: Int
        var exitCode: Foundations.ExitCode { .internal }
        var message: String { "verify-resume: only \(hit) of \(wanted) kills hit a run at work" }
        var hint: String { "take a recipe that works longer" }
    }
}
