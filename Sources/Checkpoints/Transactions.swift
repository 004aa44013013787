import CLMDB
import Foundations

/// A consistent view. The bytes it hands out are valid inside the closure only, and not aligned.
struct ReadTransaction {
    let raw: OpaquePointer
    let tables: [MDB_dbi]
    let operation: String
    let place: String

    /// The raw value, nil where the key is absent.
    func get(_ table: Table, _ key: [UInt8]) throws -> UnsafeRawBufferPointer? {
        var value = MDB_val()
        let code = withValue(key) { mdb_get(raw, tables[Int(table.rawValue)], $0, &value) }
        if code == MDB_NOTFOUND { return nil }
        try check(code, operation, subject(table, key))
        return UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)
    }

    /// Calls the closure with key and raw value in the order of keys, beginning at `start`, until it says false.
    func each(
        _ table: Table, from start: [UInt8] = [],
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try withCursor(table) { cursor in
            var key = MDB_val(), value = MDB_val()
            var code =
                start.isEmpty
                ? mdb_cursor_get(cursor, &key, &value, MDB_FIRST)
                : withValue(start) { pointer in
                    key = pointer.pointee
                    return mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE)
                }
            while code == 0 {
                let isWanted = try body(
                    UnsafeRawBufferPointer(start: key.mv_data, count: key.mv_size),
                    UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size))
                if !isWanted { return }
                code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
            }
            if code != MDB_NOTFOUND { try check(code, operation, "\(place), table \(table.name)") }
        }
    }

    /// The greatest key, nil in an empty table.
    func lastKey(_ table: Table) throws -> [UInt8]? {
        try withCursor(table) { cursor in
            var key = MDB_val(), value = MDB_val()
            let code = mdb_cursor_get(cursor, &key, &value, MDB_LAST)
            if code == MDB_NOTFOUND { return nil }
            try check(code, operation, "\(place), table \(table.name)")
            return Array(UnsafeRawBufferPointer(start: key.mv_data, count: key.mv_size))
        }
    }

    private func withCursor<T>(_ table: Table, _ body: (OpaquePointer?) throws -> T) throws -> T {
        var cursor: OpaquePointer?
        try check(
            mdb_cursor_open(raw, tables[Int(table.rawValue)], &cursor), operation, "\(place), table \(table.name)")
        defer { mdb_cursor_close(cursor) }
        return try body(cursor)
    }

    /// Path, table and key, for messages.
    func subject(_ table: Table, _ key: some Collection<UInt8>) -> String {
        "\(place), \(table.name) \(table.describe(key))"
    }
}

/// A view that can change; see ``Environment/write(_:_:)``.
struct WriteTransaction {
    let reads: ReadTransaction
    let load: Load

    /// Makes room for a value of `count` bytes and has the closure fill all of it. Replaces an earlier value.
    func reserve(
        _ table: Table, _ key: [UInt8], count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws {
        var value = MDB_val(mv_size: count, mv_data: nil)
        let code = withValue(key) { key in
            mdb_put(reads.raw, reads.tables[Int(table.rawValue)], key, &value, UInt32(MDB_RESERVE))
        }
        try check(code, reads.operation, reads.subject(table, key))
        load.add(key: key.count, value: count)
        try fill(UnsafeMutableRawBufferPointer(start: value.mv_data, count: count))
    }

    /// Whether there was something to remove.
    @discardableResult
    func remove(_ table: Table, _ key: [UInt8]) throws -> Bool {
        let code = withValue(key) { mdb_del(reads.raw, reads.tables[Int(table.rawValue)], $0, nil) }
        if code == MDB_NOTFOUND { return false }
        try check(code, reads.operation, reads.subject(table, key))
        return true
    }
}

private func withValue<T>(_ bytes: [UInt8], _ body: (UnsafeMutablePointer<MDB_val>) throws -> T) rethrows -> T {
    try bytes.withUnsafeBytes {
        var value = MDB_val(mv_size: $0.count, mv_data: UnsafeMutableRawPointer(mutating: $0.baseAddress))
        return try body(&value)
    }
}
