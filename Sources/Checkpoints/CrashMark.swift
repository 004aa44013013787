import Foundations
import FoundationEssentials
import Glibc

extension RunFolder {
    /// Where a fatal signal leaves its mark: `POINT SEQ pid=N signal=N at=NANOSECONDS`. SIGKILL and a lack of memory leave none.
    package var crashMark: String { path + "/run.crash" }
}

extension CheckpointStore {
    /// Counts the crash whose mark lies in the run's folder, durably, and removes the mark; done twice it counts once.
    /// - Returns: what crashed; nil where no session has since the last call.
    package func countCrash() throws -> Attempt? {
        requireWriting()
        let path = folder.crashMark
        guard Files.isFile(path), let bytes = try? Files.read(path, limit: 4096) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 5, let seq = Int(words[1]), seq >= 0, let number = Int32(words[3].dropFirst(7)),
            let time = UInt64(words[4].dropFirst(3))
        else {
            unlink(path)
            return nil
        }
        let point = String(words[0].prefix(40))
        // The time tells crashes apart: in a container every process may have the same number.
        let date = Date(timeIntervalSince1970: Double(time / 1000) / 1e6)
        let problem =
            "\(Self.name(ofSignal: number)) in process \(words[2].dropFirst(4)), "
            + date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let known = try attempts().first { $0.point == point && $0.seq == seq }
        if let known, known.problem == problem {
            unlink(path)
            return known
        }
        // Only then: a full disk must not lose the count.
        let count = try noteFailure(at: point, seq: seq, problem: problem)
        unlink(path)
        return Attempt(point: point, seq: seq, count: count, problem: problem)
    }

    private static func name(ofSignal number: Int32) -> String {
        switch number {
        case SIGILL: "SIGILL"
        case SIGTRAP: "SIGTRAP"
        case SIGSEGV: "SIGSEGV"
        case SIGBUS: "SIGBUS"
        case SIGABRT: "SIGABRT"
        default: "signal \(number)"
        }
    }
}
