import Foundations
import Glibc

/// Something that work which was cut short, or an upgrade, has left behind: nothing a run needs.
package struct Leftover: Sendable, Equatable {
    package enum Cause: String, Sendable, Codable, CaseIterable {
        case creation = "a creation that was cut short"
        case writing = "a file that was not written to its end"
        case compaction = "a compaction that was cut short"
        case backup = "the store as it was before an upgrade"
    }

    /// A folder or a file.
    package let path: String
    /// The bytes of its files.
    package let bytes: Int
    package let why: Cause
    /// Who holds this lock is still at work on it.
    private let lock: String

    /// What there is under `root`, in the order of paths: `.NAME.tmp-UUID` beside the runs; `run.json.part`, `.compact`
    /// and `db/data.mdb.schema-N` in a run. Links are passed over, and so is what a process is at work on.
    /// - Throws: exit 11 where a folder cannot be listed. Cost: lists every run's folder.
    package static func find(_ root: String) throws -> [Leftover] {
        let drafts = try Files.names(in: root).filter { $0.hasPrefix(".") && $0.contains(".tmp-") }
            .map { root + "/" + $0 }.filter(Files.isFolder)
            .map { Leftover($0, .creation, lock: $0 + "/run.lock") }
        let inside = try RunFolder.list(root).flatMap { run in
            try find(in: run.path, run.lock) + find(in: run.database, run.lock)
        }
        return (drafts + inside).filter { !$0.isInUse }.sorted { $0.path < $1.path }
    }

    /// Removes it, under the lock of its run.
    /// - Returns: false where somebody is at work on it by now, or it is gone.
    /// - Throws: exit 11 where it cannot be removed.
    @discardableResult
    package func remove() throws -> Bool {
        guard Files.exists(path) else { return false }
        let lock: RunLock
        do {
            lock = try RunLock.acquire(self.lock, of: path)
        } catch let error as StoreError where error.kind == .locked {
            return false
        }
        defer { lock.release() }
        if Files.isFolder(path) { Files.removeTree(path) } else { unlink(path) }
        guard !Files.exists(path) else { throw StoreError.system(cannot: "remove", path) }
        try Files.sync(parentFolder(of: path))
        return true
    }

    private init(_ path: String, _ why: Cause, lock: String) {
        self.path = path
        bytes = Self.bytes(path)
        self.why = why
        self.lock = lock
    }

    private static func find(in folder: String, _ lock: String) throws -> [Leftover] {
        try Files.names(in: folder).compactMap { name in
            let path = folder + "/" + name
            if name == CheckpointStore.compactionName, Files.isFolder(path) {
                return Leftover(path, .compaction, lock: lock)
            }
            guard Files.isFile(path) else { return nil }
            if name.hasSuffix(".part") { return Leftover(path, .writing, lock: lock) }
            return name.hasPrefix("data.mdb.schema-") ? Leftover(path, .backup, lock: lock) : nil
        }
    }

    /// A creation that has not come to make its lock file counts as cut short.
    private var isInUse: Bool {
        guard Files.exists(lock) else { return false }
        guard let shared = RunLock.share(lock) else { return true }
        shared.release()
        return false
    }

    private static func bytes(_ path: String) -> Int {
        guard Files.isFolder(path) else { return Files.size(path) }
        return ((try? Files.names(in: path)) ?? []).reduce(0) { $0 + bytes(path + "/" + $1) }
    }
}
