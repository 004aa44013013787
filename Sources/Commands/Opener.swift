import Checkpoints
import Foundation
import Foundations

/// A verb that opens files of others. The program runs it in a child process, so that a file damaged in a way no check
/// foresees ends the child, and the answer is still one clear line.
protocol OpensInChild {
    /// What is opened, as messages name it.
    var opened: String { get }
}

/// Runs the verb of this command line in a child process and takes its answer and its exit status for ours.
///
/// The child gets the same arguments. Its standard output comes here first: with `--json` exactly one document is
/// printed, also where the child dies in the middle of its own.
struct Opener: Sendable {
    /// Nil where a verb runs in this process: in the child, and where the program is a library.
    @TaskLocal static var current: Opener?

    private static let marker = "ESPALIER_OPENER"
    private static let patience = "ESPALIER_OPENER_WAIT"

    let arguments: [String]

    /// The opener of this process; nil where it is the child of one.
    static func ofProcess(_ arguments: [String]) -> Opener? {
        guard let text = ProcessInfo.processInfo.environment[marker], let parent = pid_t(text), parent == getppid()
        else { return Opener(arguments: arguments) }
        unsetenv(marker)
        // Nobody is left to tell the answer to.
        Thread {
            while getppid() == parent { usleep(200_000) }
            _exit(1)
        }.start()
        return nil
    }

    /// - Throws: ``ChildLeft`` with the child's exit status; else as ``ask(_:isKept:)``.
    func run(_ opened: String, json: Bool) throws {
        var (status, answer) = try ask(opened, isKept: json)
        if json, status != 0, !answer.isWhole { throw OpenerFailure.speechless(opened, status) }
        try answer.finish()
        if status != 0 { throw ChildLeft(status: status) }
    }

    /// Whether a run's store is whole, without the reader's fate being ours: `checkpoint verify --full` of it.
    ///
    /// In a program that is not the command line's own it is read in this process.
    /// - Throws: a complaint with exit status 5 where it is not.
    static func verify(_ folder: RunFolder) throws {
        guard current != nil else {
            let store = try CheckpointStore.open(folder, for: .reading)
            defer { store.close() }
            let errors = try store.verify(full: true).errors.count
            if errors != 0 { throw OpenerFailure.damaged(folder.path) }
            return
        }
        let words = ["checkpoint", "verify", folder.name, "--full", "--json", "--checkpoints", folder.root]
        let (status, _) = try Opener(arguments: words).ask(folder.path, isKept: true)
        if status != 0 { throw OpenerFailure.damaged(folder.path) }
    }

    /// - Throws: a complaint with exit status 5 where the child was ended by a signal or made no progress for
    ///   `ESPALIER_OPENER_WAIT` seconds (120); 130, 143 or 129 where this process was told to stop.
    private func ask(_ opened: String, isKept: Bool) throws -> (status: Int32, answer: Answer) {
        let seconds = try Self.seconds()
        let (reading, writing) = try Self.pipe()
        defer { close(reading) }
        let signals = StopSignals()
        let child: ChildProcess
        do {
            defer { close(writing) }
            child = try ChildProcess(
                arguments, signals: signals,
                environment: [Self.marker: "\(getpid())", "SWIFT_BACKTRACE": "enable=no"], output: writing)
        }
        var answer = Answer(file: reading, isKept: isKept)
        var progress = ChildProgress(child.id)
        do {
            while child.poll() == nil {
                progress.look(isKnown: try answer.take(milliseconds: 50))
                if signals.received != 0 {
                    throw Stopped(signal: signals.received, subject: opened, hint: "", isDurable: false)
                }
                guard progress.idle < seconds else { throw OpenerFailure.stuck(opened, seconds) }
            }
            while try answer.take(milliseconds: 0) {}
        } catch {
            child.stop(signals.received == 0 ? SIGKILL : signals.received)
            throw error
        }
        switch child.poll()! {
        case .exited(let status): return (status, answer)
        case .signaled(let signal) where [SIGINT, SIGTERM, SIGHUP].contains(signal):
            throw Stopped(signal: signal, subject: opened, hint: "", isDurable: false)
        case .signaled(let signal): throw OpenerFailure.died(opened, signal)
        }
    }

