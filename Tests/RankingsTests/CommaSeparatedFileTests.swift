import Foundation
import Foundations
import Rankings
import Testing

/// Tables as files: what may lie there, how large it may be, and which bytes.
@Suite(.timeLimit(.minutes(1))) struct CommaSeparatedFileTests {
    private func message(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch let error as any Complaint {
            return error.exitCode == .usage ? error.message : "exit \(error.exitCode)"
        } catch {
            return "another error: \(error)"
        }
    }

    @Test func onlyRegularFilesOfText() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/tables-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = folder + "/t.csv"
        func problem() -> String? { message { _ = try CommaSeparatedFile.text(path) } }
        #expect(problem() == path + ": no such file")
        #expect(mkfifo(path, 0o600) == 0)
        #expect(problem() == path + ": expected a regular file, found a fifo")
        unlink(path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
        #expect(problem() == path + ": expected a regular file, found a device")
        unlink(path)
        for (bytes, words) in [
            ([0x61, 0xC3, 0x28], "not UTF-8 text"), ([0xFF, 0xFE, 0x61, 0], "the file is UTF-16, expected UTF-8"),
        ] as [([UInt8], String)] {
            try Data(bytes).write(to: URL(filePath: path))
            #expect(problem() == "\(path): \(words)")
        }
        // A gigabyte that takes no room on the disk.
        #expect(truncate(path, 1 << 30) == 0)
        #expect(problem() == path + ": the file is larger than 16 MiB")
        #expect(truncate(path, CommaSeparatedFile.byteLimit) == 0)
        #expect(message { _ = try TruthTable(csv: CommaSeparatedFile.text(path), path: "t") } != nil)
    }

    @Test func oddBytes() throws {
        func problem(_ text: String) -> String? { message { _ = try TruthTable(csv: text, path: "t") } }
        #expect(problem("\u{FEFF}label,gt_mean\r\na,1\r\n\r\n") == nil)
        #expect(problem("label,gt_mean\na,1\0\n") == "t:2: a control character (byte 0)")
        #expect(problem("label,gt_mean\na\u{1B}[2J,1\n") == "t:2: a control character (byte 27)")
        #expect(problem("label,gt_mean\n'a',1\n") == nil)
        #expect(problem("label,gt_mean\n\"a\",1\n") == "t:2: found a quote")
        #expect(
            problem("label,gt_mean\ra,1\r") == "t:1: expected a column gt_mean, found \"label\", \"gt_mean\\ra\", \"1\""
        )
    }

    @Test func limitsAreExact() throws {
        func times(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
        func scores(_ text: String) -> String? { message { _ = try ScoreTable(csv: text, path: "s") } }
        let lines = CommaSeparatedFile.lineLimit
        #expect(scores("a\n" + times("1\n", lines - 1)) == nil)
        #expect(scores("a\n" + times("1\n", lines + 1)) == "s:1000003: more than 1000001 lines")
        let fields = CommaSeparatedFile.fieldLimit
        let header = (0..<fields).map { "c\($0)" }.joined(separator: ",")
        #expect(scores(header + "\n1" + times(",1", fields - 1) + "\n") == nil)
        #expect(scores(header + ",x\n") == "s:1: more than 100001 fields")
        #expect(scores(times("x", CommaSeparatedFile.byteLimit + 1)) == "s: the file is larger than 16 MiB")
    }
}
