internal import Foundations
internal import Glibc

/// A file that grows at its end, up to a size that is known.
///
/// A path that is a link, a fifo or anything but a regular file is refused.
final class PartFile {
    let path: String
    /// Bytes in the file.
    private(set) var size: Int
    private let limit: Int
    private let descriptor: Int32

    /// More bytes came than the file may hold; those that fit are in it.
    struct Overflow: Error {}

    /// - Throws: ``DatasetError`` (status 11) where it cannot be opened or made.
    init(_ path: String, limit: Int) throws(DatasetError) {
        let opened = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
        guard opened >= 0 else {
            throw DatasetError(path, "cannot be written: \(errorText(errno))", exitCode: .storage)
        }
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(opened)
            throw DatasetError(
                path, "expected a regular file, found something else", hint: "remove it", exitCode: .storage)
        }
        self.path = path
        self.limit = limit
        size = Int(status.st_size)
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// - Throws: ``DatasetError`` (status 11) on a full disk; ``Overflow``.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        let fits = min(bytes.count, limit - size)
        var done = 0
        while done < fits {
            let put = write(descriptor, bytes.baseAddress! + done, fits - done)
            if put < 0 && errno == EINTR { continue }
            guard put > 0 else {
                throw DatasetError(
                    path, "cannot be written after \(size) bytes: \(errorText(put < 0 ? errno : ENOSPC))",
                    hint: "make room; the next fetch goes on from there", exitCode: .storage)
            }
            done += put
            size += put
        }
        if fits < bytes.count { throw Overflow() }
    }

    /// Its first bytes, at most `count`.
    func beginning(_ count: Int) throws(DatasetError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = pread(descriptor, &bytes, count, 0)
        guard got >= 0 else { throw DatasetError(path, "cannot be read: \(errorText(errno))", exitCode: .storage) }
        return Array(bytes.prefix(got))
    }

    /// Begins anew.
    func empty() throws(DatasetError) {
        guard ftruncate(descriptor, 0) == 0 else {
            throw DatasetError(path, "cannot be emptied: \(errorText(errno))", exitCode: .storage)
        }
        size = 0
    }

    /// Returns once everything is on the disk.
    func sync() throws(DatasetError) {
        guard fsync(descriptor) == 0 else {
            throw DatasetError(path, "cannot be written: \(errorText(errno))", exitCode: .storage)
        }
    }

    /// From its first byte, as it is read back.
    func digest() throws(DatasetError) -> Digest { try DataFile(path: path).digest() }
}

extension DataFile {
    /// The SHA-256 of the whole file.
    func digest() throws(DatasetError) -> Digest {
        var hash = SHA256()
        var start = 0
        while start < size {
            let end = min(start + (1 << 20), size)
            hash.update(try bytes(start..<end))
            start = end
        }
        return hash.finalize()
    }
}
