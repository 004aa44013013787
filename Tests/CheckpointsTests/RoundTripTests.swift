import Checkpoints
import Foundation
import Testing

@Suite struct RoundTripTests {
    static let chunk = 1_048_528

    @Test(arguments: [0, 1, 31, chunk - 1, chunk, chunk + 1, 3 * chunk])
    func blobsComeBackAsTheyWere(count: Int) throws {
        let scratch = try Scratch()
        let bytes = noise(count, 1)
        do {
            let store = try scratch.create()
            try bytes.withUnsafeBytes { memory in
                _ = try store.commit(
                    Commit(phase: .train, blobs: [Blob("weights", memory), Blob("copy", bytes), Blob("one", [1])]))
            }
            #expect(try store.verify(full: true).errors == [])
        }
        let store = try scratch.open(.reading)
        let manifest = try store.newest()
        let blob = try #require(manifest.blob("weights"))
        #expect(blob.bytes == count)
        #expect(try store.read(blob) == bytes)
        #expect(manifest.blob("copy")?.sha256 == blob.sha256)
        #expect(try store.read(try #require(manifest.blob("one"))) == [1])
        #expect(manifest.blob("none") == nil)
    }

    @Test func manifestsComeBackAsTheyWere() throws {
        let scratch = try Scratch()
        var store = try scratch.create()
        #expect(try store.head.seq == 0)
        #expect(try store.head.phase == .train)
        let seq = try store.commit(
            Commit(
                phase: .awaitDecision, round: 3, step: 1 << 40, digest: "d1", fingerprint: #"{"cpu":"x"}"#,
                state: Array("state \u{0} \u{fc}".utf8)))
        #expect(seq == 1)
        let written = try store.newest()
        store.close()
        store = try scratch.open(.reading)
        #expect(try store.newest() == written)
        #expect(written.state == Data("state \u{0} \u{fc}".utf8))
        #expect((written.round, written.step, written.digest, written.phase) == (3, 1 << 40, "d1", .awaitDecision))
        #expect(try store.head.step == 1 << 40)
        #expect(try store.recipe() == Array("seed: 7\n".utf8))
        #expect(try store.identity() == #"{"program":"test"}"#)
        #expect(try store.manifests().map(\.seq) == [0, 1])
    }

    @Test func unchangedBlobsAreNotWrittenAgain() throws {
        let scratch = try Scratch()
        let store = try scratch.create()
        let big = noise(2 * Self.chunk, 2)
        try store.commit(Commit(phase: .train, blobs: [Blob("a", big), Blob("b", [1])]))
        let before = try store.verify()
        let reference = try #require(try store.newest().blob("a"))
        try store.commit(Commit(phase: .train, blobs: [Blob("a", big), Blob("b", [2])]))
        try store.commit(Commit(phase: .train, blobs: [Blob(unchanged: reference), Blob("b", [2])]), keep: 9)
        let after = try store.verify(full: true)
        // Two manifests and one blob of one byte.
        #expect(after.records - before.records == 3)
        #expect(after.errors == [])
        #expect(try store.read(try #require(try store.newest().blob("a"))) == big)
    }

