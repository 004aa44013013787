import Foundations
import FoundationEssentials
import Glibc

extension CheckpointStore {
    /// Rewrites the store of a run without its free pages, and so gives room back to the disk.
    ///
    /// Under the lock of the run the store is copied into a folder inside the run's own, the copy is looked at, and takes
    /// the place of `data.mdb` in one step. Killed anywhere, the run is whole, as it was or compacted; a copy left behind
    /// is a ``Leftover``. The contents stay the same to the last byte.
    ///
    /// - Parameter check: given the path of a whole run folder with the copy in it (its last component is the run's name,
    ///   what lies before it a root), which must be closed again when it returns; throws where the copy is not to be used.
    /// - Returns: the bytes of the file before and after.
    /// - Throws: what `check` throws; exit 7 where another process writes or reads the store; 11 where there is no room
    ///   for the copy; else as ``open(_:for:)``. The store has not changed then.
    /// - Cost: reads the store twice and writes its live pages; 1 GB/s from memory.
    package static func compact(
        _ folder: RunFolder, check: (_ copiedFolder: String) throws -> Void
    ) throws -> (before: Int, after: Int) {
        let store = try open(folder, for: .writing)
        defer { store.close() }
        let draft = folder.path + "/" + compactionName
        Files.removeTree(draft)
        defer { Files.removeTree(draft) }

        let needed = try store.liveBytes
        try requireRoom(needed + needed / 10 + 1 << 20, for: folder)
        let copy = draft + "/" + folder.name
        for path in [draft, copy, copy + "/db"] { try Files.makeFolder(path) }
        try store.environment.copyCompacted(to: copy + "/db/data.mdb")
        try store.card.write(to: copy + "/run.json")
        try check(copy)

        let database = folder.database + "/data.mdb"
        let sizes = (before: Files.size(database), after: Files.size(copy + "/db/data.mdb"))
        // A reader of the old file would share its lock file with us, where transactions are numbered differently.
        try store.environment.excludingReaders {
            guard rename(copy + "/db/data.mdb", database) == 0 else {
                throw StoreError.system(cannot: "replace", database)
            }
            unlink(folder.database + "/lock.mdb")
        }
        try Files.sync(folder.database)
        return sizes
    }

    /// The bytes of the store's file that are in use; the rest would go with ``compact(_:check:)``.
    package var liveBytes: Int { get throws { try environment.liveBytes } }

    /// The folder of a compaction inside the run's.
    static let compactionName = ".compact"

    private static func requireRoom(_ needed: Int, for folder: RunFolder) throws {
        var status = statvfs()
        guard statvfs(folder.path, &status) == 0 else { return }
        let free = Int(status.f_bavail) * Int(status.f_frsize)
        if free < needed { throw noRoom(needed, free, for: folder) }
    }

    package static func noRoom(_ needed: Int, _ free: Int, for folder: RunFolder) -> StoreError {
        func mebibytes(_ bytes: Int) -> String { "\((bytes + (1 << 20) - 1) >> 20) MiB" }
        return StoreError(
            .storage, cannot: "compact", folder.path,
            because: "the copy needs \(mebibytes(needed)), free are \(free >> 20) MiB", code: ENOSPC,
            hint: "make room on that disk, then try again")
    }
}
