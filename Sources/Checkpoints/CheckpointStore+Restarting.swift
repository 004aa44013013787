import Foundations
import FoundationEssentials

extension CheckpointStore {
    /// Goes back to an older checkpoint and opens the run for writing: what came after it is given up.
    ///
    /// In one transaction the store gets a new head with the content of `seq` under a number that was never used, and
    /// loses every checkpoint after `seq` with its tags, what is recorded of its round and later ones, of its step and
    /// later ones, and all failures noted. Events stay. The pages of keys must be sound, as for any opening; the head,
    /// manifests, blobs, events and metrics need not be: what is damaged is dropped too, but for the checkpoint that
    /// names a damaged blob, and a blob that was lost may be written again.
    ///
    /// - Parameters:
    ///   - seq: a checkpoint of which everything holds.
    ///   - rows: what is recorded with the new head, such as an event that says so; it is told how many events were
    ///     damaged and are lost.
    ///   - acceptingRollback: also where the newest checkpoint lies before the floor in `run.json`.
    ///   - check: throws where the run cannot go on from there; nothing has changed then.
    /// - Throws: exit 2 where there is no checkpoint `seq`, naming those there are; 5 where it is damaged, naming the
    ///   newest whole one; else as ``open(_:for:)``. Nothing has changed then.
    /// - Cost: reads and hashes every blob of what is kept; one commit.
    package static func restart(
        _ folder: RunFolder, from seq: Int, rows: (Int) -> [Row] = { _ in [] }, acceptingRollback: Bool = false,
        mapBytes: Int = defaultMapBytes, check: (Beginning) throws -> Void = { _ in }
    ) throws -> CheckpointStore {
        try folder.requireExisting()
        try FileSystem.refuseNetwork(folder.path)
        let lock = try RunLock.acquire(folder.lock, of: folder.path)
        return try open(folder, .writing, lock, mapBytes: mapBytes) { environment, card in
            let (newest, beginning) = try environment.read("restart") { reads in
                let schema = try checkRun(folder, .writing, card, reads)
                let all = try reads.sequence()
                guard all.contains(seq) else { throw noCheckpoint(seq, of: folder, among: all) }
                let newest = max(all.last ?? 0, (try? reads.head().seq) ?? 0)
                guard newest >= card.floor || acceptingRollback else { throw rolledBack(folder, to: newest, card) }
                do {
                    return (newest, try reads.beginning(seq, schema: schema))
                } catch let error as StoreError where error.kind == .corrupt {
                    throw error.hinting(restartHint(folder, try? reads.newestWhole()))
                }
            }
            try check(beginning)
            try environment.write("restart") { transaction in
                try transaction.restart(from: seq, as: max(newest, card.floor) + 1, rows)
            }
        }
    }

    /// What a run goes on from: a whole checkpoint, and what belongs to the run from its creation.
    package struct Beginning: Sendable {
        package let manifest: Manifest
        package let recipe: [UInt8]
        package let identity: String
        package let schema: Int
    }

    /// The newest checkpoint of which everything holds, down to the SHA-256 of its blobs; nil where there is none.
    package func newestWhole() throws -> Int? { try environment.read("read") { try $0.newestWhole() } }

    /// The damage with the command that goes back to the newest whole checkpoint, where there is one.
    func hinting(_ error: StoreError) -> StoreError {
        guard error.kind == .corrupt, error.hint.isEmpty else { return error }
        return error.hinting(Self.restartHint(folder, try? newestWhole()))
    }

    private static func restartHint(_ folder: RunFolder, _ seq: Int?) -> String {
        guard let seq else { return "no checkpoint can be gone on with; put a copy of the run's folder back" }
        return "go back to the newest whole checkpoint: " + folder.command("resume \(folder.name) --from \(seq)")
    }

    private static func noCheckpoint(_ seq: Int, of folder: RunFolder, among all: [Int]) -> StoreError {
        let newest = all.suffix(20).map(String.init).joined(separator: ", ")
        return StoreError(
            .usage, cannot: "go back to", "checkpoint \(seq) of \(folder)",
            because: "there is none; it has \(all.count > 20 ? "..., " : "")\(newest)")
    }

