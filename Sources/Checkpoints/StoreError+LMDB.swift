import Foundations
import Glibc

/// Throws what LMDB's return value says, unless it is 0.
func check(_ code: Int32, _ operation: String, _ subject: @autoclosure () -> String) throws {
    if code != 0 { throw StoreError(lmdb: code, cannot: operation, subject()) }
}

extension StoreError {
    /// A refusal by LMDB (negative codes) or by the system beneath it (errno).
    init(lmdb code: Int32, cannot operation: String, _ subject: String) {
        let kind: Kind =
            switch code {
            case LMDB.corrupted, LMDB.pageNotFound, LMDB.invalid, LMDB.incompatible, ENOENT: .corrupt
            case LMDB.versionMismatch: .version
            case LMDB.panic, LMDB.mapFull, LMDB.mapResized, LMDB.readersFull, 1...: .storage
            default: .internal
            }
        self.init(
            kind, cannot: operation, subject, because: LMDB.text(code), code: code,
            isFull: Self.meansFull(code))
    }
}
