import Foundation
import Foundations
import Glibc
import Testing

/// The built program, run as a process of its own.
struct Program {
    /// Beside the test bundle, where `swift build --build-tests` puts it.
    static let path: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (bundle as NSString).deletingLastPathComponent + "/espalier"
    }()

    /// How a process ended.
    struct Ending {
        /// The exit status, nil where a signal ended it.
        let status: Int32?
        /// The signal that ended it.
        let signal: Int32?
        let output: String
        let error: String
        let seconds: Double
    }

    private let scratch: Scratch
    private var root: String { scratch.root }

    init(_ scratch: Scratch) throws {
        self.scratch = scratch
        try #require(FileManager.default.isExecutableFile(atPath: Self.path), "\(Self.path) is not built")
    }

    /// Runs a verb to its end, or sends a signal after so many seconds. Waits in a thread of its own: those of the other
    /// tests are busy, and a signal must not come late.
    func run(_ arguments: [String], signal: (number: Int32, after: Double)? = nil) async throws -> Ending {
        let tag = UUID().uuidString
        let (out, err) = ("\(root)/\(tag).out", "\(root)/\(tag).err")
        defer { for path in [out, err] { try? FileManager.default.removeItem(atPath: path) } }
        let process = try spawn(arguments + ["--checkpoints", "\(root)/runs"], out: out, err: err)
        let (status, seconds) = await withCheckedContinuation { done in
            Thread.detachNewThread { done.resume(returning: Program.wait(for: process, signal)) }
        }
        let text = { (path: String) in
            String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        }
        let number = status & 0x7F
        return Ending(
            status: number == 0 ? status >> 8 & 0xFF : nil, signal: number == 0 ? nil : number, output: text(out),
            error: text(err), seconds: seconds)
    }

    private static func wait(for process: pid_t, _ signal: (number: Int32, after: Double)?) -> (Int32, Double) {
        let began = ContinuousClock.now
        var (status, sent): (Int32, Bool) = (0, false)
        while waitpid(process, &status, WNOHANG) != process {
            let elapsed = (ContinuousClock.now - began) / .seconds(1)
            if let signal, !sent, elapsed >= signal.after {
                kill(process, signal.number)
                sent = true
            }
            if elapsed > 300 { kill(process, SIGKILL) }  // a guard against hangs
            usleep(signal == nil || sent ? 5000 : 1000)
        }
        return (status, (ContinuousClock.now - began) / .seconds(1))
    }

    private func spawn(_ arguments: [String], out: String, err: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (descriptor, path) in [(Int32(1), out), (2, err)] {
            posix_spawn_file_actions_addopen(&actions, descriptor, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        var argv: [UnsafeMutablePointer<CChar>?] = ([Self.path] + arguments).map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var process = pid_t()
        let code = posix_spawn(&process, Self.path, &actions, nil, &argv, environ)
        try #require(code == 0, "posix_spawn: \(String(cString: strerror(code)))")
        return process
    }

    /// The digest and head of a run as `show --json` and the store tell them.
    func digest(_ run: String) async throws -> String? {
        struct Shown: Decodable {
            let digest: String?
        }
        let shown = try await self.run(["show", run, "--json"])
        return try JSONDecoder().decode(Shown.self, from: Data(shown.output.utf8)).digest
    }
}
