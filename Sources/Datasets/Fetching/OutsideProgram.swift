internal import Glibc
internal import Subprocess
internal import SystemPackage

/// A program of the system's (curl, tar, gzip) whose output we read. It is started without a shell, in a session of its own,
/// with a few variables of the user's, and ends with us: its output is a pipe to this process.
struct OutsideProgram {
    enum Ending: Hashable {
        case exited(Int32)
        case signaled(Int32)
    }

    let ending: Ending
    /// What it wrote on standard error, at most 64 KiB.
    let errors: String

    /// Proxies and certificates; nothing else of the user's reaches the programs, so that `TAR_OPTIONS` and the like do not
    /// change what we mean.
    private static let inherited: Set<String> = [
        "PATH", "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE",
    ]

    /// Runs a program until it has left.
    ///
    /// - Parameters: `input`, a descriptor it reads from, nil for nothing; `environment`, the user's; `sink`, is given its
    ///   output in pieces; where it throws, the program is killed.
    /// - Throws: ``DatasetError`` where the program is not installed; what the sink throws; ``FetchStopped`` on a signal.
    static func run(
        _ name: String, _ arguments: [String], input: Int32? = nil, environment: [String: String],
        observer: any FetchObserver, sink: (UnsafeRawBufferPointer) throws -> Void
    ) async throws -> OutsideProgram {
        guard let path = find(name, in: environment["PATH"] ?? "/usr/bin:/bin") else {
            throw DatasetError(
                name, "no such program in PATH, and a fetch needs it", hint: "install it: apt-get install \(name)")
        }
        var options = PlatformOptions()
        options.createSession = true
        let variables = environment.filter { inherited.contains($0.key) }.merging(["LC_ALL": "C"]) { $1 }
        let kept = Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) })
        // What a program without input reads.
        let source = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(source) }
        let result: ExecutionResult<Void, SequenceOutput, BytesOutput>
        do {
            result = try await Subprocess.run(
                .path(FilePath(path)), arguments: Arguments(arguments), environment: .custom(kept),
                platformOptions: options,
                input: .fileDescriptor(FileDescriptor(rawValue: input ?? source), closeAfterSpawningProcess: false),
                output: .sequence, error: .bytes(limit: 1 << 16)
            ) { execution in
                let leader = execution.processIdentifier.value
                // It is not reaped before this returns, so its number is taken by nobody else.
                defer { kill(-leader, SIGKILL) }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        while observer.signal == 0 { try await Task.sleep(for: .milliseconds(50)) }
                        kill(-leader, SIGKILL)
                    }
                    defer { group.cancelAll() }
                    for try await piece in execution.standardOutput { try piece.withUnsafeBytes(sink) }
                }
                // The pipe is closed: leaves by itself, in a moment.
                await left(leader)
            }
        } catch let error as SubprocessError {
            let cause = error.underlyingError.map { "\($0)" } ?? error.description
            throw DatasetError(path, "cannot be started or read from: \(cause)", exitCode: .storage)
        }
        if observer.signal != 0 { throw FetchStopped(signal: observer.signal) }
        let ending: Ending =
            switch result.terminationStatus {
            case .exited(let status): .exited(status)
            case .signaled(let signal): .signaled(signal)
            }
        return OutsideProgram(ending: ending, errors: String(decoding: result.standardError, as: UTF8.self))
    }

    /// Waits until a process is about to be reaped.
    private static func left(_ leader: pid_t) async {
        var info = siginfo_t()
        while true {
            let answer = waitid(P_PID, id_t(leader), &info, WEXITED | WNOHANG | WNOWAIT)
            if answer != 0 && errno != EINTR { return }
            if answer == 0 && info.si_signo == SIGCHLD { return }
            guard (try? await Task.sleep(for: .milliseconds(1))) != nil else { return }
        }
    }

    private static func find(_ name: String, in path: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(name)" }.first { candidate in
            var status = stat()
            return stat(candidate, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(candidate, X_OK) == 0
        }
    }
}
