import Foundations
import FoundationEssentials
import Synchronization

extension CheckpointStore {
    /// Makes a checkpoint durable: new blobs, manifest, rows, the sweep of what retention drops, and the head, in one
    /// transaction. When this returns, the checkpoint survives a kill and a power cut.
    ///
    /// Blobs the store has already are not written again. Where the error ``StoreError/isFull``, the same commit may be
    /// tried again, and is made once however often it is tried: where the checkpoint stands already and only the floor
    /// in `run.json` is owed, that alone is written.
    /// - Parameter keep: how many of the newest checkpoints stay, at least 2. Round ends and tagged ones always stay.
    /// - Returns: the number of the checkpoint.
    /// - Throws: exit 11 where the disk is full or fails; 5 where an `unchanged` blob is not in the store. Where a
    ///   round end cannot update the floor in `run.json` it throws 11 too, and the checkpoint stands.
    /// - Cost: SHA-256 of the blobs that may have changed, a copy of those that did, and one fdatasync.
    @discardableResult
    package func commit(_ commit: Commit, keep: Int = 3) throws -> Int {
        requireWriting()
        try requireFolder()
        let blobs = commit.blobs.map(\.hashed)
        if let seq = try payCard(for: commit, blobs) { return seq }
        let manifest: Manifest
        do {
            manifest = try append(commit, blobs, keep: keep)
        } catch let error as StoreError where error.isFull {
            guard try makeRoom(keep: keep) else { throw error }
            manifest = try append(commit, blobs, keep: keep)
        }
        // An acknowledgement for a store that is on no disk any more would be a lie.
        try requireFolder()
        if commit.isRoundEnd {
            state.withLock { state in
                state.card.floor = manifest.seq
                state.owed = OwedCard(manifest: manifest, rows: commit.rows)
            }
            try payCard()
        }
        return manifest.seq
    }

    private func append(
        _ commit: Commit, _ blobs: [(blob: Blob, reference: BlobReference)], keep: Int
    ) throws -> Manifest {
        let known = state.withLock { $0.manifests }
        let (manifest, dropped) = try environment.write("commit to") { transaction in
            let head = try transaction.reads.head()
            guard let parent = known[head.seq] else {
                throw transaction.reads.damaged(.ckpt, sequenceKey(head.seq), "another writer has been at work")
            }
            let manifest = try transaction.append(commit, blobs, after: (head, parent))
            var manifests = known
            manifests[manifest.seq] = manifest.withoutState
            let tagged = try transaction.reads.tags().map(\.seq)
            return (manifest, try transaction.sweep(manifests, keeping: max(2, keep), and: Set(tagged)))
        }
        state.withLock { state in
            state.manifests[manifest.seq] = manifest.withoutState
            for seq in dropped { state.manifests[seq] = nil }
        }
        return manifest
    }

    /// That the run's folder is still the one that was opened.
    func requireFolder() throws {
        guard lock?.isAt(folder.lock) != false, environment.isAt(folder.database) else {
            throw StoreError(
                .storage, cannot: "go on with", folder.path,
                because: "its folder was removed or replaced while the run was at work",
                hint: "put the folder back where it was, then: \(folder.resumeCommand)")
        }
    }

    /// Makes rows durable without a checkpoint: progress that need not be repeated, and events.
    package func record(_ rows: [Row]) throws {
        requireWriting()
        try requireFolder()
        try environment.write("record in") { try $0.put(rows) }
    }

    /// Gives a checkpoint a name; it stays until the name is taken away or given to another.
    /// - Throws: exit 2 for a bad name or where there is no such checkpoint.
    package func tag(_ seq: Int, as name: String) throws {
        requireWriting()
        try RunFolder.check(name, as: "tag")
        try environment.write("tag") { transaction in
            guard let manifest = try transaction.reads.payload(.ckpt, sequenceKey(seq)) else {
                throw StoreError(.usage, cannot: "tag", "checkpoint \(seq) of \(folder)", because: "there is none")
            }
            let digest = SHA256.digest(of: manifest)
            try transaction.put(.tag, Array(name.utf8), sequenceKey(seq) + digest.bytes)
        }
    }

    /// - Returns: false where there was no such tag.
    @discardableResult
    package func untag(_ name: String) throws -> Bool {
        requireWriting()
        return try environment.write("untag") { try $0.remove(.tag, Array(name.utf8)) }
    }

    func requireWriting() {
        require(access == .writing, "the store of run \(folder.name) is open for reading")
    }
}

