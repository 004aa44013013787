import Foundation
import Foundations

extension ProgramSpecification {
    /// This specification with an absolute program and folder.
    ///
    /// A first word with a slash is found from `folder`, one without along PATH, as a shell does it.
    ///
    /// - Parameter folder: of the file that names the program; a relative one is found from the current folder.
    /// - Throws: ``PolicyError`` (status 2) where there is no such file or it may not be executed.
    package func located(from folder: String) throws -> ProgramSpecification {
        var copy = self
        copy.folder = URL(filePath: folder.isEmpty ? "." : folder).standardizedFileURL.path.withoutLastSlash
        guard let word = argv.first, !word.isEmpty else {
            throw PolicyError("program: expected at least one word", exitCode: .recipe)
        }
        guard word.contains("/") else {
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            let places = path.split(separator: ":").map { "\($0)/\(word)" }
            guard let found = places.first(where: { $0.hasPrefix("/") && $0.isExecutableFile }) else {
                throw PolicyError(
                    "there is no program \(word.debugDescription) along PATH",
                    hint: "a program in the policy file's own folder is written ./\(word)", exitCode: .usage)
            }
            copy.argv[0] = found
            return copy
        }
        let file = word.hasPrefix("/") ? word : copy.folder + "/" + word
        copy.argv[0] = URL(filePath: file).standardizedFileURL.path
        guard copy.argv[0].isRegularFile else {
            throw PolicyError("there is no program file \(copy.argv[0].debugDescription)", exitCode: .usage)
        }
        guard copy.argv[0].isExecutableFile else {
            throw PolicyError(
                "\(copy.argv[0].debugDescription) may not be executed", hint: "chmod +x \(copy.argv[0])",
                exitCode: .usage)
        }
        return copy
    }

    /// The absolute path of the file a word of `argv` names; nil for a word that names none. The first always does.
    func file(_ place: Int) -> String? {
        let word = argv[place]
        let path = word.hasPrefix("/") ? word : folder + "/" + word
        return place == 0 || path.isRegularFile ? path : nil
    }
}

extension String {
    /// Whether this is the path of a regular file, links followed.
    package var isRegularFile: Bool {
        var status = stat()
        return stat(self, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Whether this is the path of a regular file that may be executed.
    package var isExecutableFile: Bool { isRegularFile && FileManager.default.isExecutableFile(atPath: self) }

    fileprivate var withoutLastSlash: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
}

/// The SHA-256 of whole files.
enum FileDigest {
    /// - Throws: what the system says where the file cannot be read.
    static func sha256(of path: String) throws -> Digest {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        var hash = SHA256()
        while let part = try file.read(upToCount: 1 << 20), !part.isEmpty { hash.update([UInt8](part)) }
        return hash.finalize()
    }
}
