import Foundations

/// A consistent view. The bytes it hands out are valid inside the closure only, and not aligned.
struct ReadTransaction {
    let raw: LMDB.Transaction
    let tables: [UInt32]
    let operation: String
    let place: String

    /// The raw value, nil where the key is absent.
    func get(_ table: Table, _ key: [UInt8]) throws -> UnsafeRawBufferPointer? {
        let (code, value) = raw.get(handle(table), key)
        if code == LMDB.notFound { return nil }
        try check(code, operation, subject(table, key))
        return value
    }

    /// Calls the closure with key and raw value in the order of keys, beginning at `start`, until it says false.
    func each(
        _ table: Table, from start: [UInt8] = [],
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try withCursor(table) { cursor in
            var step = start.isEmpty ? cursor.first() : cursor.seek(start)
            while step.code == 0 {
                guard try body(step.key, step.value) else { return }
                step = cursor.next()
            }
            if step.code != LMDB.notFound { try check(step.code, operation, "\(place), table \(table.name)") }
        }
    }

    /// The greatest key, nil in an empty table.
    func lastKey(_ table: Table) throws -> [UInt8]? {
        try withCursor(table) { cursor in
            let (code, key, _) = cursor.last()
            if code == LMDB.notFound { return nil }
            try check(code, operation, "\(place), table \(table.name)")
            return Array(key)
        }
    }

    private func withCursor<T>(_ table: Table, _ body: (LMDB.Cursor) throws -> T) throws -> T {
        let (code, cursor) = raw.openCursor(handle(table))
        try check(code, operation, "\(place), table \(table.name)")
        defer { cursor!.close() }
        return try body(cursor!)
    }

    func handle(_ table: Table) -> UInt32 { tables[Int(table.rawValue)] }

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
        let (code, value) = reads.raw.reserve(reads.handle(table), key, count: count)
        try check(code, reads.operation, reads.subject(table, key))
        load.add(key: key.count, value: count)
        try fill(value)
    }

    /// Whether there was something to remove.
    @discardableResult
    func remove(_ table: Table, _ key: [UInt8]) throws -> Bool {
        let code = reads.raw.delete(reads.handle(table), key)
        if code == LMDB.notFound { return false }
        try check(code, reads.operation, reads.subject(table, key))
        return true
    }
}
