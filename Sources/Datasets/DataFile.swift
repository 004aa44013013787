internal import Foundations
internal import Glibc
import Tensors

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
        let opened: (descriptor: Int32, size: Int)
        do {
            opened = try RegularFile.open(path)
        } catch {
            throw DatasetError(path, error.text, hint: hint)
        }
        guard opened.size <= Self.limit else {
            close(opened.descriptor)
            throw DatasetError(path, "holds \(opened.size) bytes, expected at most \(Self.limit)")
        }
        self.path = path
        size = opened.size
        descriptor = opened.descriptor
    }

    deinit { close(descriptor) }

    /// The bytes of `range`, which lies inside the file's size.
    /// - Throws: ``DatasetError`` on a read error, or where the file has become shorter.
    package func bytes(_ range: Range<Int>) throws(DatasetError) -> [UInt8] {
        if let shortage = Machine.shortage(of: range.count) {
            throw DatasetError(path, "\(shortage)", hint: "free memory, or use a smaller set")
        }
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
