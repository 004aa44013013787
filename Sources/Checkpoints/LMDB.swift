import CLMDB
import Glibc

/// The door to LMDB, the only file that imports it: its calls with Swift's types.
///
/// Every call gives LMDB's code back, 0 for success; what a code means is decided by who asked, see ``StoreError``. Bytes
/// that are handed out lie in the map: they are valid until the transaction ends or writes, and not aligned.
enum LMDB {
    static let notFound = MDB_NOTFOUND
    static let mapFull = MDB_MAP_FULL
    static let mapResized = MDB_MAP_RESIZED
    static let panic = MDB_PANIC
    static let readersFull = MDB_READERS_FULL
    static let corrupted = MDB_CORRUPTED
    static let pageNotFound = MDB_PAGE_NOTFOUND
    static let invalid = MDB_INVALID
    static let incompatible = MDB_INCOMPATIBLE
    static let versionMismatch = MDB_VERSION_MISMATCH

    /// Of an LMDB code or an errno.
    static func text(_ code: Int32) -> String { String(cString: mdb_strerror(code)) }

    /// The table of free pages: transaction -> count and numbers.
    static let freePages: UInt32 = 0
}

extension LMDB {
    /// An open environment. The flags are LMDB's durable defaults plus `MDB_NOTLS`.
    struct Environment {
        private let raw: OpaquePointer

        /// - Returns: the environment, or the code of the call that refused; everything is given back then.
        static func open(
            _ folder: String, isReading: Bool, isLocking: Bool, mapBytes: Int
        ) -> (code: Int32, environment: Environment?) {
            var flags = UInt32(MDB_NOTLS)
            if isReading { flags |= UInt32(MDB_RDONLY) }
            if !isLocking { flags |= UInt32(MDB_NOLOCK) }
            var raw: OpaquePointer?
            var code = mdb_env_create(&raw)
            guard code == 0, let raw else { return (code, nil) }
            _ = mdb_env_set_maxdbs(raw, 16)
            _ = mdb_env_set_maxreaders(raw, 126)
            code = mdb_env_set_mapsize(raw, mapBytes)
            if code == 0 { code = mdb_env_open(raw, folder, flags, 0o600) }
            guard code == 0 else {
                mdb_env_close(raw)
                return (code, nil)
            }
            // Of its files LMDB leaves this one open in programs that are started.
            var file: Int32 = -1
            if mdb_env_get_fd(raw, &file) == 0 { _ = fcntl(file, F_SETFD, FD_CLOEXEC) }
            return (0, Environment(raw: raw))
        }

        func close() { mdb_env_close(raw) }

        var pageBytes: Int {
            var stat = MDB_stat()
            mdb_env_stat(raw, &stat)
            return Int(stat.ms_psize)
        }

        var mapBytes: Int { info.me_mapsize }
        var lastPage: Int { info.me_last_pgno }

        private var info: MDB_envinfo {
            var info = MDB_envinfo()
            mdb_env_info(raw, &info)
            return info
        }

        var flags: UInt32 {
            var flags: UInt32 = 0
            mdb_env_get_flags(raw, &flags)
            return flags
        }

        /// - Parameter bytes: 0 takes the size another process has given the file.
        func setMapBytes(_ bytes: Int) -> Int32 { mdb_env_set_mapsize(raw, bytes) }

        /// Frees the places of readers whose process is gone.
        func clearDeadReaders() {
            var dead: Int32 = 0
            _ = mdb_reader_check(raw, &dead)
        }

        /// Writes a consistent copy to an open file.
        func copy(to file: Int32, isCompacting: Bool) -> Int32 {
            mdb_env_copyfd2(raw, file, isCompacting ? UInt32(MDB_CP_COMPACT) : 0)
        }

        func begin(isReading: Bool) -> (code: Int32, transaction: Transaction?) {
            var transaction: OpaquePointer?
            let code = mdb_txn_begin(raw, nil, isReading ? UInt32(MDB_RDONLY) : 0, &transaction)
            return (code, transaction.map(Transaction.init))
        }
    }

    /// To be ended once, by ``commit()`` or ``abort()``.
    struct Transaction {
        fileprivate let raw: OpaquePointer

        var id: Int { mdb_txn_id(raw) }
        func commit() -> Int32 { mdb_txn_commit(raw) }
        func abort() { mdb_txn_abort(raw) }

        func openTable(_ name: String, creating: Bool) -> (code: Int32, table: UInt32) {
            var table: UInt32 = 0
            let code = mdb_dbi_open(raw, name, creating ? UInt32(MDB_CREATE) : 0, &table)
            return (code, table)
        }

        func get(_ table: UInt32, _ key: [UInt8]) -> (code: Int32, value: UnsafeRawBufferPointer) {
            var value = MDB_val()
            let code = withValue(key) { mdb_get(raw, table, $0, &value) }
            return (code, value.bytes)
        }

        /// Room for a value of `count` bytes, to be filled at once.
        func reserve(
            _ table: UInt32, _ key: [UInt8], count: Int
        ) -> (code: Int32, value: UnsafeMutableRawBufferPointer) {
            var value = MDB_val(mv_size: count, mv_data: nil)
            let code = withValue(key) { mdb_put(raw, table, $0, &value, UInt32(MDB_RESERVE)) }
            return (code, UnsafeMutableRawBufferPointer(start: value.mv_data, count: count))
        }

        func delete(_ table: UInt32, _ key: [UInt8]) -> Int32 { withValue(key) { mdb_del(raw, table, $0, nil) } }

        func openCursor(_ table: UInt32) -> (code: Int32, cursor: Cursor?) {
            var cursor: OpaquePointer?
            let code = mdb_cursor_open(raw, table, &cursor)
            return (code, cursor.map(Cursor.init))
        }
    }

    /// A place among the keys of a table; to be closed once, before its transaction ends.
    struct Cursor {
        typealias Step = (code: Int32, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)

        fileprivate let raw: OpaquePointer

        func close() { mdb_cursor_close(raw) }
        func first() -> Step { move(MDB_FIRST) }
        func last() -> Step { move(MDB_LAST) }
        func next() -> Step { move(MDB_NEXT) }
        /// The first key that is not below `key`.
        func seek(_ key: [UInt8]) -> Step { withValue(key) { move(MDB_SET_RANGE, $0.pointee) } }

        private func move(_ operation: MDB_cursor_op, _ start: MDB_val = MDB_val()) -> Step {
            var key = start, value = MDB_val()
            let code = mdb_cursor_get(raw, &key, &value, operation)
            return (code, key.bytes, value.bytes)
        }
    }
}

extension MDB_val {
    fileprivate var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: mv_data, count: mv_size) }
}

private func withValue<T>(_ bytes: [UInt8], _ body: (UnsafeMutablePointer<MDB_val>) throws -> T) rethrows -> T {
    try bytes.withUnsafeBytes {
        var value = MDB_val(mv_size: $0.count, mv_data: UnsafeMutableRawPointer(mutating: $0.baseAddress))
        return try body(&value)
    }
}
