import CLMDB
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
            case MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_INVALID, MDB_INCOMPATIBLE, ENOENT: .corrupt
            case MDB_VERSION_MISMATCH: .version
            case MDB_PANIC, MDB_MAP_FULL, MDB_MAP_RESIZED, MDB_READERS_FULL, 1...: .storage
            default: .internal
            }
        self.init(
            kind, cannot: operation, subject, because: String(cString: mdb_strerror(code)), code: code,
            isFull: Self.meansFull(code))
    }
}
