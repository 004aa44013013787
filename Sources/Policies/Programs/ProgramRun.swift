import Foundation
import Foundations
import Subprocess
import SystemPackage

/// One process of a policy program: started, watched, ended with all of its group, reaped.
///
/// swift-subprocess starts it (posix_spawn, a session of its own, default signals, no descriptor but 0, 1 and 2) and reaps
/// it. This file does the rest, which the library does not: it ends the whole group on a time-out or a stream that grows
/// too long, and once the program itself has left, whatever of its group is still there.
struct ProgramRun {
    /// How it ended.
    enum Ending: Sendable, Hashable {
        case exited(Int32)
        case signaled(Int32)
        case timedOut
        case outputTooLong
        case errorsTooLong
    }

    let ending: Ending
    let output: [UInt8]
    /// The end of what it wrote on standard error.
    let errorTail: [UInt8]

    /// Runs the program on a request.
    ///
    /// It returns as soon as the program itself has left, whoever else holds its streams; after at most `seconds`, the
    /// grace between SIGTERM and SIGKILL and a few hundredths of a second, whatever the program does.
    ///
    /// - Throws: ``PolicyError`` where it cannot be started; `CancellationError` after the group has been killed where the
    ///   task is cancelled.
    static func run(
        _ program: ProgramSpecification, request: [UInt8], seconds: Double, limits: ProgramLimits
    ) async throws -> ProgramRun {
        let files = try ExchangeFiles(request: request)
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
        let environment = ProgramEnvironment.make(from: ProcessInfo.processInfo.environment, adding: program.env)
        let variables = Dictionary(
            uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })
        func start() async throws -> ExecutionResult<Ending?, FileDescriptorOutput, FileDescriptorOutput> {
            try await Subprocess.run(
                .path(FilePath(program.argv[0])), arguments: Arguments(Array(program.argv.dropFirst())),
                environment: .custom(variables), workingDirectory: FilePath(program.folder), platformOptions: options,
                input: .fileDescriptor(FileDescriptor(rawValue: files.input), closeAfterSpawningProcess: false),
                output: .fileDescriptor(FileDescriptor(rawValue: files.output), closeAfterSpawningProcess: false),
                error: .fileDescriptor(FileDescriptor(rawValue: files.errors), closeAfterSpawningProcess: false)
            ) { execution in
                let watch = GroupWatch(leader: execution.processIdentifier.value, files: files, limits: limits)
                return try await watch.wait(seconds: seconds)
            }
        }
        let result: ExecutionResult<Ending?, FileDescriptorOutput, FileDescriptorOutput>
        do {
            result = try await patiently(start)
        } catch let error as SubprocessError {
            throw StartFailure(program, error).complaint
        }
        let ending: Ending =
            switch (result.closureResult, result.terminationStatus) {
            case (let cause?, _): cause
            case (nil, .exited(let status)): .exited(status)
            case (nil, .signaled(let signal)): .signaled(signal)
            }
        return ProgramRun(
            ending: ending, output: files.tail(of: files.output), errorTail: files.tail(of: files.errors, limit: 400))
    }
}

/// A program just written may still be open for writing in a process that another thread is about to start: the system
/// calls it busy for an instant. That is waited for, up to a second.
private func patiently<T>(_ start: () async throws -> T) async throws -> T {
    for _ in 0..<50 {
        do {
            return try await start()
        } catch let error as SubprocessError where error.underlyingError == .textFileBusy {
            try await Task.sleep(for: .milliseconds(20))
        }
    }
    return try await start()
}

/// Watches a process that leads a group of its own, until it has left.
private struct GroupWatch {
    let leader: pid_t
    let files: ExchangeFiles
    let limits: ProgramLimits

    /// - Returns: why the group was ended; nil where the leader left by itself.
    func wait(seconds: Double) async throws -> ProgramRun.Ending? {
        // The leader is not reaped before this returns: its number, which is the group's, is taken by nobody else. Whoever
        // left the group on purpose (setsid) is out of reach, and not waited for.
        defer { kill(-leader, SIGKILL) }
        let end = ContinuousClock.now + .seconds(seconds)
        var pause = Duration.microseconds(500)
        while !hasLeft {
            // One that floods the disk gets no grace: it would go on through it.
            if let cause = excess { return cause }
            if ContinuousClock.now >= end {
                await terminate()
                return .timedOut
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 1.5, .milliseconds(10))
        }
        return excess
    }

    private var excess: ProgramRun.Ending? {
        if files.size(of: files.output) > limits.outputBytes { return .outputTooLong }
        if files.size(of: files.errors) > limits.errorBytes { return .errorsTooLong }
        return nil
    }

    /// Whether the leader has ended; it stays a zombie.
    private var hasLeft: Bool {
        var info = siginfo_t()
        while waitid(P_PID, id_t(leader), &info, WEXITED | WNOHANG | WNOWAIT) != 0 {
            if errno != EINTR { return true }
        }
        return info.si_signo == SIGCHLD
    }

    /// SIGTERM to the group, and a while to obey it. SIGCONT wakes one that has stopped itself.
    private func terminate() async {
        kill(-leader, SIGTERM)
        kill(-leader, SIGCONT)
        let end = ContinuousClock.now + .seconds(limits.graceSeconds)
        while !hasLeft, ContinuousClock.now < end, (try? await Task.sleep(for: .milliseconds(5))) != nil {}
    }
}

/// Why a program could not be started.
private struct StartFailure {
    let complaint: PolicyError

    init(_ program: ProgramSpecification, _ error: SubprocessError) {
        let path = program.argv[0]
        let subject = "program \(program.baseName)"
        var folderIsThere: ObjCBool = false
        if !path.isRegularFile {
            complaint = PolicyError("\(subject): there is no file \(path.debugDescription)")
        } else if !path.isExecutableFile {
            complaint = PolicyError("\(subject): may not be executed", hint: "chmod +x \(path)")
        } else if !FileManager.default.fileExists(atPath: program.folder, isDirectory: &folderIsThere)
            || !folderIsThere.boolValue
        {
            complaint = PolicyError("\(subject): there is no folder \(program.folder.debugDescription) to work in")
        } else if let interpreter = Self.interpreter(of: path), !interpreter.isExecutableFile {
            complaint = PolicyError(
                "\(subject): its interpreter \(interpreter.debugDescription) is missing",
                hint: "the first line of the program names it")
        } else {
            let cause = error.underlyingError.map { "\($0)" } ?? error.description
            complaint = PolicyError(
                "\(subject): cannot be started: \(cause)",
                hint: "a script begins with #! and its interpreter, such as #!/bin/sh")
        }
    }

    /// What the first line of a script names; nil where it names nothing.
    private static func interpreter(of path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path), let start = try? file.read(upToCount: 256) else {
            return nil
        }
        let line = String(decoding: start, as: UTF8.self).prefix { $0 != "\n" && $0 != "\r\n" }
        guard line.hasPrefix("#!") else { return nil }
        return line.dropFirst(2).split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}
