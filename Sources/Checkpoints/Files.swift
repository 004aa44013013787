import Foundations
import FoundationEssentials
import Glibc

// The few file operations a run's folder needs, with errors that name the path.

extension StoreError {
    /// The failure of a system call, from `errno`.
    static func system(cannot operation: String, _ path: String, code: Int32 = errno) -> StoreError {
        StoreError(
            // A path that no file system could have is a wrong name, not a failing disk.
            code == ENAMETOOLONG || code == ELOOP ? .usage : .storage, cannot: operation, path,
            because: String(cString: strerror(code)), code: code,
            hint: [EACCES, EPERM, EROFS].contains(code) ? "--checkpoints must name a folder that you may write to" : "",
            isFull: meansFull(code))
    }
}

/// Device and inode: what a path stands for, whatever it is called.
struct FileIdentity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64

    init(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw StoreError.system(cannot: "open", path) }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}

enum Files {
    /// The type bits of what the path names, not following a link; nil where there is nothing.
    private static func type(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    static func exists(_ path: String) -> Bool { type(path) != nil }
    static func isFolder(_ path: String) -> Bool { type(path) == S_IFDIR }
    static func isFile(_ path: String) -> Bool { type(path) == S_IFREG }

    static func size(_ path: String) -> Int {
        var status = stat()
        return lstat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    static func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o700) == 0 else { throw StoreError.system(cannot: "create", path) }
    }

    /// Makes the folder and those above it that are missing, for good.
    static func makeFolders(_ path: String) throws {
        if path.isEmpty || isFolder(path) { return }
        let above = parentFolder(of: path)
        try makeFolders(above)
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw StoreError.system(cannot: "create", path) }
        // Otherwise a power cut could take the folder, and with it all that is synced inside.
        try sync(above)
    }

    /// Names in a folder, in byte order, without `.` and `..`; empty where the folder is missing.
    static func names(in path: String) throws -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw StoreError.system(cannot: "list", path)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// - Throws: also where the file holds more than `limit` bytes, or is no regular file.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { throw StoreError.system(cannot: "read", path) }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count <= limit {
            // Files of /proc come in pieces.
            let piece = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress! + count, $0.count - count) }
            guard piece >= 0 else { throw StoreError.system(cannot: "read", path) }
            if piece == 0 { break }
            count += piece
        }
        guard count <= limit else {
            throw StoreError(.corrupt, cannot: "read", path, because: "it holds more than \(limit) bytes")
        }
        return Array(bytes[..<count])
    }

    /// Replaces the file in one step that survives a power cut: temporary sibling, fsync, rename, fsync of the folder.
    static func replace(_ path: String, with bytes: [UInt8]) throws {
        let sibling = path + ".part"
        let file = open(sibling, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw StoreError.system(cannot: "write", sibling) }
        defer { close(file) }
        let count = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        guard count == bytes.count, fsync(file) == 0 else {
            let error = StoreError.system(
                cannot: "write", sibling, code: count >= 0 && count < bytes.count ? ENOSPC : errno)
            unlink(sibling)
            throw error
        }
        guard rename(sibling, path) == 0 else { throw StoreError.system(cannot: "replace", path) }
        try sync(parentFolder(of: path))
    }

    /// fsync of a file or folder.
    static func sync(_ path: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw StoreError.system(cannot: "sync", path) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw StoreError.system(cannot: "sync", path) }
    }

    /// Removes a folder and what is in it, as far as the system lets us. Links inside are removed, not followed.
    static func removeTree(_ path: String) {
        for name in (try? names(in: path)) ?? [] {
            let inner = path + "/" + name
            if isFolder(inner) { removeTree(inner) } else { unlink(inner) }
        }
        rmdir(path)
    }
}
