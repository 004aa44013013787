import Foundations
import Glibc
import Synchronization

/// An open environment of LMDB, and transactions as closures.
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

    /// Files open in this process: LMDB does not notice a second opening, which would drop the locks of the first.
    private static let opened = Mutex<Set<FileIdentity>>([])

    let folder: String
    private let mode: Mode
    private let identity: FileIdentity
    /// The open folder: were it removed meanwhile, its inode would not be given to another one.
    private var handle: Int32
    let gate: UnsafeMutablePointer<pthread_rwlock_t>
    private(set) var environment: LMDB.Environment?
    private(set) var tables = [UInt32](repeating: 0, count: Table.allCases.count + 1)
    private(set) var pageBytes = 4096
    /// What has gone wrong for good.
    var trouble: Trouble?

    /// - Parameters:
    ///   - folder: exists; holds `data.mdb` unless `creating`.
    ///   - mapBytes: how far the file may grow before the map must; address space, not memory.
    /// - Throws: exit 5 for a damaged file, 6 for one of another LMDB, 7 where this process has it open, 11 else.
    init(_ folder: String, _ mode: Mode, creating: Bool = false, mapBytes: Int = CheckpointStore.defaultMapBytes) throws
    {
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
            try load(creating: creating, mapBytes: mapBytes)
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

    /// Whether the path still names the folder that was opened.
    func isAt(_ path: String) -> Bool { (try? FileIdentity(path)) == identity }

    func close() {
        environment?.close()
        environment = nil
        guard handle >= 0 else { return }
        Self.opened.withLock { _ = $0.remove(identity) }
        Glibc.close(handle)
        handle = -1
    }

    private func load(creating: Bool, mapBytes: Int) throws {
        if !creating { _ = try MetaPages.read(folder) }
        let opened = try Self.open(folder, mode, mapBytes: mapBytes)
        (environment, pageBytes) = (opened, opened.pageBytes)
        if !creating { try checkPages() }
        // LMDB has no lock file, and so no list of readers, without locks.
        if mode != .readingWithoutLocks { clearDeadReaders() }
        try openTables(creating: creating)
    }

    /// Forgets LMDB's view of the file and takes a new one, with all the checks of the first. No transaction may be
    /// open.
    func reopen() throws {
        let mapBytes = mapBytes
        environment?.close()
        environment = nil
        try load(creating: false, mapBytes: mapBytes)
    }

    /// Opens with the largest map the system grants: halved on ENOMEM down to 1 GiB, or four times the file.
    private static func open(_ folder: String, _ mode: Mode, mapBytes: Int) throws -> LMDB.Environment {
        var size = mapBytes
        while true {
            let (code, environment) = LMDB.Environment.open(
                folder, isReading: mode != .writing, isLocking: mode != .readingWithoutLocks, mapBytes: size)
            if let environment { return environment }
            let smaller = size / 2
            if code != ENOMEM || smaller < max(1 << 30, 4 * Files.size(folder + "/data.mdb")) {
                let error = StoreError(lmdb: code, cannot: "open", folder)
                let hint = "at least 1 GiB of addresses is needed: raise `ulimit -v`, or the job's limit of memory"
                throw code == ENOMEM ? error.hinting(hint) : error
            }
            size = smaller
        }
    }

    /// Walks the pages of the transaction LMDB would read, before LMDB follows a single pointer in them.
    private func checkPages() throws {
        for _ in 0..<100 {
            let isDone = try transaction(isReading: true) { transaction in
                try PageWalk.check(folder, transaction: UInt64(truncatingIfNeeded: transaction.id))
            }
            if isDone { return }
        }
        throw StoreError(.corrupt, cannot: "open", folder + "/data.mdb", because: "its header names no transaction")
    }

    private func openTables(creating: Bool) throws {
        try transaction(isReading: mode != .writing) { transaction in
            for table in Table.allCases {
                let (code, handle) = transaction.openTable(table.name, creating: creating)
                if code == LMDB.notFound {
                    throw StoreError(
                        .corrupt, cannot: "open", folder,
                        because: "table \(table.name) is missing: the store is empty or not of this run")
                }
                try check(code, "open", "\(folder), table \(table.name)")
                tables[Int(table.rawValue)] = handle
            }
        }
    }
}
