import Foundations
import FoundationEssentials
import Glibc

// Schema 2 (this program): the same tables, records, manifests and head as schema 1; what changed is the agent's state
// inside a manifest, which is opaque here. An older store is read as it is; nothing but `upgrade` changes its schema.

extension CheckpointStore {
    /// The schema of the store as it lies on disk.
    package var recordedSchema: Int { state.withLock { $0.recordedSchema } }

    /// Brings an older store to this program's schema; does nothing to one that has it.
    ///
    /// First a copy of the store is made beside it, `db/data.mdb.schema-N`, which stays. Then one transaction rewrites
    /// all manifests with their new state; links, head and tags follow the new SHA-256s. A link to a manifest that
    /// retention has dropped keeps the SHA-256 it has: there is nothing to check it against. Then `run.json` follows.
    /// Cut short at any point, the store has either schema, whole, and this may be called again.
    /// - Parameter state: the state of one manifest, as the new schema has it. Called once a manifest, oldest first, and
    ///   all over again where the map had to grow.
    /// - Throws: what `state` throws; exit 5 where a manifest is damaged; 11 where the disk is full or fails. Nothing
    ///   is changed then but for the copy.
    /// - Cost: a copy of the file and two fsyncs, then a rewrite of the manifests.
    package func upgrade(_ state: (Data) throws -> Data) throws {
        requireWriting()
        let old = recordedSchema
        if old == Self.schema { return try payCard() }
        try environment.backUp(as: "data.mdb.schema-\(old)")
        let manifests = try environment.write("upgrade") { transaction in
            let manifests = try transaction.rewrite(state)
            let key = Array("format".utf8)
            var format = try transaction.reads.decode(Format.self, .meta, key)
            (format.schema, format.minReader) = (Self.schema, Self.minReader)
            try transaction.put(.meta, key, json: format)
            return manifests
        }
        self.state.withLock { state in
            state.recordedSchema = Self.schema
            state.card.schema = Self.schema
            for manifest in manifests { state.manifests[manifest.seq] = manifest.withoutState }
            state.owed = OwedCard()
        }
        try payCard()
    }
}

extension WriteTransaction {
    /// Rewrites every manifest, oldest first, and what names them. - Returns: the manifests.
    fileprivate func rewrite(_ state: (Data) throws -> Data) throws -> [Manifest] {
        var seqs: [Int] = []
        try reads.each(.ckpt) { key, _ in
            seqs.append(Int(truncatingIfNeeded: UInt64(bigEndian: key)))
            return true
        }
        // Links point backwards: the SHA-256s of the manifests behind are known.
        var digests: [Int: (old: Digest, new: Digest)] = [:]
        func renewed(_ seq: Int, _ sha256: Digest) -> Digest {
            digests[seq].flatMap { $0.old == sha256 ? $0.new : nil } ?? sha256
        }
        func renewed(_ link: ManifestLink?) -> ManifestLink? {
            link.map { ManifestLink(seq: $0.seq, sha256: renewed($0.seq, $0.sha256)) }
        }
        var manifests: [Manifest] = []
        for seq in seqs {
            let old = try reads.manifest(seq)
            let before = SHA256.digest(of: try reads.required(.ckpt, sequenceKey(seq)))
            let new = Manifest(
                seq: seq, parent: renewed(old.parent), anchor: renewed(old.anchor), phase: old.phase, round: old.round,
                step: old.step, isRoundEnd: old.isRoundEnd, digest: old.digest, fingerprint: old.fingerprint,
                state: try state(old.state), blobs: old.blobs)
            let bytes = [UInt8](try JSONEncoder.canonical.encode(new))
            try put(.ckpt, sequenceKey(seq), bytes)
            digests[seq] = (before, SHA256.digest(of: bytes))
            manifests.append(new)
        }
        let head = try reads.head()
        try put(
            .meta, Array("head".utf8),
            Head(
                seq: head.seq, sha256: renewed(head.seq, head.sha256), phase: head.phase, round: head.round,
                step: head.step
            ).encoded)
        for tag in try reads.tags() {
            try put(.tag, Array(tag.name.utf8), sequenceKey(tag.seq) + renewed(tag.seq, tag.sha256).bytes)
        }
        return manifests
    }
}

extension Environment {
    /// Makes a consistent, synced copy of the file in its folder, replacing an earlier one in one step.
    /// - Throws: exit 11; a copy that was begun is removed.
    func backUp(as name: String) throws {
        let path = folder + "/" + name, part = path + ".part"
        let file = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw StoreError.system(cannot: "write", part) }
        do {
            defer { Glibc.close(file) }
            try copy(to: file, part)
            guard fsync(file) == 0 else { throw StoreError.system(cannot: "write", part) }
        } catch {
            unlink(part)
            throw error
        }
        guard rename(part, path) == 0 else { throw StoreError.system(cannot: "write", path) }
        try Files.sync(folder)
    }

    private func copy(to file: Int32, _ path: String) throws {
        pthread_rwlock_rdlock(gate)
        defer { pthread_rwlock_unlock(gate) }
        if let trouble { throw trouble.refusal(folder) }
        try check(opened.copy(to: file, isCompacting: false), "write", path)
    }
}