extension Blob {
    /// The blob with its reference. Cost: one SHA-256, none where it is unchanged.
    var hashed: (blob: Blob, reference: BlobReference) {
        switch content {
        case .unchanged(let reference): (self, reference)
        case .array(let bytes):
            (self, BlobReference(name: name, bytes: bytes.count, sha256: SHA256.digest(of: bytes)))
        case .memory(let bytes):
            (self, BlobReference(name: name, bytes: bytes.count, sha256: SHA256.digest(of: bytes)))
        }
    }
}

extension WriteTransaction {
    /// Writes blobs, manifest, rows and head of the checkpoint that follows `previous` (nil: the first).
    @discardableResult
    func append(
        _ commit: Commit, _ blobs: [(blob: Blob, reference: BlobReference)],
        after previous: (head: Head, manifest: Manifest)?
    ) throws -> Manifest {
        for (blob, reference) in blobs {
            switch blob.content {
            case .memory(let bytes): _ = try put(reference, bytes)
            case .array(let bytes): _ = try bytes.withUnsafeBytes { try put(reference, $0) }
            case .unchanged:
                if try reads.get(.blob, chunkKey(reference.sha256, 0)) == nil {
                    throw reads.damaged(.blob, chunkKey(reference.sha256, 0), "an unchanged blob is missing")
                }
            }
        }
        let parent = previous.map { ManifestLink(seq: $0.head.seq, sha256: $0.head.sha256) }
        let manifest = Manifest(
            seq: previous.map { $0.head.seq + 1 } ?? 0, parent: parent,
            anchor: previous.flatMap { $0.manifest.isRoundEnd ? parent : $0.manifest.anchor },
            phase: commit.phase, round: commit.round, step: commit.step, isRoundEnd: commit.isRoundEnd,
            digest: commit.digest, fingerprint: commit.fingerprint, state: Data(commit.state),
            blobs: blobs.map(\.reference))
        let bytes = [UInt8](try JSONEncoder.canonical.encode(manifest))
        try put(.ckpt, sequenceKey(manifest.seq), bytes)
        try put(commit.rows)
        let head = Head(
            seq: manifest.seq, sha256: SHA256.digest(of: bytes), phase: commit.phase, round: commit.round,
            step: commit.step)
        try put(.meta, Array("head".utf8), head.encoded)
        return manifest
    }

    func put(_ rows: [Row]) throws {
        var series: [String: UInt16] = [:]
        for row in rows {
            switch row {
            case .score(let round, let child, let json):
                require(child.utf8.count <= 500, "the key of child \(child) has more than 500 bytes")
                try put(.score, roundKey(round) + Array(child.utf8), Array(json.utf8))
            case .round(let round, let json): try put(.round, roundKey(round), Array(json.utf8))
            case .metric(let name, let step, let value):
                let id = try series[name] ?? number(ofSeries: name)
                series[name] = id
                try put(.metric, metricKey(id, step), withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init))
            case .event(let json):
                let number = try reads.lastKey(.event).map { key in
                    guard key.count == 8, let last = Int(exactly: UInt64(bigEndian: key)), last < .max else {
                        throw reads.damaged(.event, key, "its key is no number of an event")
                    }
                    return last + 1
                }
                try put(.event, sequenceKey(number ?? 0), Array(json.utf8))
            }
        }
    }

    /// The number of a metric series, given at its first use.
    private func number(ofSeries name: String) throws -> UInt16 {
        require(1...400 ~= name.utf8.count, "a series has a name of 1 to 400 bytes, not \(name.utf8.count)")
        if let known = try reads.number(ofSeries: name) { return known }
        let number = UInt16(try reads.seriesNames().count)
        try put(.meta, Array("series/\(name)".utf8), number.bigEndianBytes)
        return number
    }

    /// Drops the manifests that retention lets go, and the blobs only they name.
    /// - Returns: the dropped seqs.
    func sweep(_ manifests: [Int: Manifest], keeping newest: Int, and tagged: Set<Int>) throws -> [Int] {
        let kept = Set(manifests.keys.sorted().suffix(newest)).union(tagged)
        let dropped = manifests.values.filter { !kept.contains($0.seq) && !$0.isRoundEnd }
        if dropped.isEmpty { return [] }
        let gone = Set(dropped.map(\.seq))
        var live: Set<Digest> = []
        for manifest in manifests.values where !gone.contains(manifest.seq) {
            live.formUnion(manifest.blobs.map(\.sha256))
        }
        var swept: Set<Digest> = []
        for manifest in dropped {
            for blob in manifest.blobs where !live.contains(blob.sha256) && swept.insert(blob.sha256).inserted {
                for chunk in 0..<blob.chunks { try remove(.blob, chunkKey(blob.sha256, chunk)) }
            }
            try remove(.ckpt, sequenceKey(manifest.seq))
        }
        return gone.sorted()
    }
}
