import Foundations
import FoundationEssentials

extension CheckpointStore {
    /// The newest checkpoint, as of now.
    package var head: Head {
        get throws { try environment.read("read") { try $0.head() } }
    }

    /// - Throws: exit 2 where there is no such checkpoint; 5 where it is damaged.
    package func manifest(_ seq: Int) throws -> Manifest {
        try environment.read("read") { transaction in
            guard seq >= 0, try transaction.get(.ckpt, sequenceKey(seq)) != nil else {
                throw StoreError(
                    .usage, cannot: "read", "checkpoint \(seq) of \(folder)", because: "there is none",
                    hint: "`\(ProgramName.current) checkpoint list \(folder.name)` lists them")
            }
            return try transaction.manifest(seq)
        }
    }

    /// The manifest of the head.
    package func newest() throws -> Manifest {
        try environment.read("read") { try $0.manifest($0.head().seq) }
    }

    /// All checkpoints the store holds, oldest first, without the agent's state.
    package func manifests() throws -> [Manifest] {
        try allManifests().map(\.withoutState)
    }

    func allManifests() throws -> [Manifest] {
        try environment.read("read") { transaction in
            var seqs: [Int] = []
            try transaction.each(.ckpt) { key, _ in
                seqs.append(Int(truncatingIfNeeded: UInt64(bigEndian: key)))
                return true
            }
            return try seqs.map { try transaction.manifest($0) }
        }
    }

    /// The bytes of a blob; checksums and SHA-256 have been checked.
    package func read(_ blob: BlobReference) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: blob.bytes) { buffer, count in
            try read(blob, into: UnsafeMutableRawBufferPointer(buffer))
            count = blob.bytes
        }
    }

    /// Copies a blob to memory of exactly its size; checksums and SHA-256 have been checked when this returns.
    /// - Throws: exit 5 where a chunk is missing or damaged; the memory is then partly written. The hint names the
    ///   checkpoint to go back to.
    /// - Cost: one copy, one CRC and one SHA-256 of the bytes.
    package func read(_ blob: BlobReference, into memory: UnsafeMutableRawBufferPointer) throws {
        require(memory.count == blob.bytes, "blob \(blob.name) has \(blob.bytes) bytes, the memory \(memory.count)")
        do {
            try environment.read("read") { transaction in
                try transaction.eachChunk(of: blob) { chunk, payload in
                    let start = chunk * Table.chunkBytes
                    UnsafeMutableRawBufferPointer(rebasing: memory[start..<start + payload.count])
                        .copyMemory(from: payload)
                }
            }
        } catch let error as StoreError {
            throw hinting(error)
        }
    }

    /// The recipe the run was created with.
    package func recipe() throws -> [UInt8] {
        try environment.read("read") { [UInt8](try $0.required(.meta, Array("recipe".utf8))) }
    }

    package func identity() throws -> String { try text(.meta, Array("identity".utf8)) }

    /// The JSON of every recorded round, in order.
    package func rounds() throws -> [(round: Int, json: String)] {
        try rows(.round) { (Int(UInt64(bigEndian: $0)), text($1)) }
    }

    /// The scores of a round, in the order of the children's keys.
    package func scores(_ round: Int) throws -> [(child: String, json: String)] {
        try rows(.score, prefix: roundKey(round)) { (String(decoding: $0.dropFirst(4), as: UTF8.self), text($1)) }
    }

    /// A metric in the order of steps; empty where the series is unknown.
    package func metrics(_ series: String) throws -> [(step: Int, value: Double)] {
        try environment.read("read") { transaction in
            guard let number = try transaction.number(ofSeries: series) else { return [] }
            var points: [(step: Int, value: Double)] = []
            try transaction.eachPayload(.metric, prefix: number.bigEndianBytes) { key, payload in
                guard payload.count == 8 else { throw transaction.damaged(.metric, key, "not a number") }
                let bits = UInt64(littleEndian: payload.loadUnaligned(as: UInt64.self))
                points.append((Int(UInt64(bigEndian: key[2...])), Double(bitPattern: bits)))
            }
            return points
        }
    }

    /// The names of the metric series, in byte order.
    package func series() throws -> [String] { try environment.read("read") { try $0.seriesNames() } }

    package func events() throws -> [(number: Int, json: String)] {
        try rows(.event) { (Int(UInt64(bigEndian: $0)), text($1)) }
    }

    /// Named checkpoints in the order of names.
    package func tags() throws -> [(name: String, seq: Int)] {
        try environment.read("read") { try $0.tags().map { ($0.name, $0.seq) } }
    }

    /// The size of the store's file.
    package var bytesOnDisk: Int { environment.fileBytes }

    /// How far the file may grow before the map must, and LMDB's flags for the open store; for tests and `show`.
    package var mapBytes: Int { environment.mapBytes }
    package var flags: UInt32 { environment.flags }

    private func text(_ payload: UnsafeRawBufferPointer) -> String { String(decoding: payload, as: UTF8.self) }

    private func text(_ table: Table, _ key: [UInt8]) throws -> String {
        try environment.read("read") { String(decoding: try $0.required(table, key), as: UTF8.self) }
    }

    private func rows<T>(
        _ table: Table, prefix: [UInt8] = [], _ make: ([UInt8], UnsafeRawBufferPointer) -> T
    ) throws -> [T] {
        do {
            return try environment.read("read") { transaction in
                var rows: [T] = []
                try transaction.eachPayload(table, prefix: prefix) { rows.append(make($0, $1)) }
                return rows
            }
        } catch let error as StoreError {
            throw hinting(error)
        }
    }
}

extension ReadTransaction {
    func manifest(_ seq: Int) throws -> Manifest {
        let manifest = try decode(Manifest.self, .ckpt, sequenceKey(seq))
        guard manifest.seq == seq else { throw damaged(.ckpt, sequenceKey(seq), "it is manifest \(manifest.seq)") }
        guard manifest.isInRange else { throw damaged(.ckpt, sequenceKey(seq), "a number in it is out of range") }
        return manifest
    }

    func tags() throws -> [(name: String, seq: Int, sha256: Digest)] {
        var tags: [(name: String, seq: Int, sha256: Digest)] = []
        try eachPayload(.tag) { key, payload in
            guard payload.count == 40, let digest = Digest(bytes: payload[8...]) else {
                throw damaged(.tag, key, "it is not a tag")
            }
            let seq = Int(truncatingIfNeeded: UInt64(bigEndian: payload[..<8]))
            tags.append((String(decoding: key, as: UTF8.self), seq, digest))
        }
        return tags
    }

    func seriesNames() throws -> [String] {
        var names: [String] = []
        try eachPayload(.meta, prefix: Array("series/".utf8)) { key, _ in
            names.append(String(decoding: key.dropFirst(7), as: UTF8.self))
        }
        return names
    }

    func number(ofSeries name: String) throws -> UInt16? {
        let key = Array("series/\(name)".utf8)
        guard let payload = try payload(.meta, key) else { return nil }
        guard payload.count == 2 else { throw damaged(.meta, key, "it is not the number of a series") }
        return UInt16(UInt64(bigEndian: payload))
    }
}
