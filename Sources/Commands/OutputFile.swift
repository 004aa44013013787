import Foundation
import Foundations

/// A file named on the command line that is written whole or not at all.
///
/// The bytes go to a new file beside the target, are flushed to disk and take the target's place in one step, so whoever
/// is interrupted leaves the old file as it was (and at worst a `.part` file beside it). A link is followed. What is no
/// regular file, such as /dev/stdout, cannot be replaced and is written to.
enum OutputFile {
    /// - Throws: a complaint with exit status 11 that says what the system refused.
    static func write(_ bytes: some ContiguousBytes, to path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: parentFolder(of: path), withIntermediateDirectories: true)
        } catch {
            throw CannotWrite(path: path, cause: "its folder cannot be made")
        }
        var status = stat()
        let exists = stat(path, &status) == 0
        if exists, status.st_mode & S_IFMT == S_IFDIR { throw CannotWrite(path: path, cause: "it is a folder") }
        if exists, status.st_mode & S_IFMT != S_IFREG {
            let file = try open(path, O_WRONLY | O_CLOEXEC, for: path)
            defer { close(file) }
            return try put(bytes, file, path)
        }
        try replace(
            exists ? resolved(path) : path, called: path, with: bytes, mode: exists ? status.st_mode & 0o777 : nil)
    }

    private static func replace(
        _ path: String, called name: String, with bytes: some ContiguousBytes, mode: mode_t?
    ) throws {
        let part = "\(path).\(getpid()).part"
        unlink(part)
        let file = try open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, for: name)
        do {
            defer { close(file) }
            if let mode { fchmod(file, mode) }
            try put(bytes, file, name)
            guard fsync(file) == 0, rename(part, path) == 0 else { throw CannotWrite(path: name, code: errno) }
        } catch {
            unlink(part)
            throw error
        }
        // The file is whole whatever this says; a folder that cannot be flushed is no reason to tell otherwise.
        let entry = Foundation.open(parentFolder(of: path), O_RDONLY | O_CLOEXEC)
        if entry >= 0 {
            fsync(entry)
            close(entry)
        }
    }

    private static func open(_ path: String, _ flags: Int32, for target: String) throws -> Int32 {
        let file = Foundation.open(path, flags, 0o666)
        guard file >= 0 else { throw CannotWrite(path: target, code: errno) }
        return file
    }

    private static func put(_ bytes: some ContiguousBytes, _ file: Int32, _ path: String) throws {
        try bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = Foundation.write(file, bytes.baseAddress! + done, bytes.count - done)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw CannotWrite(path: path, code: count < 0 ? errno : ENOSPC) }
                done += count
            }
        }
    }

    /// Where a link leads.
    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private struct CannotWrite: Complaint {
        let path: String
        let cause: String

        init(path: String, cause: String) {
            self.path = path
            self.cause = cause
        }

        init(path: String, code: Int32) { self.init(path: path, cause: String(cString: strerror(code))) }

        var exitCode: Foundations.ExitCode { .storage }
        var message: String { "\(path): cannot be written: \(cause)" }
        var hint: String { "check that the folder exists, may be written, and has room" }
    }
}
