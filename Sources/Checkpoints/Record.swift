import Foundations

/// The envelope of every value in the store: 32 bytes, then the payload. Numbers are little-endian.
///
///     0  magic "ESP1"             16  CRC32C of the table's name and the key
///     4  kind (the table), u8     20  CRC32C of the payload
///     5  codec (0: raw), u8       24  CRC32C of bytes 0 ..< 24
///     6  flags (0), u16           28  zero
///     8  payload length, u64
///
/// LMDB has no checksums. The key is in the envelope so that a value which turns up under another key is noticed.
enum Record {
    static let headerBytes = 32
    private static let magic: UInt32 = 0x3150_5345

    /// Fills `value` (header and payload) by writing the payload first, then its header.
    static func fill(
        _ value: UnsafeMutableRawBufferPointer, table: Table, key: [UInt8],
        payload: (UnsafeMutableRawBufferPointer) throws -> Void
    ) rethrows {
        let body = UnsafeMutableRawBufferPointer(rebasing: value[headerBytes...])
        try payload(body)
        func store<T: FixedWidthInteger>(_ number: T, at offset: Int) {
            value.storeBytes(of: number.littleEndian, toByteOffset: offset, as: T.self)
        }
        store(magic, at: 0)
        store(table.rawValue, at: 4)
        store(UInt8(0), at: 5)
        store(UInt16(0), at: 6)
        store(UInt64(body.count), at: 8)
        store(crc32c(key, from: crc32c(Array(table.name.utf8))), at: 16)
        store(crc32c(UnsafeRawBufferPointer(body)), at: 20)
        store(crc32c(UnsafeRawBufferPointer(rebasing: value[..<24])), at: 24)
        store(UInt32(0), at: 28)
    }

    /// The payload of a record, checked.
    /// - Throws: ``Damage``, which says what does not fit. Cost: one CRC of the payload.
    static func payload(
        of value: UnsafeRawBufferPointer, table: Table, key: UnsafeRawBufferPointer
    ) throws(Damage) -> UnsafeRawBufferPointer {
        guard value.count >= headerBytes else { throw Damage("record of \(value.count) bytes, expected at least 32") }
        func load<T: FixedWidthInteger>(_ type: T.Type, at offset: Int) -> T {
            T(littleEndian: value.loadUnaligned(fromByteOffset: offset, as: type))
        }
        guard load(UInt32.self, at: 0) == magic else { throw Damage("not a record: bad magic") }
        guard load(UInt32.self, at: 24) == crc32c(UnsafeRawBufferPointer(rebasing: value[..<24])) else {
            throw Damage("header fails its checksum")
        }
        guard load(UInt8.self, at: 4) == table.rawValue else { throw Damage("record belongs to another table") }
        guard load(UInt8.self, at: 5) == 0, load(UInt16.self, at: 6) == 0, load(UInt32.self, at: 28) == 0 else {
            throw Damage("unknown codec or flags")
        }
        guard load(UInt32.self, at: 16) == crc32c(key, from: crc32c(Array(table.name.utf8))) else {
            throw Damage("record belongs to another key")
        }
        let body = UnsafeRawBufferPointer(rebasing: value[headerBytes...])
        guard load(UInt64.self, at: 8) == UInt64(body.count) else {
            throw Damage("payload of \(body.count) bytes, expected \(load(UInt64.self, at: 8))")
        }
        guard load(UInt32.self, at: 20) == crc32c(body) else { throw Damage("payload fails its checksum") }
        return body
    }
}

/// What is wrong with a record or a page, in words.
struct Damage: Error {
    let problem: String
    init(_ problem: String) { self.problem = problem }
}
