import Foundations
import FoundationEssentials

/// What ``CheckpointStore/verify(full:)`` found.
package struct VerifyResult: Sendable, Equatable {
    package struct Problem: Sendable, Equatable, Codable {
        package let table: String
        package let key: String
        package let problem: String
    }
    package var records = 0
    /// Payload bytes.
    package var bytes = 0
    package var errors: [Problem] = []
    /// The newest checkpoint that is whole; nil where there is none.
    package var newestGood: Int?
}

extension CheckpointStore {
    /// Checks every record, the chain of manifests, and that blobs and manifests need each other.
    ///
    /// Opening has walked the pages of keys already, so that damage is reported here and does not end the process.
    /// - Parameter full: also the SHA-256 of every blob.
    /// - Throws: exit 11 where the file cannot be read; damage is in the result.
    /// - Cost: reads the store once on one snapshot, 2 GB/s from memory; `full` adds 0.7 ns a byte. Meanwhile a writer
    ///   cannot reuse space, so its file may grow by what it commits.
    package func verify(full: Bool = false) throws -> VerifyResult {
        try environment.read("verify") { transaction in
            var check = Verification(transaction: transaction, isFull: full)
            for table in Table.allCases { check.scan(table) }
            check.relations()
            return check.result
        }
    }
}

private struct Verification {
    let transaction: ReadTransaction
    let isFull: Bool
    var result = VerifyResult()
    /// Sound chunks: their bytes, by blob and number.
    private var chunks: [Digest: [Int: Int]] = [:]
    private var manifests: [Int: (manifest: Manifest, sha256: Digest)] = [:]

    init(transaction: ReadTransaction, isFull: Bool) {
        self.transaction = transaction
        self.isFull = isFull
    }

    private mutating func complain(_ table: Table, _ key: some Collection<UInt8>, _ problem: String) {
        result.errors.append(.init(table: table.name, key: table.describe(key), problem: problem))
    }

    mutating func scan(_ table: Table) {
        do {
            try transaction.each(table) { key, value in
                result.records += 1
                do throws(Damage) {
                    let payload = try Record.payload(of: value, table: table, key: key)
                    result.bytes += payload.count
                    note(table, key, payload)
                } catch {
                    complain(table, key, error.problem)
                }
                return true
            }
        } catch {
            complain(table, [], (error as? StoreError)?.cause ?? "\(error)")
        }
    }

    private mutating func note(_ table: Table, _ key: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer) {
        switch table {
        case .blob where key.count == 36:
            let chunk = Int(UInt64(bigEndian: key[32...]))
            chunks[Digest(bytes: key[..<32])!, default: [:]][chunk] = payload.count
        case .ckpt where key.count == 8:
            let seq = Int(truncatingIfNeeded: UInt64(bigEndian: key))
            guard let manifest = try? JSONDecoder().decode(Manifest.self, from: Data(payload)), manifest.seq == seq,
                manifest.isInRange
            else { return complain(table, key, "it is not manifest \(seq)") }
            manifests[seq] = (manifest, SHA256.digest(of: payload))
        case .blob, .ckpt: complain(table, key, "a key of \(key.count) bytes")
        default: break
        }
    }

    mutating func relations() {
        let isWholeRun = ["recipe", "identity"].allSatisfy { (try? transaction.required(.meta, Array($0.utf8))) != nil }
        var live: Set<Digest> = []
        var verdicts: [BlobReference: Bool] = [:]
        for (seq, entry) in manifests.sorted(by: { $0.key < $1.key }) {
            var isGood = true
            for link in [entry.manifest.parent, entry.manifest.anchor].compactMap({ $0 }) {
                if let other = manifests[link.seq], other.sha256 != link.sha256 {
                    complain(.ckpt, sequenceKey(seq), "its link to manifest \(link.seq) does not hold")
                    isGood = false
                }
            }
            if let anchor = entry.manifest.anchor, manifests[anchor.seq] == nil {
                complain(.ckpt, sequenceKey(seq), "round end \(anchor.seq), which it names, is missing")
            }
            for blob in entry.manifest.blobs {
                live.insert(blob.sha256)
                let isWhole = verdicts[blob] ?? whole(blob)
                verdicts[blob] = isWhole
                isGood = isGood && isWhole
            }
            // Without the run's recipe and identity no checkpoint helps.
            isGood = isGood && (try? transaction.checkHistory(before: entry.manifest.round)) != nil
            if isGood && isWholeRun { result.newestGood = seq }
        }
        for digest in chunks.keys.filter({ !live.contains($0) }).sorted(by: { "\($0)" < "\($1)" }) {
            complain(.blob, chunkKey(digest, 0), "no manifest names it")
        }
        names()
    }

    /// That the head and the tags name the manifests they were made for.
    private mutating func names() {
        let key = Array("head".utf8)
        if let head = try? transaction.head() {
            if manifests[head.seq]?.sha256 != head.sha256 {
                complain(.meta, key, "manifest \(head.seq), which it names, is missing or another")
            }
        } else if !result.errors.contains(where: { $0.table == "meta" && $0.key == "head" }) {
            complain(.meta, key, "it is missing")
        }
        for tag in (try? transaction.tags()) ?? [] where manifests[tag.seq]?.sha256 != tag.sha256 {
            complain(.tag, Array(tag.name.utf8), "manifest \(tag.seq), which it names, is missing or another")
        }
    }

    private mutating func whole(_ blob: BlobReference) -> Bool {
        let known = chunks[blob.sha256] ?? [:]
        var hash = SHA256()
        for chunk in 0..<blob.chunks {
            let key = chunkKey(blob.sha256, chunk)
            let expected = min(Table.chunkBytes, blob.bytes - chunk * Table.chunkBytes)
            guard let bytes = known[chunk] else {
                complain(.blob, key, "a chunk of \(blob.name) is missing or damaged")
                return false
            }
            guard bytes == expected else {
                complain(.blob, key, "\(bytes) bytes, expected \(expected)")
                return false
            }
            if isFull, let payload = try? transaction.payload(.blob, key) { hash.update(payload) }
        }
        guard known.count == blob.chunks else {
            complain(.blob, chunkKey(blob.sha256, blob.chunks), "\(known.count) chunks, expected \(blob.chunks)")
            return false
        }
        if isFull, hash.finalize() != blob.sha256 {
            complain(.blob, chunkKey(blob.sha256, 0), "\(blob.name) fails its SHA-256")
            return false
        }
        return true
    }
}
