internal import Glibc

/// A regular file open for reading. Bytes are copied with `pread`, so a file that shrinks gives an error, not a signal.
///
/// Opening never waits: a fifo, device or folder is refused. Files above ``limit`` are refused, so a sparse file cannot
/// exhaust memory.
package struct DataFile: ~Copyable {
    /// 4 GiB: more than twice the largest set the readers know.
    package static let limit = 1 << 32

    package let path: String
    /// Bytes, as they were when the file was opened.
    package let size: Int
    private let descriptor: Int32

    /// - Throws: ``DatasetError`` where the path is missing, not readable, not a regular file or too large.
    package init(path: String, hint: String = "") throws(DatasetError) {
        guard !path.utf8.contains(0) else { throw DatasetError("(path)", "holds a NUL character") }
        let opened = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard opened >= 0 else { throw DatasetError(path, openingProblem(errno), hint: hint) }
        var status = stat()
        guard fstat(opened, &status) == 0 else {
            let problem = openingProblem(errno)
            close(opened)
            throw DatasetError(path, problem)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(opened)
            throw DatasetError(path, "expected a regular file, found \(kind(of: status.st_mode))", hint: hint)
        }
        guard status.st_size <= Self.limit else {
            close(opened)
            throw DatasetError(path, "holds \(status.st_size) bytes, expected at most \(Self.limit)")
        }
        self.path = path
        size = Int(status.st_size)
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// The bytes of `range`, which lies inside the file's size.
    /// - Throws: ``DatasetError`` on a read error, or where the file has become shorter.
    package func bytes(_ range: Range<Int>) throws(DatasetError) -> [UInt8] {
        var done = 0
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            while done < range.count {
                let got = pread(descriptor, buffer.baseAddress! + done, range.count - done, range.lowerBound + done)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                done += got
            }
            count = done
        }
        guard failure == 0 else { throw DatasetError(path, "cannot be read: \(errorText(failure))") }
        guard done == range.count else {
            throw DatasetError(
                path, "ends at byte \(range.lowerBound + done), expected \(size) bytes as when it was opened",
                hint: "another program is changing the file; wait until it is done")
        }
        return bytes
    }

    package func bytes() throws(DatasetError) -> [UInt8] { try bytes(0..<size) }
}

/// The system's words for an error number, such as "No space left on device".
func errorText(_ number: Int32) -> String { String(cString: strerror(number)) }

private func openingProblem(_ number: Int32) -> String {
    switch number {
    case ENOENT, ENOTDIR: "no such file"
    case EACCES, EPERM: "no permission to read"
    case ELOOP: "too many levels of symbolic links"
    case ENXIO: "expected a regular file, found a socket or device"
    default: "cannot be opened: \(errorText(number))"
    }
}

private func kind(of mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "a folder"
    case S_IFIFO: "a fifo"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
}
