import Foundations
import FoundationEssentials
import Glibc
import Synchronization

/// The durable state of one run: checkpoints of blobs, and the rows reports are made of.
///
///     let store = try CheckpointStore.open(folder, for: .writing)
///     let seq = try store.commit(Commit(phase: .train, round: 1, step: 500, blobs: arenas, rows: rows))
///
/// One process writes, any number read meanwhile. Every read copies what it returns and holds a snapshot no longer than
/// its own call. A store may be used from several threads; a commit excludes the other calls of this process.
package final class CheckpointStore: Sendable {
    package enum Access: Sendable { case reading, writing }

    /// The schema this program writes. It reads all there have been: 1 and 2.
    package static let schema = 2
    /// The map a store is opened with where nothing else is said: 64 GiB of addresses, however small the file.
    package static let defaultMapBytes = 64 << 30
    /// The oldest program that reads what this one writes.
    static let minReader = 1

    package let folder: RunFolder
    /// As it was at opening, but for the floor.
    package var card: RunCard { state.withLock { $0.card } }
    package let access: Access

    let environment: Environment
    let lock: RunLock?
    let state: Mutex<State>

    /// What a writer keeps in memory so that a commit need not read it back.
    struct State: Sendable {
        var card: RunCard
        /// All manifests in the store, by seq; their agent state left out.
        var manifests: [Int: Manifest] = [:]
        var recordedSchema = CheckpointStore.schema
        /// Set while `run.json` lags behind `card`.
        var owed: OwedCard?
        var isClosed = false
    }

    /// `meta/format`.
    struct Format: Codable {
        var schema: Int
        var minReader: Int
        var writer: String
    }

    init(
        _ folder: RunFolder, _ access: Access, lock: RunLock?, environment: Environment, card: RunCard,
        acceptingRollback: Bool = false
    ) throws {
        self.folder = folder
        self.access = access
        self.lock = lock
        self.environment = environment
        state = Mutex(State(card: card))
        let schema = try environment.read("open") { try Self.checkRun(folder, access, card, $0) }
        state.withLock { $0.recordedSchema = schema }
        do {
            try checkHead(card, acceptingRollback: acceptingRollback)
            if access == .writing {
                let manifests = try allManifests()
                state.withLock { state in
                    for manifest in manifests { state.manifests[manifest.seq] = manifest.withoutState }
                }
            }
        } catch let error as StoreError {
            throw hinting(error)
        }
        if access == .writing { catchUpCard() }
    }

    /// Opens the store of an existing run.
    /// - Parameter acceptingRollback: opens a store whose head lies before the floor in `run.json`; for good only after
    ///   ``acceptRollback()``.
    /// - Throws: exit 2 where there is no such run or it lies on a network file system; 5 where the store is damaged
    ///   (the hint says which checkpoint to go back to), empty, of another run, or older than `run.json` says; 6 where a
    ///   newer program wrote it; 7 where another process writes it, or this one has it open; 11 where the system refuses.
    /// - Cost: one walk over the pages of keys; a writer reads all manifests.
    package static func open(
        _ folder: RunFolder, for access: Access, acceptingRollback: Bool = false, mapBytes: Int = defaultMapBytes
    ) throws -> CheckpointStore {
        try folder.requireExisting()
        try FileSystem.refuseNetwork(folder.path)
        let lock = access == .writing ? try RunLock.acquire(folder.lock, of: folder.path) : nil
        return try open(folder, access, lock, mapBytes: mapBytes, acceptingRollback: acceptingRollback)
    }

    /// Releases `lock` where it throws. `repair` is run before anything of the store but its pages is looked at.
    static func open(
        _ folder: RunFolder, _ access: Access, _ lock: RunLock?, mapBytes: Int, acceptingRollback: Bool = false,
        repair: (Environment, RunCard) throws -> Void = { _, _ in }
    ) throws -> CheckpointStore {
        var lock = lock
        do {
            let card = try RunCard.read(folder)
            guard Files.isFolder(folder.database) else {
                throw StoreError(.corrupt, cannot: "open", folder.database, because: "the folder is missing")
            }
            let environment: Environment
            do {
                environment = try Environment(
                    folder.database, access == .writing ? .writing : .reading, mapBytes: mapBytes)
            } catch let error as StoreError where access == .reading && (error.code == EACCES || error.code == EROFS) {
                // A folder we may not write to: LMDB cannot register a reader, so keep writers out instead.
                guard let shared = RunLock.share(folder.lock) else { throw error }
                lock = shared
                environment = try Environment(folder.database, .readingWithoutLocks, mapBytes: mapBytes)
            }
            try repair(environment, card)
            return try CheckpointStore(
                folder, access, lock: lock, environment: environment, card: card, acceptingRollback: acceptingRollback)
        } catch {
            lock?.release()
            throw error
        }
    }

    /// Closes the store and gives the lock back; the store cannot be used afterwards. Done by `deinit` too.
    package func close() {
        let wasClosed = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed
        }
        if wasClosed { return }
        try? payCard()
        environment.close()
        lock?.release()
    }

    deinit { close() }

    /// That the store is of a version we know and of the run that `run.json` names.
    /// - Returns: its schema.
    @discardableResult
    static func checkRun(
        _ folder: RunFolder, _ access: Access, _ card: RunCard, _ transaction: ReadTransaction
    ) throws -> Int {
        let format = try transaction.decode(Format.self, .meta, Array("format".utf8))
        guard format.minReader <= Self.schema, access == .reading || format.schema <= Self.schema else {
            throw StoreError(
                .version, cannot: "open", folder.path,
                because: "it has schema \(format.schema) (\(format.writer)) and needs a program of schema "
                    + "\(access == .reading ? format.minReader : format.schema); this one has \(Self.schema)",
                hint: "use a newer espalier")
        }
        let id = String(decoding: try transaction.required(.meta, Array("run".utf8)), as: UTF8.self)
        guard id == card.id else {
            throw StoreError(
                .corrupt, cannot: "open", folder.path,
                because: "the store is of run \(quoted(id)), run.json of run \(quoted(card.id))")
        }
        return format.schema
    }

    /// That the head is whole and has not gone back in time.
    private func checkHead(_ card: RunCard, acceptingRollback: Bool) throws {
        try environment.read("open") { transaction in
            let head = try transaction.head()
            guard head.seq >= card.floor || acceptingRollback else {
                throw Self.rolledBack(folder, to: head.seq, card)
            }
            let manifest = try transaction.required(.ckpt, sequenceKey(head.seq))
            guard SHA256.digest(of: manifest) == head.sha256 else {
                throw transaction.damaged(.ckpt, sequenceKey(head.seq), "it is not the manifest the head names")
            }
        }
    }

    /// Lowers the floor in `run.json` to the head, durably: what is lacking after it is given up for good.
    package func acceptRollback() throws {
        requireWriting()
        let newest = try head.seq
        let lowered: RunCard? = state.withLock { state in
            guard newest < state.card.floor else { return nil }
            state.card.floor = newest
            return state.card
        }
        try lowered?.write(to: folder.card)
    }
}

extension Manifest {
    var withoutState: Manifest {
        Manifest(
            seq: seq, parent: parent, anchor: anchor, phase: phase, round: round, step: step, isRoundEnd: isRoundEnd,
            digest: digest, fingerprint: fingerprint, state: Data(), blobs: blobs)
    }
}
