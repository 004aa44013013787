import Foundations
import Glibc

/// What a failed commit means.
///
/// LMDB writes the new pages beside the old ones, syncs them, and then writes one header page, synced too. A failure
/// before the header changes nothing. After one at the header LMDB refuses every further transaction (`MDB_PANIC`)
/// and does not know whether the commit is on disk: the file is opened anew and looked at.
extension Environment {
    /// Why writes, or all transactions, are refused from now on.
    struct Trouble {
        let cause: StoreError
        /// Reading would crash too.
        let isFatal: Bool

        func refusal(_ folder: String) -> StoreError {
            StoreError(
                .storage, cannot: "use", folder, because: "an earlier failure forbids it: \(cause.message)",
                code: cause.code, hint: cause.hint)
        }
    }

    /// Returns where the commit turns out to be durable all the same.
    /// - Parameters:
    ///   - code: what the commit of write transaction `id` has failed with, an errno.
    ///   - load: what it wrote.
    ///   - isSecond: it was there to confirm another; then there is no third.
    /// - Throws: the failure, classified.
    func judge(_ code: Int32, transaction id: Int, _ load: Load, isSecond: Bool) throws {
        // Before anything else touches the disk.
        var failure = classify(code, load)
        if mustReopen {
            do {
                try reopen()
            } catch {
                failure = StoreError(
                    .storage, cannot: "commit to", folder,
                    because: "\(failure.cause); and the store cannot be opened again: \(error)", code: code,
                    hint: "resume; the run goes on from its last whole checkpoint")
                trouble = Trouble(cause: failure, isFatal: true)
                throw failure
            }
            if !isSecond, try transaction(isReading: true, { $0.id }) == id { return try confirm(failure) }
        }
        if code == EIO, !failure.isFull { trouble = Trouble(cause: failure, isFatal: false) }
        throw failure
    }

    /// The header names our commit, but the system has failed to write it. After an error the system may hold a page
    /// for written that is not, so that syncing again proves nothing. A further commit does: it writes the other
    /// header page, which names all that ours does.
    private func confirm(_ failure: StoreError) throws {
        do {
            try attempt("confirm in", isSecond: true) { try $0.renew() }
        } catch {
            let unknown = StoreError(
                .storage, cannot: "commit to", folder,
                because: "\(failure.cause); whether this checkpoint or the one before it is on disk shows at the next "
                    + "start", code: failure.code, hint: "make sure that the disk works, then resume")
            trouble = Trouble(cause: unknown, isFatal: false)
            throw unknown
        }
    }

    /// Whether LMDB refuses every transaction since a header page could not be written.
    private var mustReopen: Bool {
        guard let (code, transaction) = environment?.begin(isReading: true) else { return false }
        transaction?.abort()
        return code == LMDB.panic
    }

    /// The failure of a commit with that errno, which wrote `load`.
    func classify(_ code: Int32, _ load: Load) -> StoreError {
        let room = growthRoom
        switch code {
        case ENOSPC, EDQUOT, EFBIG: return full(because: code, needed: load.bytes, room)
        case EIO:
            // LMDB says EIO too where only a part of a page could be written.
            if let room, room.bytes < load.bytes {
                return full(because: room.isLimit ? EFBIG : ENOSPC, needed: load.bytes, room)
            }
            if let refusal = refusal(of: load.bytes) { return full(because: refusal, needed: load.bytes, room) }
            return StoreError(
                .storage, cannot: "commit to", folder, because: "the disk failed: \(String(cString: strerror(code)))",
                code: code,
                hint: "what it wrote last cannot be trusted; look at the system's log, copy the run to another disk "
                    + "and resume it there")
        default: return StoreError(lmdb: code, cannot: "commit to", folder)
        }
    }

    func full(because code: Int32, needed: Int, _ room: Room?) -> StoreError {
        let (what, remedy) =
            switch code {
            case EFBIG: ("its file may not grow so far", "raise the limit of file sizes (ulimit -f)")
            case EDQUOT: ("the quota is used up", "make room")
            default: ("the disk is full", "make room on it")
            }
        let free = room.map { ", \($0.bytes) free" } ?? ""
        return StoreError(
            .storage, cannot: "commit to", folder,
            because: "\(what): \(needed) bytes needed, 1 MiB of them to spare\(free)", code: code,
            hint: "the last checkpoint is intact; \(remedy), then resume", isFull: true)
    }

    /// Asks for that much room in a file that goes away at once: quotas do not show in statvfs, nor do all reserves.
    /// - Returns: the refusal; nil where there is room, or nothing to be learnt.
    private func refusal(of bytes: Int) -> Int32? {
        let path = folder + "/room.part"
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return nil }
        unlink(path)
        defer { Glibc.close(file) }
        let code = posix_fallocate(file, 0, bytes)
        return code == ENOSPC || code == EDQUOT ? code : nil
    }
}

extension WriteTransaction {
    /// Changes nothing, but makes a commit of its own: writes the record `format` as it is.
    func renew() throws {
        let key = Array("format".utf8)
        try put(.meta, key, [UInt8](reads.required(.meta, key)))
    }
}
