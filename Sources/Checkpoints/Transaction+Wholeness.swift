import Foundations
import FoundationEssentials

// What it takes for one checkpoint to be gone on from, whatever else of the store is damaged.

extension ReadTransaction {
    /// Sequence numbers above this can only come from damage.
    static var greatestSeq: Int { 1 << 48 }

    /// The keys of a table as they lie there, from `start` on; no record is looked at.
    func keys(_ table: Table, from start: [UInt8] = []) throws -> [[UInt8]] {
        var keys: [[UInt8]] = []
        try each(table, from: start) { key, _ in
            keys.append(Array(key))
            return true
        }
        return keys
    }

    /// The numbers of all checkpoints in ascending order, those with damaged manifests among them.
    func sequence() throws -> [Int] {
        try keys(.ckpt).compactMap { key in
            let seq = UInt64(bigEndian: key)
            return key.count == 8 && seq <= UInt64(Self.greatestSeq) ? Int(seq) : nil
        }
    }

    /// Calls the closure with the chunks of a blob in order. When this returns, all checksums and the SHA-256 held.
    /// - Throws: exit 5 where a chunk is missing or damaged; the closure may have seen some by then.
    func eachChunk(of blob: BlobReference, _ body: (Int, UnsafeRawBufferPointer) throws -> Void) throws {
        var hash = SHA256()
        for chunk in 0..<blob.chunks {
            let key = chunkKey(blob.sha256, chunk)
            guard let payload = try payload(.blob, key) else {
                throw damaged(.blob, key, "a chunk of \(blob.name) is missing")
            }
            let expected = min(Table.chunkBytes, blob.bytes - chunk * Table.chunkBytes)
            guard payload.count == expected else {
                throw damaged(.blob, key, "\(payload.count) bytes, expected \(expected)")
            }
            try body(chunk, payload)
            hash.update(payload)
        }
        guard hash.finalize() == blob.sha256 else {
            throw damaged(.blob, chunkKey(blob.sha256, 0), "\(blob.name) fails its SHA-256")
        }
    }

    /// The manifest of a checkpoint of which everything holds: what ``linked(_:)`` checks, the SHA-256 of every blob, and
    /// what is recorded of the rounds before it.
    /// - Throws: exit 5 naming the first thing that does not hold. Cost: reads and hashes its blobs.
    func whole(_ seq: Int) throws -> (manifest: Manifest, link: ManifestLink) {
        let found = try linked(seq)
        for blob in found.manifest.blobs { try eachChunk(of: blob) { _, _ in } }
        try checkHistory(before: found.manifest.round)
        return found
    }

    /// That what is recorded of the rounds a checkpoint has behind it holds: a row for each, and its scores.
    /// - Throws: exit 5 naming the first that does not.
    func checkHistory(before round: Int) throws {
        let end = roundKey(round)
        var rounds = 0
        for table in [Table.round, .score] {
            for key in try keys(table).prefix(while: { $0.lexicographicallyPrecedes(end) }) {
                _ = try required(table, key)
                if table == .round { rounds += 1 }
            }
        }
        guard rounds == round else {
            throw damaged(.round, end, "of \(round) rounds before it \(rounds) are recorded")
        }
    }

    /// The manifest of a checkpoint: its record holds, its links as far as the store has their ends, and the head where
    /// that names it. - Throws: exit 5 naming the first thing that does not hold.
    func linked(_ seq: Int) throws -> (manifest: Manifest, link: ManifestLink) {
        let key = sequenceKey(seq)
        let manifest = try manifest(seq)
        let digest = SHA256.digest(of: try required(.ckpt, key))
        if let head = try? head(), head.seq == seq, head.sha256 != digest {
            throw damaged(.ckpt, key, "it is not the manifest the head names")
        }
        for link in [manifest.parent, manifest.anchor].compactMap({ $0 }) {
            if let other = try? payload(.ckpt, sequenceKey(link.seq)), SHA256.digest(of: other) != link.sha256 {
                throw damaged(.ckpt, key, "its link to manifest \(link.seq) does not hold")
            }
        }
        return (manifest, ManifestLink(seq: seq, sha256: digest))
    }

    /// The newest checkpoint that can be gone on with: everything of it holds, and recipe and identity of the run do. Nil
    /// where there is none. Cost: as ``whole(_:)`` for each tried.
    func newestWhole() throws -> Int? {
        guard (try? required(.meta, Array("recipe".utf8))) != nil,
            (try? required(.meta, Array("identity".utf8))) != nil
        else { return nil }
        return try sequence().last { (try? whole($0)) != nil }
    }
}

extension WriteTransaction {
    /// Writes a manifest and makes it the head.
    func putHead(_ manifest: Manifest) throws {
        let bytes = [UInt8](try JSONEncoder.canonical.encode(manifest))
        try put(.ckpt, sequenceKey(manifest.seq), bytes)
        let head = Head(
            seq: manifest.seq, sha256: SHA256.digest(of: bytes), phase: manifest.phase, round: manifest.round,
            step: manifest.step)
        try put(.meta, Array("head".utf8), head.encoded)
    }
}

extension Manifest {
    /// Whether its numbers are ones that this program could have written.
    var isInRange: Bool {
        let links = [parent, anchor].compactMap { $0?.seq }
        return 0...Int(UInt32.max) ~= round && step >= 0 && links.allSatisfy { 0..<max(1, seq) ~= $0 }
            && blobs.allSatisfy { 0...1 << 48 ~= $0.bytes }
    }

    /// The content of this checkpoint as one that follows it: a new number, linked to this one, no end of a round.
    func following(
        _ link: ManifestLink, as seq: Int, state: Data? = nil, digest: String? = nil
    ) -> Manifest {
        Manifest(
            seq: seq, parent: link, anchor: isRoundEnd ? link : anchor, phase: phase, round: round, step: step,
            isRoundEnd: false, digest: digest ?? self.digest, fingerprint: fingerprint, state: state ?? self.state,
            blobs: blobs)
    }
}
