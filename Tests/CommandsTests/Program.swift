import Foundation
import Testing

/// Everything in this room starts the built program, so one test after the other.
@Suite(.serialized) struct CommandLineTests {}

/// The built program, run as a child in a folder of its own.
struct Program {
    struct Result {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Beside the test bundle.
    static let folder: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = (bundle as NSString).deletingLastPathComponent
        if FileManager.default.isExecutableFile(atPath: beside + "/espalier") { return beside }
        return repository + "/.build/release"
    }()

    /// The root of the sources.
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        .path.trimmingSuffix("/")

    /// - Parameter environment: added to one that depends on nobody's terminal or settings.
    static func start(
        _ arguments: [String], program: String = folder + "/espalier", in place: String,
        environment: [String: String] = [:], output: FileHandle, errors: FileHandle
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: place)
        let inherited = ProcessInfo.processInfo.environment.filter {
            !["COLUMNS", "ESPALIER_KERNELS", "ESPALIER_PASSES", "ESPALIER_WRITE_GOLDEN"].contains($0.key)
        }
        let path = folder + ":" + (inherited["PATH"] ?? "/usr/bin:/bin")
        process.environment = inherited.merging(environment) { $1 }.merging(["PATH": path]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        return process
    }

    static func run(
        _ arguments: [String], program: String = folder + "/espalier", in scratch: Scratch,
        environment: [String: String] = [:]
    ) throws -> Result {
        let (output, errors) = (try scratch.stream("stdout"), try scratch.stream("stderr"))
        let process = try start(
            arguments, program: program, in: scratch.folder, environment: environment, output: output, errors: errors)
        process.waitUntilExit()
        let status = process.terminationStatus
        return Result(
            status: process.terminationReason == .exit ? status : 128 + status,
            output: try scratch.text("stdout"), errors: try scratch.text("stderr"))
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}

/// An empty folder to work in, and one beside it for the streams; both go away with the test.
final class Scratch {
    let folder: String
    private let streams: String

    init() throws {
        let base = FileManager.default.temporaryDirectory.path + "/espalier-cli-\(UUID().uuidString)"
        folder = base + "/work"
        streams = base + "/streams"
        for path in [folder, streams] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: (folder as NSString).deletingLastPathComponent) }

    func stream(_ name: String) throws -> FileHandle {
        _ = FileManager.default.createFile(atPath: streams + "/" + name, contents: nil)
        return try FileHandle(forWritingTo: URL(filePath: streams + "/" + name))
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: streams + "/" + name, encoding: .utf8) }

    func read(_ name: String) throws -> String { try String(contentsOfFile: folder + "/" + name, encoding: .utf8) }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
    }

    /// A whole search in a fraction of a second, `extra` added.
    func recipe(_ name: String = "micro.yaml", extra: String = "") throws {
        try write(
            """
            schema: espalier.recipe/1
            space: {use: deeper-insights, cells: 1}
            data:
              set: synthetic
              hold-out: {rank: 16, pick: 16}
              synthetic: {side: 8, distance: 4, jitter: 0, train: 160, test: 32}
            train:
              batch: 16
              budget: {steps: 80}
            score: {window: 1}
            rounds: [{at: 0.5}]
            policy: {use: keep-fraction, keep: 0.5}
            \(extra)
            """, to: name)
    }

    /// A finished run.
    func search(_ name: String = "demo", _ more: String...) throws {
        try recipe()
        let result = try Program.run(["search", "--recipe", "micro.yaml", "--run", name] + more, in: self)
        try #require(result.status == 0, "\(result.errors)")
    }
}
