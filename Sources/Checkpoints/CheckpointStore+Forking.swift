import Foundations
import FoundationEssentials

extension CheckpointStore {
    /// Makes a new run that begins where another one ended a round, and opens it for writing.
    ///
    /// The new store gets copies of the round end `seq`, of the round ends before it and of their blobs, byte for byte; of
    /// what is recorded of rounds and steps before it; and a head `seq + 1` with the same phase, round, step and blobs.
    /// Tags, events and noted failures stay behind. All of it is one transaction of a run made as
    /// ``create(_:recipe:identity:first:writer:)`` makes one, read on one snapshot: the source may be written meanwhile.
    ///
    /// - Parameters:
    ///   - source: may be open for reading, or the caller's own.
    ///   - seq: a round end of the source.
    ///   - state: the agent's state and the run digest of the new head, from the manifest as the source has it. Called
    ///     once, outside any transaction.
    ///   - rows: what is recorded with the new head.
    ///   - upgrading: what makes a state of today from one of an older schema, for the copies from an older store; their
    ///     links follow.
    /// - Throws: exit 2 where `seq` is no round end or the new run exists; 5 where something to be copied is damaged, with
    ///   every checksum looked at; 11 where the system refuses. There is no new run then.
    /// - Cost: reads, hashes and writes the blobs of all round ends up to `seq`; a state takes the disk once more.
    package static func fork(
        _ source: CheckpointStore, at seq: Int, into folder: RunFolder, recipe: [UInt8], identity: String,
        writer: String = "espalier", state: (Manifest) throws -> (state: [UInt8], digest: String), rows: [Row] = [],
        upgrading: @escaping (Data) throws -> Data = { $0 }
    ) throws -> CheckpointStore {
        let ends = try source.manifests().filter(\.isRoundEnd).map(\.seq)
        guard ends.contains(seq) else {
            throw StoreError(
                .usage, cannot: "fork", "checkpoint \(seq) of \(source.folder)",
                because: "it is not the end of a round; "
                    + (ends.isEmpty
                        ? "no round has ended" : "those are \(ends.map(String.init).joined(separator: ", "))"))
        }
        let head = try state(source.manifest(seq))
        return try source.environment.read("fork") { reads in
            try make(folder, recipe: recipe, identity: identity, writer: writer) { transaction in
                let known = try reads.decode(Format.self, .meta, Array("format".utf8)).schema
                let copy = Copy(reads: reads, writes: transaction)
                let (manifest, link) = try copy.roundEnds(to: seq, upgrading: known < schema ? upgrading : nil)
                try copy.rows(before: manifest)
                try transaction.put(rows)
                try transaction.putHead(
                    manifest.following(link, as: seq + 1, state: Data(head.state), digest: head.digest))
                return seq
            }
        }
    }
}

/// Copies records from one store to another, everything checked on the way.
private struct Copy {
    let reads: ReadTransaction
    let writes: WriteTransaction

    /// The round end `seq` and those before it, oldest first, with their blobs.
    /// - Returns: the last one with its link, as they are in the copy.
    func roundEnds(
        to seq: Int, upgrading: ((Data) throws -> Data)?
    ) throws -> (manifest: Manifest, link: ManifestLink) {
        var chain = [try reads.linked(seq)]
        while let anchor = chain.last!.manifest.anchor {
            let named = chain.last!.manifest.seq
            guard try reads.get(.ckpt, sequenceKey(anchor.seq)) != nil else {
                throw reads.damaged(.ckpt, sequenceKey(named), "round end \(anchor.seq), which it names, is missing")
            }
            chain.append(try reads.linked(anchor.seq))
        }
        var copied: Set<Digest> = []
        var links: [Int: ManifestLink] = [:]
        var last = chain[0]
        for (manifest, link) in chain.reversed() {
            for blob in manifest.blobs where copied.insert(blob.sha256).inserted {
                try reads.eachChunk(of: blob) { chunk, payload in
                    try writes.put(.blob, chunkKey(blob.sha256, chunk), payload)
                }
            }
            last = (manifest, link)
            if let upgrading {
                last.manifest = try manifest.with(state: upgrading(manifest.state), links)
                let bytes = [UInt8](try JSONEncoder.canonical.encode(last.manifest))
                last.link = ManifestLink(seq: manifest.seq, sha256: SHA256.digest(of: bytes))
                try writes.put(.ckpt, sequenceKey(manifest.seq), bytes)
            } else {
                try writes.put(
                    .ckpt, sequenceKey(manifest.seq), [UInt8](reads.required(.ckpt, sequenceKey(manifest.seq))))
            }
            links[manifest.seq] = last.link
        }
        return last
    }

    /// Rounds and scores of rounds before the manifest's, metrics of steps before its own.
    func rows(before manifest: Manifest) throws {
        for table in [Table.round, .score] {
            try reads.eachPayload(table) { key, payload in
                if UInt64(bigEndian: key.prefix(4)) < UInt64(manifest.round) { try writes.put(table, key, payload) }
            }
        }
        // All of them: the number of the next series is the count of those there are.
        try reads.eachPayload(.meta, prefix: Array("series/".utf8)) { key, payload in
            try writes.put(.meta, key, payload)
        }
        try reads.eachPayload(.metric) { key, payload in
            if UInt64(bigEndian: key.dropFirst(2)) < UInt64(manifest.step) { try writes.put(.metric, key, payload) }
        }
    }
}

extension Manifest {
    /// The same checkpoint with another state, its links replaced where `links` has others.
    fileprivate func with(state: Data, _ links: [Int: ManifestLink]) -> Manifest {
        func follow(_ link: ManifestLink?) -> ManifestLink? { link.map { links[$0.seq] ?? $0 } }
        return Manifest(
            seq: seq, parent: follow(parent), anchor: follow(anchor), phase: phase, round: round, step: step,
            isRoundEnd: isRoundEnd, digest: digest, fingerprint: fingerprint, state: state, blobs: blobs)
    }
}
