import Checkpoints
import Foundation
import Foundations
import Testing

/// Each runs alone in a process of its own, started by ``FaultTests``.
@Suite(.serialized, .enabled(if: Child.isHere, "these are run by FaultTests")) struct FaultScenarios {
    private let scratch: Scratch

    init() throws { scratch = try Scratch(in: ProcessInfo.processInfo.environment[Child.variable]!) }

    private func commit(_ step: Int, bytes: Int, rows: Int = 0) -> Commit {
        Commit(
            phase: .train, step: step, blobs: bytes == 0 ? [] : [Blob("w", noise(bytes, UInt64(step)))],
            rows: (0..<rows).map { .score(round: step, child: "\($0)", json: String(repeating: "x", count: 1000)) })
    }

    private func failure(_ body: () throws -> Void) throws -> StoreError {
        do {
            try body()
        } catch let error as StoreError {
            return error
        }
        throw Missing()
    }

    private struct Missing: Error {}

    /// The soft limit of a resource, from now on.
    private func limit(_ resource: __rlimit_resource, to bytes: Int?) {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
        limit.rlim_cur = bytes.map { rlim_t($0) } ?? limit.rlim_max
        #expect(setrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0)
    }

    private func isWhole(_ head: Int) throws {
        let store = try scratch.open()
        #expect(try store.head.seq == head)
        #expect(try store.verify(full: true).errors == [])
    }

    /// Found before anything is written; tried again with more room, the commit is made.
    @Test func limitOfFileSizes() throws {
        signal(SIGXFSZ, SIG_IGN)
        let store = try scratch.create()
        try store.commit(commit(1, bytes: 100_000))
        let size = store.bytesOnDisk
        limit(RLIMIT_FSIZE, to: size + (2 << 20))
        let error = try failure { try store.commit(commit(2, bytes: 3 << 20)) }
        #expect(error.isFull)
        #expect(error.exitCode == .storage)
        // 3 MiB and three headers take 771 pages, of which the file has some free; a tenth and 1 MiB are kept.
        let needed = try #require(
            error.message.firstMatch(of: /: (\d+) bytes needed, 1 MiB of them to spare, (\d+) free$/))
        #expect(4_000_000 < Int(needed.1)! && Int(needed.1)! < 5_000_000)
        #expect(error.message.hasPrefix("cannot commit to \(scratch.root)/demo/db: its file may not grow so far: "))
        #expect(error.hint == "the last checkpoint is intact; raise the limit of file sizes (ulimit -f), then resume")
        #expect(try store.head.seq == 1)
        #expect(store.bytesOnDisk <= size + (1 << 17))
        limit(RLIMIT_FSIZE, to: nil)
        #expect(try store.commit(commit(2, bytes: 3 << 20)) == 2)
        store.close()
        try isWhole(2)
    }

    /// By the kernel at 8 KiB, before anything is written at 64 KiB.
    @Test func creation() throws {
        signal(SIGXFSZ, SIG_IGN)
        for bytes in [8192, 65536] {
            limit(RLIMIT_FSIZE, to: bytes)
            let error = try failure {
                _ = try CheckpointStore.create(
                    try scratch.folder(), recipe: noise(3000, 1), identity: "{}", first: commit(0, bytes: 9000))
            }
            #expect(error.isFull)
            #expect(
                error.message.hasPrefix(
                    "cannot create run \(scratch.root)/demo: its file may not grow so far: "), "\(error)")
            #expect(error.hint == "nothing of it is left; make room, then begin again")
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.root) == [])
        }
        limit(RLIMIT_FSIZE, to: nil)
        try scratch.create().close()
        try isWhole(0)
    }

    /// Nothing is known of small records beforehand; the kernel refuses, first a part of a page and then all of it.
    @Test func smallRecordsAndTheLimit() throws {
        signal(SIGXFSZ, SIG_IGN)
        let store = try scratch.create()
        for extra in [1 << 16, 70_000, 1 << 18] {
            let head = try store.head.seq
            limit(RLIMIT_FSIZE, to: store.bytesOnDisk + extra)
            for _ in 0..<2 {
                let error = try failure { try store.commit(commit(head + 1, bytes: 0, rows: 1000)) }
                #expect(error.isFull, "\(error)")
                #expect(error.cause.hasPrefix("its file may not grow so far: "), "\(error)")
            }
            #expect(try store.head.seq == head)
            #expect(try store.scores(head + 1).isEmpty)
            limit(RLIMIT_FSIZE, to: nil)
            #expect(try store.commit(commit(head + 1, bytes: 0, rows: 1000)) == head + 1)
        }
        store.close()
        try isWhole(3)
    }

    /// Four states and a half of room, each new and three kept: a commit finds no room until what it would sweep itself
    /// is swept before it and has been let go by one commit more.
    @Test func sweptPages() throws {
        signal(SIGXFSZ, SIG_IGN)
        let state = 2 << 20
        let store = try scratch.create()
        limit(RLIMIT_FSIZE, to: 9 << 20)
        for step in 1...12 {
            #expect(try store.commit(commit(step, bytes: state)) == step)
            #expect(try store.manifests().map(\.seq) == Array(max(0, step - 2)...step))
        }
        #expect(try store.verify(full: true).errors == [])
        // And without that: a file as large as the limit would not allow.
        limit(RLIMIT_FSIZE, to: nil)
        let free = try scratch.create("free")
        for step in 1...12 { try free.commit(commit(step, bytes: state)) }
        #expect(free.bytesOnDisk > 9 << 20)
        // No amount of sweeping makes room for the new state and the two that stay.
        limit(RLIMIT_FSIZE, to: 5 << 20)
        let tight = try scratch.create("tight")
        var error: StoreError?
        for step in 1...4 where error == nil {
            error = try? failure { try tight.commit(commit(step, bytes: state)) }
        }
        #expect(error?.isFull == true)
        #expect(try tight.verify(full: true).errors == [])
    }

    @Test func failedGrowth() throws {
        let store = try scratch.create(mapBytes: 1 << 20)
        try store.commit(commit(1, bytes: 1000))
        // A little more than there is now; the map of 1 MiB would become 64 MiB.
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[0]
        let blob = noise(40 << 20, 2)
        let used = try #require(
            Int(try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[0]))
        #expect(Int(pages)! <= used)
        limit(RLIMIT_AS, to: used * 4096 + (56 << 20))
        let error = try failure { try store.commit(Commit(phase: .train, step: 2, blobs: [Blob("w", blob)])) }
        limit(RLIMIT_AS, to: nil)
        #expect(error.exitCode == .storage)
        #expect(!error.isFull)
        #expect(error.message.hasPrefix("cannot grow the map of \(scratch.root)/demo/db: Cannot allocate memory: "))
        #expect(error.hint.contains("ulimit -v"))
        for text in [complaint { try store.head }, complaint { try store.commit(commit(2, bytes: 10)) }] {
            #expect(text.hasPrefix("11 cannot use \(scratch.root)/demo/db: an earlier failure forbids it: "), "\(text)")
        }
        store.close()
        try isWhole(1)
    }

    /// Not tried again, and nothing further is written; what is on disk can still be read.
    private func fails(_ call: Shim.Call) throws {
        let store = try scratch.create()
        try store.commit(commit(1, bytes: 5000))
        Shim.arm(call, EIO)
        let error = try failure { try store.commit(commit(2, bytes: 5000)) }
        #expect(!error.isFull)
        #expect(error.exitCode == .storage)
        #expect(error.message == "cannot commit to \(scratch.root)/demo/db: the disk failed: Input/output error")
        #expect(error.hint.hasPrefix("what it wrote last cannot be trusted"))
        #expect(
            complaint { try store.record([.event(json: "x")]) }.hasPrefix(
                "11 cannot use \(scratch.root)/demo/db: an earlier failure forbids it: cannot commit to"))
        #expect(try store.head.seq == 1)
        store.close()
        try isWhole(1)
    }

    @Test func writesFail() throws { try fails(.write) }
    @Test func syncsFail() throws { try fails(.sync) }

    @Test func everyWriteFull() throws {
        let store = try scratch.create()
        var head = 0
        var refusals = 0
        for call in [Shim.Call.write, .sync, .header] {
            for number in 1...50 as ClosedRange<Int32> {
                Shim.arm(call, ENOSPC, at: number, lasts: true)
                let commit = commit(head + 1, bytes: 300_000, rows: 100)
                do {
                    try store.commit(commit)
                    // More than there are such calls in a commit.
                    Shim.disarm()
                    head += 1
                    #expect(number > 1)
                    break
                } catch let error as StoreError {
                    refusals += 1
                    #expect(error.isFull, "\(call) \(number): \(error)")
                    #expect(error.cause.hasPrefix("the disk is full: "), "\(error)")
                }
                Shim.disarm()
                #expect(try store.head.seq == head)
                #expect(try store.commit(commit) == head + 1)
                head += 1
                #expect(try store.verify().errors == [])
            }
        }
        #expect(refusals >= 4)
        store.close()
        try isWhole(head)
    }

    /// LMDB would refuse everything from now on; the store opens the file anew, finds the old head and says so.
    @Test func headerNotWritten() throws {
        let store = try scratch.create()
        try store.commit(commit(1, bytes: 5000))
        // The second failure is met by the commit that makes room.
        Shim.arm(.header, ENOSPC, lasts: true)
        let full = try failure { try store.commit(commit(2, bytes: 5000)) }
        #expect(full.isFull)
        #expect(try store.head.seq == 1)
        Shim.disarm()
        #expect(try store.commit(commit(2, bytes: 5000)) == 2)
        Shim.arm(.header, EIO)
        let failed = try failure { try store.commit(commit(3, bytes: 5000)) }
        #expect(!failed.isFull)
        #expect(failed.cause == "the disk failed: Input/output error")
        #expect(try store.head.seq == 2)
        #expect(throws: StoreError.self) { try store.commit(commit(3, bytes: 5000)) }
        store.close()
        // Though the page that was to be the header holds pieces of both.
        try isWhole(2)
    }

    @Test(arguments: [EIO, ENOSPC]) func headerWrittenAllTheSame(code: Int32) throws {
        let store = try scratch.create("run\(code)")
        try store.commit(commit(1, bytes: 5000))
        Shim.arm(.header, code, .doneAndRefused)
        #expect(try store.commit(commit(2, bytes: 5000, rows: 3)) == 2)
        #expect(try store.head.seq == 2)
        #expect(try store.commit(commit(3, bytes: 5000)) == 3)
        store.close()
        let again = try scratch.open(.reading, "run\(code)")
        #expect(try again.manifests().map(\.seq) == [1, 2, 3])
        #expect(try again.scores(2).count == 3)
        #expect(try again.verify(full: true).errors == [])
    }

    /// Then nobody may count on it, nor try it again on top of it.
    @Test func headerNotConfirmed() throws {
        let store = try scratch.create()
        try store.commit(commit(1, bytes: 5000))
        Shim.arm(.header, ENOSPC, .doneAndRefused, lasts: true)
        let error = try failure { try store.commit(commit(2, bytes: 5000)) }
        Shim.disarm()
        #expect(!error.isFull)
        #expect(error.cause.contains("shows at the next start"), "\(error)")
        #expect(throws: StoreError.self) { try store.commit(commit(2, bytes: 5000)) }
        store.close()
        // The shim did write it.
        try isWhole(2)
    }

    private func fill(_ path: String, leaving bytes: Int) throws {
        var status = statvfs()
        #expect(statvfs(scratch.root, &status) == 0)
        let free = Int(status.f_bavail) * Int(status.f_frsize)
        #expect(FileManager.default.createFile(atPath: path, contents: Data(count: free - bytes)))
    }

    /// Twice: found before, by its blob; found by the kernel, by its rows.
    @Test func fullDisk() throws {
        let store = try scratch.create()
        let ballast = scratch.root + "/ballast"
        for (number, make) in [(1, commit(1, bytes: 2 << 20)), (2, commit(2, bytes: 0, rows: 2000))] {
            try fill(ballast, leaving: 200_000)
            for _ in 0..<2 {
                let error = try failure { try store.commit(make) }
                #expect(error.isFull, "\(error)")
                #expect(error.message.hasPrefix("cannot commit to \(scratch.root)/demo/db: the disk is full: "))
                #expect(
                    error.message.contains(/: \d{7} bytes needed, 1 MiB of them to spare, \d{1,6} free$/), "\(error)")
                #expect(error.hint == "the last checkpoint is intact; make room on it, then resume")
            }
            #expect(try store.head.seq == number - 1)
            #expect(try store.verify(full: true).errors == [])
            try FileManager.default.removeItem(atPath: ballast)
            #expect(try store.commit(make) == number)
        }
        store.close()
        try isWhole(2)
    }

    /// Not a byte is free on the disk, and commits go on in the pages that the file has free; the card of a round end
    /// needs the disk, and is owed.
    @Test func fullDiskWithRoomInside() throws {
        let store = try scratch.create()
        let ballast = scratch.root + "/ballast"
        for step in 1...10 { try store.commit(commit(step, bytes: 1 << 20)) }
        try fill(ballast, leaving: 0)
        for step in 11...20 { #expect(try store.commit(commit(step, bytes: 1 << 20)) == step) }
        var end = commit(21, bytes: 1 << 20, rows: 1)
        end.isRoundEnd = true
        for _ in 0..<2 {
            let error = try failure { try store.commit(end) }
            #expect(error.isFull, "\(error)")
            #expect(error.subject == scratch.root + "/demo/run.json.part")
            #expect(try store.head.seq == 21)
        }
        try FileManager.default.removeItem(atPath: ballast)
        #expect(try store.commit(end) == 21)
        #expect(store.card.floor == 21)
        #expect(try store.commit(commit(22, bytes: 1 << 20)) == 22)
        store.close()
        try isWhole(22)
    }
}
