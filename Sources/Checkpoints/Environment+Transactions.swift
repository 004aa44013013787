import Foundations
import Glibc

extension Environment {
    /// Runs the closure on a consistent snapshot. Cost: under a microsecond, plus the closure.
    func read<T>(_ operation: String, _ body: (ReadTransaction) throws -> T) throws -> T {
        while true {
            pthread_rwlock_rdlock(gate)
            do {
                defer { pthread_rwlock_unlock(gate) }
                return try transaction(isReading: true) { raw in
                    try body(ReadTransaction(raw: raw, tables: tables, operation: operation, place: folder))
                }
            } catch let error as StoreError where error.code == LMDB.mapResized {
                pthread_rwlock_wrlock(gate)
                defer { pthread_rwlock_unlock(gate) }
                try resize(to: 0)
            }
        }
    }

    /// Runs the closure in a write transaction and commits it; durable when this returns, undone when it throws.
    ///
    /// A full map is doubled and the closure run again from the start, so it must not change anything outside.
    /// - Throws: exit 11. Where the error ``StoreError/isFull``, the same write may be tried again after room was made;
    ///   where it is not, every later write is refused. What happens where is told in Environment+Failures.swift.
    func write<T>(_ operation: String, _ body: (WriteTransaction) throws -> T) throws -> T {
        pthread_rwlock_wrlock(gate)
        defer { pthread_rwlock_unlock(gate) }
        clearDeadReaders()
        while true {
            do {
                return try attempt(operation, body)
            } catch let error as StoreError where error.code == LMDB.mapFull {
                try resize(to: mapBytes * 2)
            }
        }
    }

    /// One write transaction. The caller holds the gate.
    /// - Parameter isSecond: whether it is there to confirm another, see ``judge(_:transaction:_:isSecond:)``.
    func attempt<T>(
        _ operation: String, isSecond: Bool = false, _ body: (WriteTransaction) throws -> T
    ) throws -> T {
        if let trouble { throw trouble.refusal(folder) }
        let raw = try begin(isReading: false)
        let id = raw.id
        let load = Load(pageBytes: pageBytes)
        let result: T
        do {
            let reads = ReadTransaction(raw: raw, tables: tables, operation: operation, place: folder)
            result = try body(WriteTransaction(reads: reads, load: load))
        } catch {
            raw.abort()
            // A very large transaction writes its first pages before it commits.
            if let code = (error as? StoreError)?.code, [EIO, ENOSPC, EDQUOT, EFBIG].contains(code) {
                try judge(code, transaction: id, load, isSecond: isSecond)
            }
            throw error
        }
        do {
            try requireRoom(for: load)
        } catch {
            raw.abort()
            throw error
        }
        let code = raw.commit()
        if code > 0 {
            try judge(code, transaction: id, load, isSecond: isSecond)
        } else {
            try check(code, "commit to", folder)
        }
        return result
    }

    /// A transaction without the care for failing disks: reads, and the opening of tables.
    func transaction<T>(isReading: Bool, _ body: (LMDB.Transaction) throws -> T) throws -> T {
        let raw = try begin(isReading: isReading)
        let result: T
        do {
            result = try body(raw)
        } catch {
            raw.abort()
            throw error
        }
        let code = raw.commit()
        if code > 0 { throw classify(code, Load(pageBytes: pageBytes)) }
        try check(code, "commit to", folder)
        return result
    }

    private func begin(isReading: Bool) throws -> LMDB.Transaction {
        if let trouble, trouble.isFatal { throw trouble.refusal(folder) }
        let (code, transaction) = try opened.begin(isReading: isReading)
        try check(code, "begin a transaction on", folder)
        return transaction!
    }

    /// - Throws: exit 11 where the environment has been closed.
    var opened: LMDB.Environment {
        get throws {
            guard let environment else {
                throw StoreError(.storage, cannot: "use", folder, because: "the store is closed")
            }
            return environment
        }
    }

    /// Frees the places of readers whose process is gone: the space of what they saw could not be used again.
    func clearDeadReaders() { environment?.clearDeadReaders() }

    /// 0 where it is closed, as are the flags.
    var mapBytes: Int { environment?.mapBytes ?? 0 }

    /// The flags the environment was opened with.
    var flags: UInt32 { environment?.flags ?? 0 }

    /// - Parameter bytes: 0 takes the size another process has given the file. No transaction may be open.
    /// - Throws: exit 11 where there is no address space for it. LMDB has let go of the old map by then, and its next
    ///   transaction would crash: nothing more can be done with this environment.
    private func resize(to bytes: Int) throws {
        let code = try opened.setMapBytes(bytes)
        if code == 0 { return }
        let size = bytes == 0 ? "as large as another process made it" : "\(bytes) bytes large"
        let failure = StoreError(
            .storage, cannot: "grow the map of", folder,
            because: "\(LMDB.text(code)): there is no address space for a map \(size)", code: code,
            hint: "the last checkpoint is intact; allow the process more address space (ulimit -v), then resume")
        trouble = Trouble(cause: failure, isFatal: true)
        throw failure
    }
}
