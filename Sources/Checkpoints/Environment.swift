import CLMDB
import Foundations
import Glibc
import Synchronization

/// The only door to LMDB: an open environment, and transactions as closures.
///
///     let head = try environment.read("read") { transaction in try transaction.get(.meta, Array("head".utf8)) }
///
/// Flags are LMDB's durable defaults plus `MDB_NOTLS`: a write that has returned survives a power cut. A write excludes
/// every other transaction of this process, so the map can grow under it; readers of other processes are never blocked.
/// Nothing a closure is given may outlive it. Transactions do not nest.
final class Environment: @unchecked Sendable {
    enum Mode {
        case writing
        case reading
        /// For folders this process may not write to; the caller keeps writers out.
        case readingWithoutLocks
    }

    static let defaultMapBytes = 64 << 30
    static let mapFull = MDB_MAP_FULL

    /// Files open in this process: LMDB does not notice a second opening, which would drop the locks of the first.
    private static let opened = Mutex<Set<FileIdentity>>([])

    let folder: String
    private let mode: Mode
    private let identity: FileIdentity
    /// The open folder: were it removed meanwhile, its inode would not be given to another one.
    private var handle: Int32
    private let gate: UnsafeMutablePointer<pthread_rwlock_t>
    private(set) var environment: OpaquePointer?
    private var tables = [MDB_dbi](repeating: 0, count: Table.allCases.count + 1)
    /// After a failed growth LMDB's next transaction would crash.
    private var isBroken = false

