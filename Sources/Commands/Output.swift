import Foundation
import Foundations
import Reports
import Searches

/// The two streams: answers on standard output, everything else on standard error.
///
/// Text is escaped here and nowhere else needs to be: whatever a file, a program or a user has named, no control character
/// and no mark of direction reaches a terminal. JSON is exact.
enum Output {
    static func line(_ text: String) throws { try write(text + "\n") }

    /// One document and nothing else.
    static func json(_ value: some Encodable) throws { try write(Array((JSON.text(value) + "\n").utf8)[...]) }

    static func write(_ text: String) throws { try write(Array(plainLines(text).utf8)[...]) }

    /// As they are: JSON, and what a child process has answered.
    ///
    /// - Throws: ``ReaderGone`` behind a closed pipe; a complaint with exit status 11 on a full disk and the like.
    static func write(_ bytes: ArraySlice<UInt8>) throws {
        let failure = put(bytes, STDOUT_FILENO)
        if failure == EPIPE { throw ReaderGone() }
        if failure != 0 { throw AnswerLost(cause: String(cString: strerror(failure))) }
    }

    /// One line of at most 4,000 characters, whatever it quotes. What is lost on standard error must not stop a run.
    static func error(_ text: String) {
        let line = plainText(text)
        draw((line.count > 4000 ? line.prefix(3997) + "..." : line) + "\n")
    }

    /// As it is, for what moves the cursor on purpose.
    static func draw(_ text: String) { _ = put(Array(text.utf8)[...], STDERR_FILENO) }

    /// Gives streams that were closed before the start a place to go, so that no file of a run is opened in theirs and has
    /// messages written into it. What is answered to a closed standard output is still noticed as lost.
    static func reserveStreams() {
        for (file, mode) in [(STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY)]
        where fcntl(file, F_GETFD) == -1 {
            // The lowest free number is given, and those below are taken.
            _ = open("/dev/null", mode)
        }
    }

    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// - Returns: the system's error number, 0 where everything was written.
    private static func put(_ bytes: ArraySlice<UInt8>, _ file: Int32) -> Int32 {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return errno }
            rest = rest.dropFirst(count)
        }
        return 0
    }
}

/// Whoever read the answer has seen enough (`espalier runs | head`): nothing went wrong.
struct ReaderGone: Error {}

private struct AnswerLost: Complaint {
    let cause: String
    var exitCode: Foundations.ExitCode { .storage }
    var message: String { "standard output: cannot be written: \(cause)" }
    var hint: String { "only the answer is lost; what the command did is kept" }
}

/// A number, or `null` where it is not finite.
struct Finite: Encodable {
    let value: Double

    func encode(to encoder: any Encoder) throws {
        var box = encoder.singleValueContainer()
        if value.isFinite { try box.encode(value) } else { try box.encodeNil() }
    }
}
