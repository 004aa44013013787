package import Foundations
internal import Glibc

/// Fetches a data set into a folder: what is there and right stays, what is missing is downloaded, checked, unpacked, read as a
/// search would read it, and only then given its name.
///
/// It can be interrupted anywhere, killed included, and called again: archives go on from their last byte, and no file ever
/// stands under its final name before it is whole and on the disk. An archive that somebody has put into the folder by hand is
/// used instead of the network.
package struct Fetch: Sendable {
    package let set: RemoteSet
    /// Replaces the source of the set: http or https, a folder that holds the archives under their names.
    package var mirror: String?
    package var limits = FetchLimits()
    /// The user's variables: PATH, proxies and certificates are used.
    package var environment: [String: String]

    package init(_ set: RemoteSet, mirror: String? = nil, environment: [String: String]) {
        self.set = set
        self.mirror = mirror
        self.environment = environment
    }

    /// A file of the set, after a fetch.
    package struct File: Sendable, Hashable {
        package let name: String
        package let bytes: Int
        package let sha256: Digest
        /// False where it was there before.
        package let isNew: Bool
    }

    /// - Returns: the files, in the order of the table.
    /// - Throws: ``DatasetError``: status 2 for a wrong mirror, 4 where the files cannot be had, are wrong, or others are in
    ///   their place, 7 where another process fetches into the folder, 11 for the disk; ``FetchStopped`` on a signal.
    /// - Cost: room for the archives and the files together, a multiple of neither.
    package func run(into path: String, observer: any FetchObserver) async throws -> [File] {
        let base = try base
        let folder = try FetchFolder(path)
        let receiptPath = folder[set.name + ".sha256"]
        var digests = try present(folder, FetchReceipt(receiptPath))
        let old = Set(digests.keys)
        let wanted = set.archives.filter { $0.members.contains { !old.contains($0.file) } }
        if wanted.isEmpty {
            try readStrictly(path)
        } else {
            let sources = try await archives(wanted, base: base, folder: folder, observer: observer)
            let unpacking = try Unpacking(set, in: folder)
            defer { unpacking.remove() }
            for member in set.members where old.contains(member.file) { try unpacking.lend(member) }
            for (archive, source) in zip(wanted, sources) {
                for member in archive.members where !old.contains(member.file) {
                    digests[member.file] = try await unpacking.unpack(
                        member, of: archive, at: source, environment: environment, observer: observer)
                }
            }
            try readStrictly(unpacking.path)
            for member in set.members where !old.contains(member.file) { try unpacking.place(member) }
            try folder.sync()
            for archive in wanted { unlink(folder[archive.name + ".part"]) }
            try writeReceipt(digests, receiptPath)
            try folder.sync()
        }
        return set.members.compactMap { member in
            digests[member.file].map {
                File(name: member.file, bytes: member.size, sha256: $0, isNew: !old.contains(member.file))
            }
        }
    }

    private var base: String {
        get throws(DatasetError) {
            guard var base = mirror else { return set.source }
            let isClean = base.utf8.allSatisfy { 0x21...0x7E ~= $0 }
            guard isClean, base.hasPrefix("http://") || base.hasPrefix("https://"), !base.hasSuffix("//") else {
                throw DatasetError(
                    "--mirror", "expected a folder's address with http:// or https://, found \(quoted(base))",
                    exitCode: .usage)
            }
            while base.hasSuffix("/") { base.removeLast() }
            return base
        }
    }

    /// The digests of the files that are there already.
    ///
    /// - Throws: where a path is taken by anything but the right file: it is not ours to replace.
    private func present(_ folder: FetchFolder, _ receipt: FetchReceipt) throws(DatasetError) -> [String: Digest] {
        var digests: [String: Digest] = [:]
        for member in set.members {
            let path = folder[member.file]
            guard isTaken(path) else { continue }
            let hint = "it is not replaced: move it away, or give another --out"
            let file = try DataFile(path: path, hint: hint)
            guard file.size == member.size else {
                throw DatasetError(
                    path, "holds \(file.size) bytes, expected \(member.size) as in \(set.name)", hint: hint)
            }
            let digest = try file.digest()
            if let expected = receipt.digests[member.file], expected != digest {
                throw DatasetError(
                    path, "has SHA-256 \(digest), expected \(expected) as when it was fetched", hint: hint)
            }
            digests[member.file] = digest
        }
        return digests
    }

    /// Paths of whole and checked archives.
    private func archives(
        _ wanted: [RemoteArchive], base: String, folder: FetchFolder, observer: any FetchObserver
    ) async throws -> [String] {
        let byHand = try wanted.map { archive throws(DatasetError) -> String? in
            try putByHand(archive, folder: folder, observer: observer)
        }
        let sizes = zip(wanted, byHand).map { archive, path in
            path == nil ? max(0, archive.size - size(of: folder[archive.name + ".part"])) : 0
        }
        try folder.expectRoom(sizes.reduce(0, +) + wanted.flatMap(\.members).map(\.size).reduce(0, +))
        var paths: [String] = []
        for (archive, path) in zip(wanted, byHand) {
            if let path {
                paths.append(path)
                continue
            }
            let download = Download(
                archive: archive, url: "\(base)/\(archive.name)", folder: folder, limits: limits,
                environment: environment, observer: observer)
            try await download.run()
            paths.append(download.path)
        }
        return paths
    }

    /// The archive under its own name, where it is whole.
    private func putByHand(
        _ archive: RemoteArchive, folder: FetchFolder, observer: any FetchObserver
    ) throws(DatasetError) -> String? {
        let path = folder[archive.name]
        guard isTaken(path), let file = try? DataFile(path: path) else { return nil }
        if file.size == archive.size, try file.digest() == archive.sha256 { return path }
        observer.note("\(path): is not the archive of \(set.name), so it is left alone")
        return nil
    }

    private func size(of path: String) -> Int { (try? DataFile(path: path).size) ?? 0 }

    /// As a search reads them.
    private func readStrictly(_ folder: String) throws(DatasetError) {
        switch try DatasetSource(name: set.set, folder: folder) {
        case .cifar10: _ = try CIFARFiles.cifar10.read(folder: folder)
        case .cifar100: _ = try CIFARFiles.cifar100.read(folder: folder)
        case .idx: _ = try IdxFiles.read(folder: folder)
        case .synthetic: break
        }
    }

    private func writeReceipt(_ digests: [String: Digest], _ path: String) throws {
        let part = try PartFile(path + ".part", limit: 1 << 16)
        try part.empty()
        try Array(FetchReceipt(digests).text.utf8).withUnsafeBytes { try part.append($0) }
        try part.sync()
        guard rename(part.path, path) == 0 else {
            throw DatasetError(path, "cannot be written: \(errorText(errno))", exitCode: .storage)
        }
    }
}

private func quoted(_ text: String) -> String { Array(text.utf8).quoted(upTo: 200) }