    private static func seconds() throws -> Double {
        guard let text = ProcessInfo.processInfo.environment[patience], !text.isEmpty else { return 120 }
        guard let seconds = Double(text), seconds > 0 else {
            throw Usage(message: "\(patience): expected seconds, found \(text.debugDescription)")
        }
        return seconds
    }

    private static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Foundation.pipe(&ends) == 0 else {
            throw OpenerFailure.noPipe(String(cString: strerror(errno)))
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }
}

/// What the child prints: passed on as it comes, or kept until the child has left.
private struct Answer {
    let file: Int32
    let isKept: Bool
    private var kept: [UInt8] = []
    private var hasEnded = false

    init(file: Int32, isKept: Bool) {
        self.file = file
        self.isKept = isKept
    }

    /// Waits for more, and takes it.
    /// - Returns: whether anything came.
    mutating func take(milliseconds: Int32) throws -> Bool {
        if hasEnded {
            // It is leaving.
            usleep(milliseconds == 0 ? 0 : 1000)
            return false
        }
        var entry = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return false }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = read(file, &bytes, bytes.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return false }
        hasEnded = count <= 0
        if count > 0 {
            kept += bytes[..<count]
            if !isKept { try finish() }
        }
        return count > 0
    }

    /// A document has been kept to its end.
    var isWhole: Bool { kept.last == UInt8(ascii: "\n") }

    mutating func finish() throws {
        try Output.write(kept[...])
        kept = []
    }
}

/// Whether a process does anything: its processor time grows, or it is given pages.
private struct ChildProgress {
    private let id: pid_t
    private var last: [Substring] = []
    private var lastLook = ContinuousClock.now
    /// Seconds without progress. Only a little is counted a look: while this process sleeps with its child, nothing is.
    private(set) var idle = 0.0

    init(_ id: pid_t) { self.id = id }

    mutating func look(isKnown: Bool) {
        let text = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ""
        // What follows the name in brackets: minor faults are field 8, major ones 10, user and system time 12 and 13.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        let now = fields.count > 13 ? [8, 10, 12, 13].map { fields[$0] } : []
        let isStill = !isKnown && !now.isEmpty && now == last
        idle = isStill ? idle + min(0.2, (ContinuousClock.now - lastLook).seconds) : 0
        (last, lastLook) = (now, .now)
    }
}

/// The child has said what is to be said; its exit status is ours.
struct ChildLeft: Error {
    let status: Int32
}

private enum OpenerFailure: Complaint {
    case died(String, Int32)
    case stuck(String, Double)
    case speechless(String, Int32)
    case damaged(String)
    case noPipe(String)

    var exitCode: Foundations.ExitCode {
        switch self {
        case .died, .stuck, .damaged: .corrupt
        case .speechless(_, let status): ExitCode(rawValue: status) ?? .corrupt
        case .noPipe: .storage
        }
    }

    var message: String {
        switch self {
        case .died(let opened, let signal):
            "\(opened): the process that read it was ended by \(StopSignals.name(signal))"
        case .stuck(let opened, let seconds):
            "\(opened): the process that read it made no progress for \(String(format: "%g", seconds)) s"
        case .speechless(let opened, let status):
            "\(opened): the process that read it left with exit status \(status) and no answer"
        case .damaged(let opened): "\(opened): not every record is whole"
        case .noPipe(let cause): "cannot start a process: \(cause)"
        }
    }

    var hint: String {
        switch self {
        case .died, .speechless: "it is damaged, or memory ran out; a copy of it may be whole"
        case .stuck: "it is damaged, or its disk does not answer; ESPALIER_OPENER_WAIT=SECONDS waits longer"
        case .noPipe, .damaged: ""
        }
    }
}
