import Foundations
import FoundationEssentials

// Records over raw values: everything that is read has passed its checksums, everything written carries them.

extension ReadTransaction {
    /// The payload of a record, nil where the key is absent. Valid inside the transaction only.
    /// - Throws: exit 5 naming table, key and problem.
    func payload(_ table: Table, _ key: [UInt8]) throws -> UnsafeRawBufferPointer? {
        guard let value = try get(table, key) else { return nil }
        return try checked(value, table, key)
    }

    /// The payload. Valid inside the transaction only. - Throws: exit 5 where the record is damaged or absent.
    ///
    /// It is no copy for a reason beside speed: where a copied array is not used, Swift 6.3 frees it before it fills it.
    func required(_ table: Table, _ key: [UInt8]) throws -> UnsafeRawBufferPointer {
        guard let payload = try payload(table, key) else { throw damaged(table, key, "the record is missing") }
        return payload
    }

    /// Calls the closure with the keys that begin with `prefix` and their payloads.
    func eachPayload(
        _ table: Table, prefix: [UInt8] = [], _ body: ([UInt8], UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try each(table, from: prefix) { key, value in
            guard key.starts(with: prefix) else { return false }
            let key = Array(key)
            try body(key, checked(value, table, key))
            return true
        }
    }

    func decode<T: Decodable>(_ type: T.Type, _ table: Table, _ key: [UInt8]) throws -> T {
        do {
            return try JSONDecoder().decode(type, from: Data(required(table, key)))
        } catch is DecodingError {
            throw damaged(table, key, "it is not a \(T.self)")
        }
    }

    func head() throws -> Head {
        let key = Array("head".utf8)
        guard let head = Head(encoded: [UInt8](try required(.meta, key))) else {
            throw damaged(.meta, key, "it is not a head")
        }
        return head
    }

    func damaged(_ table: Table, _ key: [UInt8], _ problem: String) -> StoreError {
        StoreError(.corrupt, cannot: operation, subject(table, key), because: problem)
    }

    private func checked(
        _ value: UnsafeRawBufferPointer, _ table: Table, _ key: [UInt8]
    ) throws -> UnsafeRawBufferPointer {
        do {
            return try key.withUnsafeBytes { try Record.payload(of: value, table: table, key: $0) }
        } catch let damage as Damage {
            throw damaged(table, key, damage.problem)
        }
    }
}

extension WriteTransaction {
    func put(_ table: Table, _ key: [UInt8], _ payload: UnsafeRawBufferPointer) throws {
        try reserve(table, key, count: Record.headerBytes + payload.count) { value in
            Record.fill(value, table: table, key: key) { $0.copyMemory(from: payload) }
        }
    }

    func put(_ table: Table, _ key: [UInt8], _ payload: [UInt8]) throws {
        try payload.withUnsafeBytes { try put(table, key, $0) }
    }

    func put(_ table: Table, _ key: [UInt8], json: some Encodable) throws {
        try put(table, key, [UInt8](JSONEncoder.canonical.encode(json)))
    }

    /// Stores a blob in chunks unless it is there already. - Returns: the payload bytes written.
    func put(_ blob: BlobReference, _ bytes: UnsafeRawBufferPointer) throws -> Int {
        if try reads.get(.blob, chunkKey(blob.sha256, 0)) != nil { return 0 }
        for chunk in 0..<blob.chunks {
            let start = chunk * Table.chunkBytes
            let piece = bytes[start..<min(start + Table.chunkBytes, bytes.count)]
            try put(.blob, chunkKey(blob.sha256, chunk), UnsafeRawBufferPointer(rebasing: piece))
        }
        return bytes.count
    }
}
