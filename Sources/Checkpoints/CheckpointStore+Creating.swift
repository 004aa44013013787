import Foundations
import FoundationEssentials
import Glibc

extension CheckpointStore {
    /// Makes a new run and opens it for writing. When this returns, the run is on disk with its recipe, its identity
    /// and checkpoint 0; until then there is no folder of that name. It is built as `.NAME.tmp-UUID` and renamed.
    ///
    /// - Parameters:
    ///   - recipe: the resolved recipe as text; never interpreted here.
    ///   - identity: JSON about program and machine; never interpreted here.
    ///   - first: checkpoint 0.
    ///   - writer: program and version, e.g. "espalier 0.1.0".
    ///   - mapBytes: how far the file may grow before the map must; address space, not memory.
    /// - Throws: exit 2 where the run exists or the file system is a network one; 11 where the system refuses.
    /// - Cost: five fsyncs, 5 to 50 ms.
    package static func create(
        _ folder: RunFolder, recipe: [UInt8], identity: String, first: Commit = Commit(phase: .train),
        writer: String = "espalier", mapBytes: Int = defaultMapBytes
    ) throws -> CheckpointStore {
        let blobs = first.blobs.map(\.hashed)
        return try make(folder, recipe: recipe, identity: identity, writer: writer, mapBytes: mapBytes) { transaction in
            try transaction.append(first, blobs, after: nil)
            return 0
        }
    }

    /// Makes a run of what the closure writes in its first transaction, see ``create(_:recipe:identity:first:writer:)``.
    /// - Parameter fill: may be run twice; returns the floor for `run.json`.
    static func make(
        _ folder: RunFolder, recipe: [UInt8], identity: String, writer: String,
        mapBytes: Int = defaultMapBytes, _ fill: (WriteTransaction) throws -> Int
    ) throws -> CheckpointStore {
        try FileSystem.refuseNetwork(folder.root)
        if folder.exists { throw exists(folder) }
        try Files.makeFolders(folder.root)

        let id = UUID().uuidString.lowercased()
        let draft = parentFolder(of: folder.path) + "/.\(folder.name).tmp-\(id)"
        try Files.makeFolder(draft)
        let lock: RunLock
        do {
            lock = try RunLock.acquire(draft + "/run.lock", of: draft)
        } catch {
            Files.removeTree(draft)
            throw error
        }
        do {
            try Files.makeFolder(draft + "/db")
            let environment = try Environment(draft + "/db", .writing, creating: true, mapBytes: mapBytes)
            let floor = try environment.write("create") { transaction in
                try transaction.put(
                    .meta, Array("format".utf8), json: Format(schema: schema, minReader: minReader, writer: writer))
                try transaction.put(.meta, Array("run".utf8), Array(id.utf8))
                try transaction.put(.meta, Array("recipe".utf8), recipe)
                try transaction.put(.meta, Array("identity".utf8), Array(identity.utf8))
                return try fill(transaction)
            }
            environment.close()
            let created = Date.now.formatted(.iso8601)
            try RunCard(id: id, created: created, schema: schema, floor: floor).write(to: draft + "/run.json")
            for path in ["/db/data.mdb", "/db", ""] { try Files.sync(draft + path) }
            guard rename(draft, folder.path) == 0 else {
                let isTaken = errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR
                throw isTaken ? exists(folder) : StoreError.system(cannot: "create", folder.path)
            }
        } catch {
            Files.removeTree(draft)
            lock.release()
            guard let failure = error as? StoreError, failure.isFull else { throw error }
            throw StoreError(
                .storage, cannot: creating, folder.path, because: failure.cause, code: failure.code,
                hint: "nothing of it is left; make room, then begin again", isFull: true)
        }
        // The lock is on the file, wherever it lies: nobody can take the run between its birth and now.
        do {
            try Files.sync(parentFolder(of: folder.path))
        } catch {
            lock.release()
            throw error
        }
        return try open(folder, .writing, lock, mapBytes: mapBytes)
    }

    /// What cannot be done where something of that name lies there.
    package static let creating = "create run"

    private static func exists(_ folder: RunFolder) -> StoreError {
        let isRun = Files.exists(folder.card)
        return StoreError(
            .usage, cannot: creating, folder.path, because: isRun ? "it exists" : "something else lies there",
            hint: isRun ? "go on with it: \(folder.resumeCommand)" : "give the run another name")
    }
}
