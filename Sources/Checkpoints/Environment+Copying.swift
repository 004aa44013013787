import Foundations
import Glibc

extension Environment {
    /// Writes a copy without free pages to a new file that only its owner may read, and waits until it is on disk.
    /// - Throws: exit 11 where the system refuses. What was written by then is left behind.
    func copyCompacted(to path: String) throws {
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw StoreError.system(cannot: "compact to", path) }
        defer { Glibc.close(file) }
        let code = try opened.copy(to: file, isCompacting: true)
        guard code == 0 else {
            let isDamage = [LMDB.corrupted, LMDB.pageNotFound, LMDB.incompatible].contains(code)
            throw StoreError(
                isDamage ? .corrupt : .storage, cannot: "compact to", path,
                because: LMDB.text(code), code: code)
        }
        guard fsync(file) == 0 else { throw StoreError.system(cannot: "sync", path) }
    }

    /// The bytes of the pages in use: what a copy without free pages takes.
    /// - Cost: one read of the free list.
    var liveBytes: Int {
        get throws {
            let newest = try MetaPages.read(folder).max { $0.transaction < $1.transaction }!
            let (code, transaction) = try opened.begin(isReading: true)
            guard let transaction else { throw StoreError.system(cannot: "read", folder, code: code) }
            defer { transaction.abort() }
            var free = 0
            guard let cursor = transaction.openCursor(LMDB.freePages).cursor else { return fileBytes }
            defer { cursor.close() }
            var step = cursor.first()
            while step.code == 0 {
                // Each list begins with its length.
                free += step.value.loadUnaligned(as: Int.self)
                step = cursor.next()
            }
            return max(0, Int(newest.lastPage) + 1 - free) * newest.pageBytes
        }
    }

    /// Runs the closure while no other process has the store open and none can open it.
    ///
    /// LMDB's openers hold a lock on the first byte of `lock.mdb`, as we do: it is made exclusive. Afterwards,
    /// and where it throws, this environment can only be closed.
    /// - Throws: exit 7 where another process reads the store.
    func excludingReaders(_ body: () throws -> Void) throws {
        let path = folder + "/lock.mdb"
        let file = Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw StoreError.system(cannot: "lock", path) }
        // Closing any descriptor of a file gives up all locks on it, those of the environment too.
        defer { Glibc.close(file) }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_len = 1
        guard fcntl(file, F_SETLK, &lock) == 0 else {
            let code = errno
            guard code == EAGAIN || code == EACCES else { throw StoreError.system(cannot: "lock", path, code: code) }
            throw StoreError(
                .locked, cannot: "compact", folder, because: "another process is reading it",
                hint: "wait for it to end, then try again")
        }
        try body()
    }
}