    /// - Parameters:
    ///   - folder: exists; holds `data.mdb` unless `creating`.
    ///   - mapBytes: how far the file may grow before the map must; address space, not memory.
    /// - Throws: exit 5 for a damaged file, 6 for one of another LMDB, 7 where this process has it open, 11 else.
    init(_ folder: String, _ mode: Mode, creating: Bool = false, mapBytes: Int = defaultMapBytes) throws {
        let identity = try FileIdentity(folder)
        handle = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw StoreError.system(cannot: "open", folder) }
        guard Self.opened.withLock({ $0.insert(identity).inserted }) else {
            Glibc.close(handle)
            throw StoreError(.locked, cannot: "open", folder, because: "this process has it open already")
        }
        self.folder = folder
        self.mode = mode
        self.identity = identity
        gate = .allocate(capacity: 1)
        pthread_rwlock_init(gate, nil)
        do {
            if !creating { _ = try MetaPages.read(folder) }
            environment = try Self.open(folder, mode, mapBytes: mapBytes)
            if !creating { try checkPages() }
            try openTables(creating: creating)
        } catch {
            close()
            throw error
        }
    }

    deinit {
        close()
        pthread_rwlock_destroy(gate)
        gate.deallocate()
    }

    func close() {
        if let environment { mdb_env_close(environment) }
        environment = nil
        guard handle >= 0 else { return }
        Self.opened.withLock { _ = $0.remove(identity) }
        Glibc.close(handle)
        handle = -1
    }

    /// Opens with the largest map the system grants: halved on ENOMEM down to 1 GiB, or four times the file.
    private static func open(_ folder: String, _ mode: Mode, mapBytes: Int) throws -> OpaquePointer {
        var flags = UInt32(MDB_NOTLS)
        if mode != .writing { flags |= UInt32(MDB_RDONLY) }
        if mode == .readingWithoutLocks { flags |= UInt32(MDB_NOLOCK) }
        var size = mapBytes
        while true {
            var environment: OpaquePointer?
            try check(mdb_env_create(&environment), "open", folder)
            _ = mdb_env_set_maxdbs(environment, 16)
            _ = mdb_env_set_maxreaders(environment, 126)
            var code = mdb_env_set_mapsize(environment, size)
            if code == 0 { code = mdb_env_open(environment, folder, flags, 0o600) }
            if code == 0 { return environment! }
            mdb_env_close(environment)
            let smaller = size / 2
            if code != ENOMEM || smaller < max(1 << 30, 4 * Files.size(folder + "/data.mdb")) {
                throw StoreError(lmdb: code, cannot: "open", folder)
            }
            size = smaller
        }
    }

    /// Walks the pages of the transaction LMDB would read, before LMDB follows a single pointer in them.
    private func checkPages() throws {
        for _ in 0..<100 {
            let isDone = try transaction(MDB_RDONLY) { raw in
                try PageWalk.check(folder, transaction: UInt64(truncatingIfNeeded: mdb_txn_id(raw)))
            }
            if isDone { return }
        }
        throw StoreError(.corrupt, cannot: "open", folder + "/data.mdb", because: "its header names no transaction")
    }

    private func openTables(creating: Bool) throws {
        try transaction(mode == .writing ? 0 : MDB_RDONLY) { raw in
            for table in Table.allCases {
                let flags = creating ? UInt32(MDB_CREATE) : 0
                let code = mdb_dbi_open(raw, table.name, flags, &tables[Int(table.rawValue)])
                if code == MDB_NOTFOUND {
                    throw StoreError(
                        .corrupt, cannot: "open", folder,
                        because: "table \(table.name) is missing: the store is empty or not of this run")
                }
                try check(code, "open", "\(folder), table \(table.name)")
            }
        }
    }

    /// Runs the closure on a consistent snapshot. Cost: under a microsecond, plus the closure.
    func read<T>(_ operation: String, _ body: (ReadTransaction) throws -> T) throws -> T {
        while true {
            pthread_rwlock_rdlock(gate)
            do {
                defer { pthread_rwlock_unlock(gate) }
                return try transaction(MDB_RDONLY) { raw in
                    try body(ReadTransaction(raw: raw, tables: tables, operation: operation, place: folder))
                }
            } catch let error as StoreError where error.code == MDB_MAP_RESIZED {
                pthread_rwlock_wrlock(gate)
                defer { pthread_rwlock_unlock(gate) }
                try resize(to: 0)
            }
        }
    }

    /// Runs the closure in a write transaction and commits it; durable when this returns, undone when it throws.
    ///
    /// A full map is doubled and the closure run again from the start, so it must not change anything outside.
    /// - Throws: exit 11 where the disk is full or fails.
    func write<T>(_ operation: String, _ body: (WriteTransaction) throws -> T) throws -> T {
        pthread_rwlock_wrlock(gate)
        defer { pthread_rwlock_unlock(gate) }
        var dead: Int32 = 0
        _ = mdb_reader_check(environment, &dead)
        while true {
            do {
                return try transaction(0) { raw in
                    try body(
                        WriteTransaction(
                            reads: ReadTransaction(raw: raw, tables: tables, operation: operation, place: folder)))
                }
            } catch let error as StoreError where error.code == MDB_MAP_FULL {
                try resize(to: mapBytes * 2)
            }
        }
    }

    var mapBytes: Int {
        var info = MDB_envinfo()
        mdb_env_info(environment, &info)
        return info.me_mapsize
    }

    /// The flags the environment was opened with.
    var flags: UInt32 {
        var flags: UInt32 = 0
        mdb_env_get_flags(environment, &flags)
        return flags
    }

    /// - Parameter bytes: 0 takes the size another process has given the file. No transaction may be open.
    private func resize(to bytes: Int) throws {
        let code = mdb_env_set_mapsize(environment, bytes)
        if code != 0 {
            isBroken = true
            throw StoreError(lmdb: code, cannot: "grow the map of", folder)
        }
    }

    private func transaction<T>(_ flags: Int32, _ body: (OpaquePointer) throws -> T) throws -> T {
        guard let environment, !isBroken else {
            throw StoreError(.storage, cannot: "use", folder, because: "the store is closed")
        }
        var raw: OpaquePointer?
        try check(mdb_txn_begin(environment, nil, UInt32(flags), &raw), "begin a transaction on", folder)
        let result: T
        do {
            result = try body(raw!)
        } catch {
            mdb_txn_abort(raw)
            throw error
        }
        let code = mdb_txn_commit(raw)
        if code == ENOSPC || code == EIO || code == EDQUOT || code == EFBIG {
            let free = freeBytes().map { ", \($0 >> 20) MiB free" } ?? ""
            let cause = String(cString: mdb_strerror(code))
            throw StoreError(
                .storage, cannot: "commit to", folder, because: "\(cause) (file \(fileBytes >> 20) MiB\(free))",
                code: code, hint: "the last checkpoint is intact; make room, then resume")
        }
        try check(code, "commit to", folder)
        return result
    }

    var fileBytes: Int { Files.size(folder + "/data.mdb") }

    private func freeBytes() -> Int? {
        var status = statvfs()
        return statvfs(folder, &status) == 0 ? Int(status.f_bavail) * Int(status.f_frsize) : nil
    }
}

/// A consistent view. The bytes it hands out are valid inside the closure only, and not aligned.
struct ReadTransaction {
    fileprivate let raw: OpaquePointer
    fileprivate let tables: [MDB_dbi]
    let operation: String
    let place: String

