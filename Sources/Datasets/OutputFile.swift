internal import Foundations
internal import Glibc

/// Writes a new file; an existing one is refused, and a failed one is removed.
///
/// - Throws: ``DatasetError`` with exit status 11 on a full disk or another error of the file system.
func writeNewFile(_ path: String, chunks: [ArraySlice<UInt8>]) throws(DatasetError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
        if errno == EEXIST {
            throw DatasetError(path, "exists already", hint: "write into an empty folder", exitCode: .storage)
        }
        throw DatasetError(path, "cannot be created: \(errorText(errno))", exitCode: .storage)
    }
    var failure: Int32 = 0
    for chunk in chunks where failure == 0 {
        chunk.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let put = write(descriptor, buffer.baseAddress! + done, buffer.count - done)
                if put < 0 && errno == EINTR { continue }
                guard put > 0 else {
                    failure = errno
                    return
                }
                done += put
            }
        }
    }
    if close(descriptor) != 0 && failure == 0 { failure = errno }
    guard failure == 0 else {
        let problem = errorText(failure)
        unlink(path)
        throw DatasetError(path, "cannot be written: \(problem)", exitCode: .storage)
    }
}

/// Makes a folder where it is missing; its parent exists.
func makeFolder(_ path: String) throws(DatasetError) {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
        throw DatasetError(path, "cannot be created: \(errorText(errno))", exitCode: .storage)
    }
}
