import Foundation
import Searches

/// The two streams: answers on standard output, everything else on standard error.
enum Output {
    static func line(_ text: String) { write(text + "\n", to: .standardOutput) }
    static func error(_ text: String) { write(text + "\n", to: .standardError) }

    /// One document and nothing else.
    static func json(_ value: some Encodable) { line(JSON.text(value)) }

    /// A closed pipe or a full disk behind a stream must not stop a run.
    static func write(_ text: String, to handle: FileHandle) { try? handle.write(contentsOf: Data(text.utf8)) }

    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
