import Foundations
import Glibc

/// What a write transaction has put so far.
final class Load {
    private let pageBytes: Int
    /// Bytes on pages of their own: values too large to lie beside others. Exact.
    private(set) var large = 0
    private var small = 0

    init(pageBytes: Int) { self.pageBytes = pageBytes }

    func add(key: Int, value: Int) {
        // LMDB keeps at least two entries a page: 16 bytes of page header, 8 of entry header and 2 of index.
        let most = ((pageBytes - 16) / 2 & ~1) - 2
        if 8 + key + value > most {
            large += (15 + value) / pageBytes * pageBytes + pageBytes
        } else {
            small += 10 + key + value
        }
    }

    /// About what the commit writes: pages of entries are half full at worst, and those above them change with them.
    var bytes: Int { large + 2 * small + 16 * pageBytes }
}

extension Environment {
    /// Refuses a commit for which there is no room, before a byte of it is written.
    ///
    /// Values that need pages of their own are counted, as nothing else needs much. They may take pages that are free
    /// inside the file; for what is left, the file must grow, and that must fit with a tenth and 1 MiB to spare.
    /// Commits of small records alone always pass. What passes may still fail (free pages must also lie side by side,
    /// readers may hold some): the disk then says so, and nothing is lost by it.
    /// - Cost: one statvfs; where the disk is nearly full also a walk over the list of free pages.
    func requireRoom(for load: Load) throws {
        guard load.large > 0, let room = growthRoom else { return }
        func fits(_ growth: Int) -> Bool { growth <= 0 || growth + growth / 10 + (1 << 20) <= room.bytes }
        if fits(load.large) { return }
        let growth = load.large - (try reusableBytes())
        if fits(growth) { return }
        throw full(because: room.isLimit ? EFBIG : ENOSPC, needed: growth + growth / 10 + (1 << 20), room)
    }

    /// How far the file can grow.
    struct Room {
        let bytes: Int
        /// Whether it is the process's limit of file sizes that says so, and not the disk.
        let isLimit: Bool
    }

    /// nil where the system does not say.
    var growthRoom: Room? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0, status.f_blocks > 0 else { return nil }
        let blocks = geteuid() == 0 ? status.f_bfree : status.f_bavail
        let disk = Int(clamping: UInt64(blocks).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
        let limit = limitRoom
        return limit < disk ? Room(bytes: limit, isLimit: true) : Room(bytes: disk, isLimit: false)
    }

    /// What RLIMIT_FSIZE leaves.
    private var limitRoom: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0, limit.rlim_cur < UInt64(Int.max)
        else { return .max }
        return max(0, Int(limit.rlim_cur) - fileBytes)
    }

    /// Bytes of the file that the next write transaction may take: pages freed by the last commit but one and before,
    /// and what an unfinished commit has left behind the last page. LMDB keeps the pages of the last commit's
    /// predecessor, so that there are two states to fall back on.
    private func reusableBytes() throws -> Int {
        let tail = max(0, fileBytes - (try opened.lastPage + 1) * pageBytes)
        return try transaction(isReading: true) { transaction in
            let (code, cursor) = transaction.openCursor(LMDB.freePages)
            try check(code, "open", folder)
            guard let cursor else { return tail }
            defer { cursor.close() }
            var pages = 0
            var step = cursor.first()
            while step.code == 0, step.key.loadUnaligned(as: Int.self) < transaction.id {
                pages += step.value.loadUnaligned(as: Int.self)
                step = cursor.next()
            }
            if step.code != LMDB.notFound { try check(step.code, "open", folder) }
            return pages * pageBytes + tail
        }
    }

    var fileBytes: Int { Files.size(folder + "/data.mdb") }
}
