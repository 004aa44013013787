import Foundation
import Testing

/// `Fixtures/server.py`: serves the files of a folder; it leaves when this does, whatever happens to the test.
final class FetchServer {
    private let process = Process()
    private let input = Pipe()
    private let log: String
    let port: Int

    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures").path

    init(serving folder: String) throws {
        log = folder + "/log"
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", Self.fixtures + "/server.py", folder]
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .newlines)))
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// An address under which the server behaves in one of its ways.
    func mirror(_ way: String) -> String { "http://127.0.0.1:\(port)/\(way)" }

    /// What it was asked for: path and range.
    var requests: [String] {
        ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }
}

/// Runs a program of the system's, which must end well.
func system(_ words: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(words)")
}
