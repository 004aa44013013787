import Checkpoints
import Foundation
import Foundations
import Testing

@Suite struct CompactTests {
    /// A store most of which is free pages, with every kind of record.
    private func build(_ scratch: Scratch) throws {
        let store = try scratch.create()
        for step in 1...12 {
            try store.commit(
                Commit(
                    phase: .train, round: step / 5, step: step, state: [UInt8(step)],
                    blobs: [Blob("w", noise(1_200_000, UInt64(step))), Blob("same", [7])],
                    rows: [.metric(series: "loss", step: step, value: 0.5), .event(json: "\(step)")]
                        + (0..<50).map { .score(round: step / 5, child: "c\($0)", json: "{}") }
                        + [.round(step / 5, json: "{}")], isRoundEnd: step % 5 == 0), keep: step < 12 ? 6 : 2)
        }
        try store.tag(5, as: "five")
        try store.noteFailure(at: "policy", seq: 12, problem: "exit 3")
    }

    private func names(_ scratch: Scratch) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: scratch.root).sorted()
    }

    @Test func aCompactedStoreIsSmallerAndTheSame() throws {
        let scratch = try Scratch()
        try build(scratch)
        let reader = try scratch.open(.reading)
        let before = try contents(reader)
        let live = try reader.liveBytes
        reader.close()
        let size = Files.size(scratch.database)
        var copied = ""
        let sizes = try CheckpointStore.compact(scratch.folder()) { path in
            let url = URL(fileURLWithPath: path)
            let copy = try RunFolder(root: url.deletingLastPathComponent().path, name: url.lastPathComponent)
            let store = try CheckpointStore.open(copy, for: .reading)
            #expect(try store.verify(full: true).errors == [])
            copied = try contents(store)
        }
        #expect(copied == before)
        #expect(sizes.before == size && sizes.after == Files.size(scratch.database))
        #expect(sizes.after <= live && sizes.after > live - 65_536, "\(sizes), \(live) live")
        // Four checkpoints of 1.2 MB remain of six and more.
        #expect(sizes.after < sizes.before / 4 * 3 && sizes.after < 5_000_000)
        #expect(
            try names(scratch).filter { !$0.hasSuffix("lock.mdb") } == [
                "demo", "demo/db", "demo/db/data.mdb", "demo/run.json", "demo/run.lock",
            ])
        let mode = try FileManager.default.attributesOfItem(atPath: scratch.database)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let store = try scratch.open()
        #expect(try contents(store) == before)
        #expect(try store.verify(full: true).errors == [])
        #expect(try store.commit(Commit(phase: .train, blobs: [Blob("w", noise(3_000_000, 99))])) == 13)
        #expect(try store.verify(full: true).errors == [])
        store.close()
        // Once more, there is little to gain and nothing to lose.
        _ = try CheckpointStore.compact(scratch.folder()) { _ in }
        #expect(try scratch.open().verify(full: true).errors == [])
    }

    @Test func aCopyThatIsNotLikedIsNotUsed() throws {
        struct Refusal: Error {}
        let scratch = try Scratch()
        try build(scratch)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch.database))
        #expect(throws: Refusal.self) { try CheckpointStore.compact(scratch.folder()) { _ in throw Refusal() } }
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.database)) == bytes)
        #expect(try !names(scratch).contains { $0.contains(".compact") })
        #expect(try scratch.open().verify(full: true).errors == [])
    }

    @Test func onlyOneProcessAtATime() throws {
        let scratch = try Scratch()
        try build(scratch)
        for access in [CheckpointStore.Access.reading, .writing] {
            let store = try scratch.open(access)
            #expect(complaint { try CheckpointStore.compact(scratch.folder()) { _ in } }.hasPrefix("7 "))
            store.close()
        }
        // Another process that holds LMDB's lock, as a reader does.
        let program = """
            import fcntl, sys, time
            f = open(sys.argv[1], "r+")
            fcntl.lockf(f, fcntl.LOCK_SH, 1, 0)
            print("held", flush=True)
            time.sleep(600)
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program, scratch.root + "/demo/db/lock.mdb"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        _ = output.fileHandleForReading.readData(ofLength: 5)
        let before = try Data(contentsOf: URL(fileURLWithPath: scratch.database))
        #expect(
            complaint { try CheckpointStore.compact(scratch.folder()) { _ in } }
                == "7 cannot compact \(scratch.root)/demo/db: another process is reading it "
                + "(wait for it to end, then try again)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.database)) == before)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        _ = try CheckpointStore.compact(scratch.folder()) { _ in }
        #expect(try scratch.open().verify(full: true).errors == [])
    }

    /// Every state a kill can leave: some of the copy, all of it, the copy in place beside the old lock file.
    @Test func cutShortItLeavesTheRunWhole() throws {
        let scratch = try Scratch()
        try build(scratch)
        let before = try contents(scratch.open(.reading))
        let files = FileManager.default
        let run = scratch.root + "/demo"
        var whole = ""
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try CheckpointStore.compact(scratch.folder()) { path in
                whole = scratch.root + "/copy"
                try files.copyItem(atPath: path + "/db/data.mdb", toPath: whole)
                throw Stop()
            }
        }
        let copy = try Data(contentsOf: URL(fileURLWithPath: whole))
        for part in [0, 100, 8192, copy.count / 2, copy.count] {
            let place = run + "/.compact/demo/db"
            try files.createDirectory(atPath: place, withIntermediateDirectories: true)
            try copy.prefix(part).write(to: URL(fileURLWithPath: place + "/data.mdb"))
            #expect(try contents(scratch.open(.reading)) == before)
            #expect(try RunFolder.list(scratch.root).map(\.name) == ["demo"])
            if part > 100 { try files.removeItem(atPath: run + "/.compact") }
        }
        // The next compaction is not in the way of the last one.
        _ = try CheckpointStore.compact(scratch.folder()) { _ in }
        #expect(try contents(scratch.open(.reading)) == before)
        // Renamed, with the lock file of the larger store still there.
        try scratch.open().close()
        #expect(rename(whole, scratch.database) == 0)
        let store = try scratch.open()
        #expect(try contents(store) == before)
        try store.commit(Commit(phase: .train))
        #expect(try store.verify(full: true).errors == [])
    }

    @Test func withoutRoomItSaysHowMuchIsNeeded() throws {
        let error = CheckpointStore.noRoom(5 << 20 + 1, 3 << 20, for: try RunFolder(root: "r", name: "demo"))
        #expect(
            "\(error.exitCode.rawValue) \(error)"
                == "11 cannot compact r/demo: the copy needs 6 MiB, free are 3 MiB "
                + "(make room on that disk, then try again)")
    }
}

private enum Files {
    static func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? -1
    }
}
