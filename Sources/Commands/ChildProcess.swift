import Foundation
import Foundations

/// This program once more, as a child process: the same binary with other arguments, default signals, and the standard
/// streams of this process where no others are given.
///
/// It is waited for by its number; nothing else of this process may reap children it did not start.
final class ChildProcess {
    enum Ending: Hashable {
        case exited(Int32)
        case signaled(Int32)
    }

    let id: pid_t
    private var ending: Ending?

    /// - Parameters: `arguments`, without the program's name; `signals`, which do in the child what they did here before
    ///   they were taken; `environment`, added to this process's, nil takes a variable
    ///   away; `output` and `errors`, descriptors in place of standard output and standard error.
    /// - Throws: a complaint with exit status 11 where the system starts no more processes.
    init(
        _ arguments: [String], signals taken: StopSignals, environment: [String: String?] = [:],
        output: Int32 = STDOUT_FILENO, errors: Int32 = STDERR_FILENO
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads of this process block signals, and it may ignore some: neither is for the child.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in taken.numbers + [SIGPIPE] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let variables = ProcessInfo.processInfo.environment.merging(environment.compactMapValues { $0 }) { $1 }
            .filter { environment[$0.key] != .some(nil) }
        // The name as it was typed: the child's hints are the same.
        var words = ([CommandLine.arguments.first ?? "espalier"] + arguments).map { strdup($0) } + [nil]
        var pairs = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + pairs { free(text) } }
        var id: pid_t = 0
        let code = posix_spawn(&id, "/proc/self/exe", &actions, &attributes, &words, &pairs)
        guard code == 0 else { throw CannotStart(cause: String(cString: strerror(code))) }
        self.id = id
    }

    /// How it ended; nil while it runs.
    func poll() -> Ending? {
        if ending != nil { return ending }
        var status: Int32 = 0
        let found = waitpid(id, &status, WNOHANG)
        guard found == id else { return nil }
        let signal = status & 0x7F
        ending = signal == 0 ? .exited(status >> 8 & 0xFF) : .signaled(signal)
        return ending
    }

    /// Waits until it has ended, at most until `end`, as long as `isWanted`.
    func wait(until end: ContinuousClock.Instant? = nil, while isWanted: () -> Bool = { true }) -> Ending? {
        while true {
            if let ending = poll() { return ending }
            guard isWanted(), end.map({ ContinuousClock.now < $0 }) ?? true else { return nil }
            usleep(1000)
        }
    }

    func send(_ signal: Int32) { if poll() == nil { kill(id, signal) } }

    /// Asks it to leave; who has not after two seconds is killed.
    func stop(_ signal: Int32) {
        send(signal)
        // One that was stopped by a signal could not obey.
        send(SIGCONT)
        if wait(until: .now + .seconds(2)) != nil { return }
        send(SIGKILL)
        _ = wait()
    }

    private struct CannotStart: Complaint {
        let cause: String
        var exitCode: Foundations.ExitCode { .storage }
        var message: String { "cannot start a process: \(cause)" }
    }
}
