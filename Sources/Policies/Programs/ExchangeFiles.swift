import Foundation
import Foundations

/// The three nameless files a program's standard streams lead to.
///
/// Files and not pipes: a program that does not read its input cannot break us by SIGPIPE, one that writes a lot cannot
/// block, and nobody waits for the end of a stream that a grandchild holds open. They are unlinked as soon as they are
/// open, so nothing is left behind, whatever happens; the descriptors close with the last reference.
final class ExchangeFiles: Sendable {
    let input: Int32
    let output: Int32
    let errors: Int32

    /// - Parameter request: what the program will read.
    /// - Throws: ``PolicyError`` (status 11) where the temporary folder cannot be written.
    init(request: [UInt8]) throws {
        let folder = FileManager.default.temporaryDirectory.path
        var opened: [Int32] = []
        do {
            // Reading starts at the beginning, so the program gets a descriptor of its own.
            let (writing, reading) = try Self.nameless(in: folder, alsoReading: true)
            opened.append(reading)
            defer { close(writing) }
            try Self.write(request, to: writing)
            for _ in 0..<2 { opened.append(try Self.nameless(in: folder, alsoReading: false).writing) }
        } catch let failure as SystemFailure {
            for file in opened { close(file) }
            throw PolicyError(
                "a policy program's files cannot be written in \(folder): \(failure.words)",
                hint: "TMPDIR names another folder", exitCode: .storage)
        }
        (input, output, errors) = (opened[0], opened[1], opened[2])
    }

    deinit { for file in [input, output, errors] { close(file) } }

    /// Bytes in a file now.
    func size(of file: Int32) -> Int {
        var status = stat()
        return fstat(file, &status) == 0 ? Int(status.st_size) : 0
    }

    /// The last `limit` bytes of a file, or all of them.
    func tail(of file: Int32, limit: Int = .max) -> [UInt8] {
        let size = size(of: file)
        let start = max(0, size - limit)
        var filled = 0
        var bytes = [UInt8](repeating: 0, count: size - start)
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                pread(file, $0.baseAddress! + filled, $0.count - filled, off_t(start + filled))
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }

    private struct SystemFailure: Error {
        let words: String
        init() { words = String(cString: strerror(errno)) }
    }

    /// A file without a name, open for writing at its end, and with `alsoReading` a second time for reading alone.
    private static func nameless(in folder: String, alsoReading: Bool) throws -> (writing: Int32, reading: Int32) {
        let path = "\(folder)/espalier-policy-\(UUID().uuidString)"
        let writing = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, 0o600)
        if writing < 0 { throw SystemFailure() }
        defer { unlink(path) }
        if !alsoReading { return (writing, -1) }
        let reading = open(path, O_RDONLY | O_CLOEXEC)
        if reading < 0 {
            let failure = SystemFailure()
            close(writing)
            throw failure
        }
        return (writing, reading)
    }

    private static func write(_ bytes: [UInt8], to file: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw SystemFailure() }
            rest = rest.dropFirst(count)
        }
    }
}