    @Test func anUnchangedBlobMustBeThere() throws {
        let scratch = try Scratch()
        let other = try scratch.create("other")
        try other.commit(Commit(phase: .train, blobs: [Blob("a", [1, 2])]))
        let stranger = try #require(try other.newest().blob("a"))
        let store = try scratch.create()
        let text = complaint { try store.commit(Commit(phase: .train, blobs: [Blob(unchanged: stranger)])) }
        #expect(
            text == "5 cannot commit to \(scratch.root)/demo/db, blob \(stranger.sha256)/0: "
                + "an unchanged blob is missing")
        #expect(try store.head.seq == 0)
    }

    @Test func rowsComeBackInOrder() throws {
        let scratch = try Scratch()
        let store = try scratch.create()
        try store.commit(
            Commit(
                phase: .train,
                rows: [
                    .score(round: 1, child: "434", json: "{}"), .score(round: 1, child: "111", json: "[1]"),
                    .score(round: 2, child: "111", json: "[2]"), .round(2, json: #"{"r":2}"#),
                    .round(1, json: #"{"r":1}"#), .metric(series: "loss", step: 300, value: 0.1),
                    .metric(series: "lr", step: 1, value: -0.0), .metric(series: "loss", step: 2, value: .infinity),
                    .event(json: "a"),
                ]))
        try store.record([.event(json: "b"), .event(json: "c"), .metric(series: "lr", step: 0, value: 1)])
        try store.record([.score(round: 1, child: "434", json: "{2}")])
        #expect(try store.scores(1).map(\.child) == ["111", "434"])
        #expect(try store.scores(1).map(\.json) == ["[1]", "{2}"])
        #expect(try store.scores(2).map(\.json) == ["[2]"])
        #expect(try store.scores(256).isEmpty)
        #expect(try store.rounds().map(\.round) == [1, 2])
        #expect(try store.rounds().map(\.json) == [#"{"r":1}"#, #"{"r":2}"#])
        #expect(try store.series() == ["loss", "lr"])
        #expect(try store.metrics("loss").map(\.step) == [2, 300])
        #expect(try store.metrics("loss").map(\.value) == [.infinity, 0.1])
        #expect(try store.metrics("lr").map(\.value.bitPattern) == [1, -0.0].map(\.bitPattern))
        #expect(try store.metrics("none").isEmpty)
        #expect(try store.events().map(\.json) == ["a", "b", "c"])
        #expect(try store.events().map(\.number) == [0, 1, 2])
        #expect(try store.verify(full: true).errors == [])
    }

    @Test func failuresAreCountedByPointAndCheckpoint() throws {
        let scratch = try Scratch()
        var store = try scratch.create()
        #expect(try store.noteFailure(at: "policy", seq: 0, problem: "exit 3") == 1)
        #expect(try store.noteFailure(at: "policy", seq: 1, problem: "exit 4") == 1)
        store.close()
        store = try scratch.open()
        #expect(try store.noteFailure(at: "policy", seq: 0, problem: "exit 5") == 2)
        let attempts = try store.attempts()
        #expect(attempts.map(\.count) == [2, 1])
        #expect(attempts.map(\.problem) == ["exit 5", "exit 4"])
        #expect(attempts.map(\.point) == ["policy", "policy"])
        try store.clearAttempts()
        #expect(try store.attempts() == [])
    }

    /// LMDB's flags that trade durability away: NOSYNC, WRITEMAP, NOMETASYNC, MAPASYNC, NOLOCK.
    @Test func nothingIsTradedForSpeed() throws {
        let scratch = try Scratch()
        let store = try scratch.create()
        #expect(store.flags & (0x1_0000 | 0x8_0000 | 0x4_0000 | 0x10_0000 | 0x40_0000) == 0)
        let mode = try FileManager.default.attributesOfItem(atPath: scratch.database)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let folder = try FileManager.default.attributesOfItem(atPath: scratch.root + "/demo")[.posixPermissions]
        #expect(folder as? Int == 0o700)
    }

    @Test func theMapGrowsUnderACommit() throws {
        let scratch = try Scratch()
        let store = try scratch.create(mapBytes: 1 << 20)
        let before = store.mapBytes
        let reader = try #require(try? store.newest())
        for step in 1...5 {
            let blobs = (0..<4).map { Blob("b\($0)", noise(1 << 20, UInt64(10 * step + $0))) }
            try store.commit(Commit(phase: .train, step: step, blobs: blobs, rows: [.event(json: "\(step)")]))
        }
        #expect(reader.seq == 0)
        #expect(before == 1 << 20)
        #expect(store.mapBytes >= 16 << 20)
        #expect(try store.events().map(\.json) == ["1", "2", "3", "4", "5"])
        #expect(try store.verify(full: true).errors == [])
        store.close()
        #expect(try scratch.open().verify(full: true).errors == [])
    }
}
