import Checkpoints
import Foundation
import Foundations
import Testing

/// Disks that are full or fail. What happens in each is told in ``FaultScenarios``.
@Suite struct FaultTests {
    @Test func aLimitOfFileSizesIsAFullDisk() throws { try Child.expect("limitOfFileSizes") }
    @Test func smallRecordsMeetTheLimitInTheKernel() throws { try Child.expect("smallRecordsAndTheLimit") }
    @Test func sweptPagesAreWonBack() throws { try Child.expect("sweptPages") }
    @Test func aFailedGrowthOfTheMapIsTheEnd() throws { try Child.expect("failedGrowth") }

    @Test(arguments: ["writes", "syncs"]) func aFailingDiskIsNotAFullOne(_ call: String) throws {
        try Child.expect(call + "Fail", shim: true)
    }
    @Test func everyWriteMayFindTheDiskFull() throws { try Child.expect("everyWriteFull", shim: true) }
    @Test func aHeaderNotWrittenIsLookedAt() throws { try Child.expect("headerNotWritten", shim: true) }
    @Test func aHeaderWrittenAllTheSameCounts() throws { try Child.expect("headerWrittenAllTheSame", shim: true) }
    @Test func aHeaderThatCannotBeConfirmedDoesNot() throws { try Child.expect("headerNotConfirmed", shim: true) }

    @Test(.enabled(if: Child.canMount, "user namespaces with mounts are not to be had here"))
    func aFullDisk() throws { try Child.expect("fullDisk", disk: 12 << 20) }
    @Test(.enabled(if: Child.canMount, "user namespaces with mounts are not to be had here"))
    func aFullDiskWithRoomInTheFile() throws { try Child.expect("fullDiskWithRoomInside", disk: 12 << 20) }

    /// The place of `run.json.part` is taken.
    @Test func anOwedCardIsPaidOnce() throws {
        let scratch = try Scratch()
        let part = scratch.root + "/demo/run.json.part"
        let store = try scratch.create()
        try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: true)
        let end = Commit(
            phase: .train, round: 1, step: 5, state: [7], blobs: [Blob("w", [1])],
            rows: [.metric(series: "loss", step: 5, value: .nan), .event(json: "end")], isRoundEnd: true)
        for _ in 0..<2 {
            #expect(complaint { try store.commit(end) } == "11 cannot write \(part): Is a directory")
            #expect(try store.head.seq == 1)
        }
        try FileManager.default.removeItem(atPath: part)
        #expect(try store.commit(end) == 1)
        #expect(try store.events().map(\.json) == ["end"])
        #expect(try card(scratch).contains(#""floor" : 1"#))
        // It is paid: the same once more is another checkpoint.
        #expect(try store.commit(end) == 2)
        #expect(try store.events().map(\.json) == ["end", "end"])
        // Another commit than the one that failed pays too, and is made.
        try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: true)
        var other = end
        other.step = 6
        #expect(throws: StoreError.self) { try store.commit(other) }
        try FileManager.default.removeItem(atPath: part)
        #expect(try store.commit(Commit(phase: .train, step: 7)) == 4)
        #expect(try card(scratch).contains(#""floor" : 3"#))
        #expect(try store.verify(full: true).errors == [])
    }

    @Test func aCardLeftBehindIsBroughtUpAtOpening() throws {
        let scratch = try Scratch()
        var store = try scratch.create()
        let old = try card(scratch)
        try store.commit(Commit(phase: .train, isRoundEnd: true))
        try store.commit(Commit(phase: .train))
        store.close()
        try Data(old.utf8).write(to: URL(fileURLWithPath: scratch.root + "/demo/run.json"))
        try scratch.open(.reading).close()
        #expect(try card(scratch) == old)
        store = try scratch.open()
        #expect(store.card.floor == 1)
        #expect(try card(scratch).contains(#""floor" : 1"#))
    }

    private func card(_ scratch: Scratch) throws -> String {
        try String(contentsOfFile: scratch.root + "/demo/run.json", encoding: .utf8)
    }

    /// A reader that was killed inside its transaction keeps its place in LMDB's list until somebody looks.
    @Test func deadReadersAreClearedAtOpening() throws {
        let scratch = try Scratch()
        try scratch.create().close()
        let program = """
            import ctypes, os, sys
            lmdb = ctypes.CDLL("liblmdb.so.0")
            env, txn, dead = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_int()
            assert lmdb.mdb_env_create(ctypes.byref(env)) == 0
            assert lmdb.mdb_env_open(env, sys.argv[1].encode(), 0, 0o600) == 0
            if sys.argv[2] == "die":
                assert lmdb.mdb_txn_begin(env, None, 0x20000, ctypes.byref(txn)) == 0
                os.kill(os.getpid(), 9)
            assert lmdb.mdb_reader_check(env, ctypes.byref(dead)) == 0
            print("dead", dead.value)
            """
        func python(_ what: String) throws -> (Int32, String) {
            try Child.run(
                ["python3", "-c", program, scratch.root + "/demo/db", what], ProcessInfo.processInfo.environment)
        }
        // Somebody must have the store open, or the next to come makes a new list.
        let other = try scratch.open(.reading)
        #expect(try python("die").0 == 128 + 9)
        #expect(try python("look") == (0, "dead 1\n"))
        #expect(try python("die").0 == 128 + 9)
        other.close()
        let store = try scratch.open()
        #expect(try python("look") == (0, "dead 0\n"))
        #expect(try store.head.seq == 0)
    }

    /// LMDB's `MDB_NOTLS` and nothing else.
    @Test func theFlagsAreTheDurableOnes() throws {
        let scratch = try Scratch()
        let store = try scratch.create()
        #expect(store.flags == 0x20_0000)
        store.close()
        #expect(try scratch.open().flags == 0x20_0000)
    }

    /// A blob takes as many records as chunks, and a whole chunk exactly 256 pages.
    @Test(arguments: [(0, 1), (1, 1), (1_048_527, 1), (1_048_528, 1), (1_048_529, 2), (2_097_056, 2)])
    func blobsAreCutInChunks(count: Int, records: Int) throws {
        let scratch = try Scratch()
        let store = try scratch.create()
        let before = try store.verify().records
        let size = store.bytesOnDisk
        let bytes = noise(count, 3)
        try store.commit(Commit(phase: .train, blobs: [Blob("w", bytes)]))
        #expect(try store.verify(full: true).records == before + 1 + records)
        #expect(try store.read(try #require(try store.newest().blob("w"))) == bytes)
        if count % 1_048_528 == 0 { #expect((store.bytesOnDisk - size) / (1 << 20) == count / 1_048_528) }
    }
}
