import Foundations
import Glibc

/// What went wrong with a run's folder or store: the operation, the path or record, and the cause.
package struct StoreError: Complaint, Equatable {
    package enum Kind: Sendable {
        /// A bad name, a run that exists or does not, a file system that cannot hold a store: exit 2.
        case usage
        /// Damaged, empty, rolled back, or not the store of this run: exit 5.
        case corrupt
        /// Written by a newer program: exit 6.
        case version
        /// Another writer, or a second opening in this process: exit 7.
        case locked
        /// No space, no permission, an I/O error: exit 11.
        case storage
        /// A mistake of ours: exit 1.
        case `internal`
    }

    package let kind: Kind
    /// A verb: "open", "commit to".
    package let operation: String
    /// The path, followed by the table and key where one record is concerned.
    package let subject: String
    package let cause: String
    /// LMDB's or the system's error number, where one of them refused.
    package let code: Int32?
    package let hint: String
    /// Room ran out: of the disk, of a quota or of the limit of file sizes. Nothing was changed, and the same call may
    /// be made again once there is room.
    package let isFull: Bool

    init(
        _ kind: Kind, cannot operation: String, _ subject: String, because cause: String, code: Int32? = nil,
        hint: String = "", isFull: Bool = false
    ) {
        self.kind = kind
        self.operation = operation
        self.subject = subject
        self.cause = cause
        self.code = code
        self.hint = hint
        self.isFull = isFull
    }

    /// Whether an errno says that room ran out.
    static func meansFull(_ code: Int32) -> Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }

    package var message: String { "cannot \(operation) \(subject): \(cause)" }

    package var exitCode: ExitCode {
        switch kind {
        case .usage: .usage
        case .corrupt: .corrupt
        case .version: .version
        case .locked: .locked
        case .storage: .storage
        case .internal: .internal
        }
    }
}

/// The text in double quotes, everything outside printable ASCII written as an escape, at most 80 characters long.
func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.prefix(80).map { $0.escaped(asASCII: true) }.joined()
    return "\"\(escaped)\(text.unicodeScalars.count > 80 ? "..." : "")\""
}