    /// The refusal of a store that is older than `run.json` says.
    static func rolledBack(_ folder: RunFolder, to newest: Int, _ card: RunCard) -> StoreError {
        StoreError(
            .corrupt, cannot: "open", folder.path,
            because: "the store has been rolled back: its newest checkpoint is \(newest), "
                + "but \(card.floor) was finished",
            hint: "put the newer db folder back, or go on from the older one: "
                + folder.command("resume \(folder.name) --accept-rollback"))
    }
}

extension StoreError {
    /// The same error with another hint.
    func hinting(_ hint: String) -> StoreError {
        StoreError(kind, cannot: operation, subject, because: cause, code: code, hint: hint)
    }
}

extension ReadTransaction {
    /// - Throws: exit 5 where anything of it is damaged.
    fileprivate func beginning(_ seq: Int, schema: Int) throws -> CheckpointStore.Beginning {
        CheckpointStore.Beginning(
            manifest: try whole(seq).manifest, recipe: [UInt8](try required(.meta, Array("recipe".utf8))),
            identity: String(decoding: try required(.meta, Array("identity".utf8)), as: UTF8.self), schema: schema)
    }
}

extension WriteTransaction {
    /// See ``CheckpointStore/restart(_:from:rows:acceptingRollback:)``. - Parameter number: of the new head.
    fileprivate func restart(from seq: Int, as number: Int, _ rows: (Int) -> [Row]) throws {
        let (manifest, link) = try reads.whole(seq)
        var kept: [Int: Manifest] = [:]
        for key in try reads.keys(.ckpt) {
            let old = UInt64(bigEndian: key)
            if key.count == 8, old <= UInt64(seq), let manifest = try? reads.manifest(Int(old)) {
                kept[Int(old)] = manifest
            } else {
                try remove(.ckpt, key)
            }
        }
        try keepBlobs(of: kept.values)
        for key in try reads.keys(.tag) {
            let tag = try? reads.payload(.tag, key).map { [UInt8]($0) }
            if let tag, tag.count == 40, let old = Int(exactly: UInt64(bigEndian: tag[..<8])), kept[old] != nil,
                let named = try reads.payload(.ckpt, sequenceKey(old)),
                SHA256.digest(of: named) == Digest(bytes: tag[8...])
            {
                continue
            }
            try remove(.tag, key)
        }
        for table in [Table.round, .score] {
            for key in try reads.keys(table, from: roundKey(manifest.round)) { try remove(table, key) }
        }
        for key in try reads.keys(.metric) where UInt64(bigEndian: key.dropFirst(2)) >= UInt64(manifest.step) {
            try remove(.metric, key)
        }
        for key in try reads.keys(.attempt) { try remove(.attempt, key) }
        try removeDamaged(.metric)
        try put(rows(removeDamaged(.event)))
        try putHead(manifest.following(link, as: number))
    }

    /// - Returns: how many rows it removed.
    @discardableResult
    private func removeDamaged(_ table: Table) throws -> Int {
        let damaged = try reads.keys(table).filter { key in
            let isCounted = table != .event || (key.count == 8 && UInt64(bigEndian: key) < UInt64(Int64.max))
            return !isCounted || (try? reads.required(table, key)) == nil
        }
        for key in damaged { try remove(table, key) }
        return damaged.count
    }

    /// Removes the blobs that no manifest names, and those that are damaged: a commit does not write what is there.
    private func keepBlobs(of manifests: some Collection<Manifest>) throws {
        var whole: [Digest: Bool] = [:]
        for blob in manifests.flatMap(\.blobs) where whole[blob.sha256] == nil {
            whole[blob.sha256] = (try? reads.eachChunk(of: blob) { _, _ in }) != nil
        }
        for key in try reads.keys(.blob) {
            let isKept = key.count == 36 && Digest(bytes: key[..<32]).flatMap { whole[$0] } == true
            if !isKept { try remove(.blob, key) }
        }
    }
}
