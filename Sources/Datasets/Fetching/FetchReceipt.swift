internal import Foundations

/// `NAME.sha256` in the folder of a fetched set: the SHA-256 of its files, in the words of `sha256sum`, which checks them with
/// `sha256sum -c NAME.sha256`. It tells a later fetch whether files of the right size are the right ones.
struct FetchReceipt {
    private(set) var digests: [String: Digest] = [:]

    /// - Returns: what the file says; nothing where it is missing or not to be understood.
    init(_ path: String) {
        guard let file = try? DataFile(path: path), file.size <= 1 << 16, let bytes = try? file.bytes() else { return }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            guard let digest = Digest(hex: line.prefix(64)), line.dropFirst(64).hasPrefix("  ") else { continue }
            digests[String(line.dropFirst(66))] = digest
        }
    }

    init(_ digests: [String: Digest]) { self.digests = digests }

    var text: String { digests.sorted { $0.key < $1.key }.map { "\($1)  \($0)\n" }.joined() }
}
