import Glibc

/// Opens a file for reading without ever waiting for it: a fifo, a socket, a device or a folder is refused, so no input
/// can hang the program. Links are followed; a circle of them is refused.
package enum RegularFile {
    /// Why a file cannot be used, in the words of the end of a message: `no such file`.
    package struct Problem: Error, Hashable, Sendable {
        package let text: String

        package init(_ text: String) { self.text = text }
    }

    /// - Returns: a descriptor, which the caller closes, and the file's size in bytes.
    package static func open(_ path: String) throws(Problem) -> (descriptor: Int32, size: Int) {
        guard !path.isEmpty else { throw Problem("expected the path of a file, found none") }
        guard !path.utf8.contains(0) else { throw Problem("the path holds a NUL character") }
        let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw Problem(openingProblem(errno)) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let problem = openingProblem(errno)
            close(descriptor)
            throw Problem(problem)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw Problem("expected a regular file, found \(kind(of: status.st_mode))")
        }
        return (descriptor, Int(status.st_size))
    }

    /// The whole file, if it holds at most `limit` bytes; at most one byte more is read. Files of `/proc`, which claim to
    /// be empty, are read too.
    package static func read(_ path: String, limit: Int) throws(Problem) -> [UInt8] {
        let (descriptor, size) = try open(path)
        defer { close(descriptor) }
        guard size <= limit else { throw tooLarge(limit) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &piece, min(piece.count, limit + 1 - bytes.count))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Problem("cannot be read: \(String(cString: strerror(errno)))") }
            if count == 0 { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= limit else { throw tooLarge(limit) }
        }
    }

    private static func tooLarge(_ limit: Int) -> Problem {
        Problem("the file is larger than \(limit % (1 << 20) == 0 ? "\(limit >> 20) MiB" : "\(limit) bytes")")
    }

    private static func openingProblem(_ number: Int32) -> String {
        switch number {
        case ENOENT, ENOTDIR: "no such file"
        case EACCES, EPERM: "no permission to read"
        case ELOOP: "too many levels of symbolic links"
        case ENAMETOOLONG: "the path is too long"
        case ENXIO: "expected a regular file, found a socket or device"
        default: "cannot be opened: \(String(cString: strerror(number)))"
        }
    }

    private static func kind(of mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFDIR: "a folder"
        case S_IFIFO: "a fifo"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }
}
