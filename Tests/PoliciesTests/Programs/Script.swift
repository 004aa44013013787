import Foundation
import Policies

/// A program in a folder of its own; both go away with the test.
final class Script: Sendable {
    let folder: String
    let path: String

    /// - Parameter mode: its permissions.
    init(_ text: String, name: String = "policy.sh", mode: Int = 0o755) throws {
        folder = FileManager.default.temporaryDirectory.path + "/espalier-script-\(UUID().uuidString)"
        path = folder + "/" + name
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Closed on exec: a process that another test starts meanwhile must not hold it open for writing.
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
        try FileHandle(fileDescriptor: file, closeOnDealloc: true).write(contentsOf: Data(text.utf8))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A shell program that answers `hello` and does `body` on `decide`, with the request's id in `$id`; `reply TEXT` writes
    /// the envelope with TEXT after it, `good` what keeps c0 and drops c1 and c2.
    convenience init(deciding body: String, mode: Int = 0o755) throws {
        try self.init(
            #"""
            #!/bin/sh
            read -r request
            case $request in *'"op":"hello"'*)
                echo '{"protocol": 1, "requestId": "h-1", "name": "bad", "version": "1"}'
                exit
            esac
            id=$(printf %s "$request" | sed 's/.*"requestId":"\([^"]*\)".*/\1/')
            reply() { printf '{"protocol": 1, "requestId": "%s", %s}' "$id" "$1"; }
            rest='"dropped": [{"child": "c1", "reason": "low"}, {"child": "c2", "reason": "low"}]'
            good() { reply "\"keep\": [\"c0\"], $rest"; }
            """# + "\n" + body + "\n", mode: mode)
    }

    func policy(
        timeout: Double = 20, env: [String: String] = [:], arguments: [String] = [],
        fallback: (any PruningPolicy)? = nil, limits: ProgramLimits = .short
    ) -> ProgramPolicy {
        ProgramPolicy(
            ProgramSpecification(argv: [path] + arguments, folder: folder, timeoutSeconds: timeout, env: env),
            fallback: fallback, limits: limits)
    }

    /// What the program wrote beside itself.
    func text(_ name: String) throws -> String { try String(contentsOfFile: folder + "/" + name, encoding: .utf8) }
}

extension ProgramLimits {
    /// So that tests take less time.
    static var short: ProgramLimits {
        var limits = ProgramLimits()
        limits.graceSeconds = 0.3
        return limits
    }
}
