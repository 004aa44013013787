internal import Glibc

/// The folder files are fetched into, held by one process at a time.
final class FetchFolder {
    let path: String
    private let lock: Int32

    /// Makes the folder and those above it that are missing, and takes its lock: a file that goes away with it.
    ///
    /// - Throws: ``DatasetError``: status 7 where another process fetches into it, 11 where it cannot be made or written.
    init(_ path: String) throws(DatasetError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw DatasetError("--out", "expected the path of a folder, found none", exitCode: .usage)
        }
        self.path = path
        try Self.make(path)
        lock = try Self.acquire(join(path, ".fetch.lock"), of: path)
    }

    deinit {
        // While it is still held: whoever waits at the old file sees that it has gone.
        unlink(self[".fetch.lock"])
        close(lock)
    }

    subscript(name: String) -> String { join(path, name) }

    private static func make(_ path: String) throws(DatasetError) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw DatasetError(path, "expected a folder, found a file", hint: "give another --out")
            }
            return
        }
        var pieces = path.split(separator: "/")
        pieces.removeLast(pieces.isEmpty ? 0 : 1)
        if !pieces.isEmpty { try make((path.hasPrefix("/") ? "/" : "") + pieces.joined(separator: "/")) }
        try makeFolder(path)
    }

    private static func acquire(_ path: String, of folder: String) throws(DatasetError) -> Int32 {
        while true {
            let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
            guard file >= 0 else {
                throw DatasetError(folder, "cannot be written: \(errorText(errno))", exitCode: .storage)
            }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                let code = errno
                close(file)
                guard code == EWOULDBLOCK else {
                    throw DatasetError(path, "cannot be locked: \(errorText(code))", exitCode: .storage)
                }
                throw DatasetError(
                    folder, "another process is fetching into it", hint: "wait for it, or give another --out",
                    exitCode: .locked)
            }
            // The holder before us may have removed it in between.
            var (ours, there) = (stat(), stat())
            if fstat(file, &ours) == 0, stat(path, &there) == 0, ours.st_ino == there.st_ino { return file }
            close(file)
        }
    }

    /// Returns once the folder's names are on the disk.
    func sync() throws(DatasetError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0, fsync(file) == 0 else {
            let code = errno
            if file >= 0 { close(file) }
            throw DatasetError(path, "cannot be written: \(errorText(code))", exitCode: .storage)
        }
        close(file)
    }

    /// - Throws: ``DatasetError`` (status 11) where fewer bytes are free than wanted.
    func expectRoom(_ bytes: Int) throws(DatasetError) {
        var status = statvfs()
        // A file system that does not say is tried.
        guard statvfs(path, &status) == 0, status.f_blocks > 0 else { return }
        let free = Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).0)
        guard free < bytes else { return }
        func megabytes(_ count: Int) -> String { "\((count + 999_999) / 1_000_000) MB" }
        throw DatasetError(
            path, "has room for \(megabytes(free)), the archives and the files take \(megabytes(bytes))",
            hint: "make room, or give another --out", exitCode: .storage)
    }
}

/// Whether the path names anything, be it a link that leads nowhere.
func isTaken(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
}
