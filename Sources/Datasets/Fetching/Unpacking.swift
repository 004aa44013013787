internal import Foundations
internal import Glibc

/// Files on their way out of an archive: in a folder of their own beside the final ones, under their final names, until all of
/// them are there and have been read strictly.
///
/// `tar --to-stdout` and `gzip` write into a pipe, never a file: the names, links and modes in an archive do nothing.
struct Unpacking {
    let folder: FetchFolder
    let path: String
    private let names: [String]

    /// Makes the folder, emptied of what a killed fetch may have left.
    init(_ set: RemoteSet, in folder: FetchFolder) throws(DatasetError) {
        self.folder = folder
        path = folder[".fetch-\(set.name)"]
        names = set.members.map(\.file)
        remove()
        guard mkdir(path, 0o755) == 0 else {
            throw DatasetError(path, "cannot be created: \(errorText(errno))", exitCode: .storage)
        }
    }

    /// Removes the folder and the files we know; what else is there stays.
    func remove() {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return }
        for name in names { unlink(join(path, name)) }
        rmdir(path)
    }

    /// Unpacks one member.
    ///
    /// - Returns: its SHA-256.
    /// - Throws: ``DatasetError`` where it is missing, no regular file, or of another size than expected.
    func unpack(
        _ member: RemoteArchive.Member, of archive: RemoteArchive, at source: String, environment: [String: String],
        observer: any FetchObserver
    ) async throws -> Digest {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else {
            throw DatasetError(source, "cannot be read: \(errorText(errno))", exitCode: .storage)
        }
        defer { close(input) }
        let file = try PartFile(join(path, member.file), limit: member.size)
        var hash = SHA256()
        let (name, arguments) = Self.command(archive.packing, member)
        func wrong(_ problem: String) -> DatasetError {
            DatasetError(archive.name, "\(member.file) in it \(problem), expected \(member.size) bytes")
        }
        let program: OutsideProgram
        do {
            program = try await OutsideProgram.run(
                name, arguments, input: input, environment: environment, observer: observer
            ) {
                hash.update($0)
                try file.append($0)
            }
        } catch is PartFile.Overflow {
            throw wrong("is longer")
        }
        guard program.ending == .exited(0) else {
            let said = program.errors.split(whereSeparator: \.isNewline).first ?? "\(name) said nothing"
            throw wrong("cannot be unpacked (\(Array(said.utf8).quoted(upTo: 200)))")
        }
        guard file.size == member.size else { throw wrong("has \(file.size) bytes as a regular file") }
        try file.sync()
        return hash.finalize()
    }

    private static func command(_ packing: RemoteArchive.Packing, _ member: RemoteArchive.Member) -> (String, [String])
    {
        switch packing {
        case .gzip: ("gzip", ["--decompress", "--stdout"])
        case .tar:
            (
                "tar",
                [
                    "--extract", "--gzip", "--to-stdout", "--occurrence=1", "--no-wildcards", "--file=-", "--",
                    member.entry,
                ]
            )
        }
    }

    /// Lets a file that was there before be read among the new ones.
    func lend(_ member: RemoteArchive.Member) throws(DatasetError) {
        guard symlink("../\(member.file)", join(path, member.file)) == 0 else {
            throw DatasetError(path, "cannot be written: \(errorText(errno))", exitCode: .storage)
        }
    }

    /// Gives a file its final place, where nothing may be.
    func place(_ member: RemoteArchive.Member) throws(DatasetError) {
        let target = folder[member.file]
        guard !isTaken(target) else {
            throw DatasetError(target, "has appeared while it was fetched", hint: "move it away and try again")
        }
        guard rename(join(path, member.file), target) == 0 else {
            throw DatasetError(target, "cannot be written: \(errorText(errno))", exitCode: .storage)
        }
    }
}
