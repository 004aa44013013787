import Checkpoints
import Foundation
import Foundations
import Testing

/// The store of schema 1 that lies in the fixtures: read as it is, and upgraded.
@Suite struct UpgradeTests {
    /// Lays the old run out as `golden`.
    private func golden() throws -> Scratch {
        let scratch = try Scratch()
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/schema-1"
        let run = scratch.root + "/golden"
        try FileManager.default.createDirectory(atPath: run + "/db", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: fixtures + "/run.json", toPath: run + "/run.json")
        try FileManager.default.copyItem(atPath: fixtures + "/data.mdb.gz", toPath: run + "/db/data.mdb.gz")
        let gzip = try Process.run(
            URL(fileURLWithPath: "/usr/bin/env"), arguments: ["gzip", "-d", run + "/db/data.mdb.gz"])
        gzip.waitUntilExit()
        #expect(gzip.terminationStatus == 0)
        return scratch
    }

    private func database(_ scratch: Scratch, _ name: String = "data.mdb") throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: scratch.root + "/golden/db/" + name))
    }

    private func card(_ scratch: Scratch) throws -> String {
        try String(contentsOfFile: scratch.root + "/golden/run.json", encoding: .utf8)
    }

    /// What an upgrade must not change: everything but the state and the SHA-256s of manifests.
    private func lasting(_ store: CheckpointStore) throws -> String {
        let text = try contents(store).split(separator: "\n").filter { line in
            !line.hasPrefix("Head(") && !line.hasPrefix("Manifest(")
        }
        let manifests = try store.manifests().map { manifest in
            let blobs = try manifest.blobs.map { "\($0.name) \(try store.read($0))" }
            return "\(manifest.seq) \(manifest.parent?.seq ?? -1) \(manifest.anchor?.seq ?? -1) \(manifest.phase) "
                + "\(manifest.round) \(manifest.step) \(manifest.isRoundEnd) \(manifest.digest) \(blobs)"
        }
        return (text + ["\(try store.head.seq)", "\(try store.head.step)"]).joined(separator: "\n")
            + manifests.joined(separator: "\n")
    }

    private func doubled(_ state: Data) -> Data { state + state }

    @Test func oldStoresAreReadAndLeftAsTheyAre() throws {
        let scratch = try golden()
        let before = try database(scratch), card = try card(scratch)
        var store = try scratch.open(.reading, "golden")
        #expect(store.recordedSchema == 1)
        #expect(try store.verify(full: true).errors == [])
        #expect(try store.manifests().map(\.seq) == [4, 6, 7, 8, 9])
        #expect(try store.manifest(6).state == Data(#"{"step":6}"#.utf8))
        #expect(try store.read(try #require(try store.newest().blob("w"))) == noise(300, 9))
        #expect(try store.metrics("loss").map(\.step) == Array(1...9))
        #expect(try store.tags().map(\.name) == ["six"])
        store.close()
        // Opening for writing does not upgrade.
        store = try scratch.open(.writing, "golden")
        #expect(store.recordedSchema == 1)
        store.close()
        #expect(try database(scratch) == before)
        #expect(try self.card(scratch) == card)
    }

    @Test func anUpgradeRewritesStatesAndLinksAndNothingElse() throws {
        let scratch = try golden()
        let before = try database(scratch)
        var store = try scratch.open(.writing, "golden")
        let known = try lasting(store)
        let dropped = try #require(try store.manifest(6).parent)
        var seen: [String] = []
        try store.upgrade { state in
            seen.append(String(decoding: state, as: UTF8.self))
            return doubled(state)
        }
        #expect(seen == [4, 6, 7, 8, 9].map { #"{"step":\#($0)}"# })
        func check(_ store: CheckpointStore) throws {
            #expect(store.recordedSchema == 2)
            #expect(store.card.schema == 2)
            #expect(try lasting(store) == known)
            // Every link, the head and the tag hold.
            #expect(try store.verify(full: true).errors == [])
            #expect(try store.verify().newestGood == 9)
            #expect(try store.manifest(6).state == Data(#"{"step":6}{"step":6}"#.utf8))
            // Manifest 5 went long ago.
            #expect(try store.manifest(6).parent == dropped)
        }
        try check(store)
        // A second upgrade changes nothing.
        let after = try contents(store)
        try store.upgrade { _ in throw Failure() }
        #expect(try contents(store) == after)
        #expect(try store.commit(Commit(phase: .train, round: 2, step: 10)) == 10)
        #expect(try store.verify(full: true).errors == [])
        store.close()
        #expect(try card(scratch).contains(#""schema" : 2"#))
        store = try scratch.open(.reading, "golden")
        #expect(try store.manifest(9).state == Data(#"{"step":9}{"step":9}"#.utf8))
        store.close()
        // The copy is the old store.
        #expect(try database(scratch, "data.mdb.schema-1").count == before.count)
        let files = FileManager.default
        try files.removeItem(atPath: scratch.root + "/golden/db/data.mdb")
        try files.moveItem(
            atPath: scratch.root + "/golden/db/data.mdb.schema-1", toPath: scratch.root + "/golden/db/data.mdb")
        store = try scratch.open(.reading, "golden")
        #expect(store.recordedSchema == 1)
        #expect(try lasting(store) == known)
        #expect(try store.verify(full: true).errors == [])
    }

    private struct Failure: Error {}

    /// Where an upgrade can be cut short: in the copy, in the transaction, before `run.json`.
    @Test func anUpgradeCutShortCanBeRepeated() throws {
        let scratch = try golden()
        let part = scratch.root + "/golden/db/data.mdb.schema-1.part"
        try Data("half".utf8).write(to: URL(fileURLWithPath: part))
        var store = try scratch.open(.writing, "golden")
        let old = try contents(store)
        var count = 0
        #expect(throws: Failure.self) {
            try store.upgrade { state in
                count += 1
                if count == 3 { throw Failure() }
                return doubled(state)
            }
        }
        #expect(store.recordedSchema == 1)
        #expect(try contents(store) == old)
        #expect(!FileManager.default.fileExists(atPath: part))
        let card = try card(scratch)
        try store.upgrade(doubled)
        store.close()
        // As if it had ended before the card was written.
        try Data(card.utf8).write(to: URL(fileURLWithPath: scratch.root + "/golden/run.json"))
        store = try scratch.open(.writing, "golden")
        #expect(store.recordedSchema == 2)
        try store.upgrade { _ in throw Failure() }
        #expect(try self.card(scratch).contains(#""schema" : 2"#))
        #expect(try store.manifest(9).state == Data(#"{"step":9}{"step":9}"#.utf8))
        #expect(try store.verify(full: true).errors == [])
    }

    @Test func newStoresHaveTheNewSchema() throws {
        let scratch = try Scratch()
        let store = try scratch.create()
        #expect(CheckpointStore.schema == 2)
        #expect(store.recordedSchema == 2)
        #expect(store.card.schema == 2)
        try store.upgrade { _ in throw Failure() }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.root + "/demo/db").sorted()
                == ["data.mdb", "lock.mdb"])
    }

    /// States that no longer fit on the pages they had, and a map too small for them.
    @Test func statesMayGrow() throws {
        let scratch = try golden()
        let store = try CheckpointStore.open(scratch.folder("golden"), for: .writing, mapBytes: 1 << 20)
        try store.upgrade { state in state + Data(noise(1 << 20, 1)) }
        #expect(store.mapBytes > 1 << 20)
        #expect(try store.manifest(4).state == Data(#"{"step":4}"#.utf8) + Data(noise(1 << 20, 1)))
        #expect(try store.verify(full: true).errors == [])
    }
}