    /// The raw value, nil where the key is absent.
    func get(_ table: Table, _ key: [UInt8]) throws -> UnsafeRawBufferPointer? {
        var value = MDB_val()
        let code = withValue(key) { mdb_get(raw, tables[Int(table.rawValue)], $0, &value) }
        if code == MDB_NOTFOUND { return nil }
        try check(code, operation, subject(table, key))
        return UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)
    }

    /// Calls the closure with key and raw value in the order of keys, beginning at `start`, until it says false.
    func each(
        _ table: Table, from start: [UInt8] = [],
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try withCursor(table) { cursor in
            var key = MDB_val(), value = MDB_val()
            var code =
                start.isEmpty
                ? mdb_cursor_get(cursor, &key, &value, MDB_FIRST)
                : withValue(start) { pointer in
                    key = pointer.pointee
                    return mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE)
                }
            while code == 0 {
                let isWanted = try body(
                    UnsafeRawBufferPointer(start: key.mv_data, count: key.mv_size),
                    UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size))
                if !isWanted { return }
                code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
            }
            if code != MDB_NOTFOUND { try check(code, operation, "\(place), table \(table.name)") }
        }
    }

    /// The greatest key, nil in an empty table.
    func lastKey(_ table: Table) throws -> [UInt8]? {
        try withCursor(table) { cursor in
            var key = MDB_val(), value = MDB_val()
            let code = mdb_cursor_get(cursor, &key, &value, MDB_LAST)
            if code == MDB_NOTFOUND { return nil }
            try check(code, operation, "\(place), table \(table.name)")
            return Array(UnsafeRawBufferPointer(start: key.mv_data, count: key.mv_size))
        }
    }

    private func withCursor<T>(_ table: Table, _ body: (OpaquePointer?) throws -> T) throws -> T {
        var cursor: OpaquePointer?
        try check(
            mdb_cursor_open(raw, tables[Int(table.rawValue)], &cursor), operation, "\(place), table \(table.name)")
        defer { mdb_cursor_close(cursor) }
        return try body(cursor)
    }

    /// Path, table and key, for messages.
    func subject(_ table: Table, _ key: some Collection<UInt8>) -> String {
        "\(place), \(table.name) \(table.describe(key))"
    }
}

/// A view that can change; see ``Environment/write(_:_:)``.
struct WriteTransaction {
    let reads: ReadTransaction

    /// Makes room for a value of `count` bytes and has the closure fill all of it. Replaces an earlier value.
    func reserve(
        _ table: Table, _ key: [UInt8], count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws {
        var value = MDB_val(mv_size: count, mv_data: nil)
        let code = withValue(key) { key in
            mdb_put(reads.raw, reads.tables[Int(table.rawValue)], key, &value, UInt32(MDB_RESERVE))
        }
        try check(code, reads.operation, reads.subject(table, key))
        try fill(UnsafeMutableRawBufferPointer(start: value.mv_data, count: count))
    }

    /// Whether there was something to remove.
    @discardableResult
    func remove(_ table: Table, _ key: [UInt8]) throws -> Bool {
        let code = withValue(key) { mdb_del(reads.raw, reads.tables[Int(table.rawValue)], $0, nil) }
        if code == MDB_NOTFOUND { return false }
        try check(code, reads.operation, reads.subject(table, key))
        return true
    }
}

private func withValue<T>(_ bytes: [UInt8], _ body: (UnsafeMutablePointer<MDB_val>) throws -> T) rethrows -> T {
    try bytes.withUnsafeBytes {
        var value = MDB_val(mv_size: $0.count, mv_data: UnsafeMutableRawPointer(mutating: $0.baseAddress))
        return try body(&value)
    }
}

private func check(_ code: Int32, _ operation: String, _ subject: @autoclosure () -> String) throws {
    if code != 0 { throw StoreError(lmdb: code, cannot: operation, subject()) }
}

extension StoreError {
    /// A refusal by LMDB (negative codes) or by the system beneath it (errno).
    fileprivate init(lmdb code: Int32, cannot operation: String, _ subject: String) {
        let kind: Kind =
            switch code {
            case MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_INVALID, MDB_INCOMPATIBLE, ENOENT: .corrupt
            case MDB_VERSION_MISMATCH: .version
            case MDB_PANIC, MDB_MAP_FULL, MDB_MAP_RESIZED, MDB_READERS_FULL, 1...: .storage
            default: .internal
            }
        self.init(kind, cannot: operation, subject, because: String(cString: mdb_strerror(code)), code: code)
    }
}
