import Checkpoints
import Foundation
import Foundations
import Searches
import Testing

/// Runs begun by older programs: read as they are, and gone on with. See `Fixtures/stores/README.md`.
@Suite struct GoldenStoreTests {
    private struct Expected: Decodable {
        struct Round: Decodable {
            let round: Int
            let survivors: [String]
            let scores: [String: Double]
        }
        let best: String
        let digest: String
        let macs: Int
        let images: Int
        let rounds: [Round]
    }

    private static let stores = #filePath.replacing("GoldenStoreTests.swift", with: "Fixtures/stores/")

    private func unpack(_ name: String, _ scratch: Scratch) throws -> Expected {
        let folder = scratch.root + "/part"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = ["tar", "xzf", Self.stores + name + ".tar.gz", "-C", folder]
        try tar.run()
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0)
        return try JSONDecoder().decode(
            Expected.self, from: Data(contentsOf: URL(filePath: Self.stores + name + ".json")))
    }

    private func bytes(_ scratch: Scratch) throws -> Data {
        try Data(contentsOf: URL(filePath: scratch.root + "/part/db/data.mdb"))
    }

    @Test(arguments: [("61fe15b", 1), ("07f1d46", 1), ("d7f839c", 1), ("73c3c2d", 2)])
    func anOldRunIsReadAndGoneOnWith(_ name: String, _ schema: Int) async throws {
        let scratch = try Scratch()
        let expected = try unpack(name, scratch)
        let before = try bytes(scratch)
        do {
            let store = try scratch.store("part")
            defer { store.close() }
            let run = try RecordedRun(store, name: "part")
            #expect(try store.verify(full: true).errors == [] && store.recordedSchema == schema)
            #expect(run.head.phase == .train && run.head.round == 1)
            let row = try #require(run.record(storeBytes: 0).rounds.first)
            #expect(row.survivors == expected.rounds[0].survivors)
            #expect(
                Dictionary(uniqueKeysWithValues: row.scores.map { ($0.child, $0.score) }) == expected.rounds[0].scores)
            _ = try StoredChild.read(row.survivors[0], of: "part", store).tensors()
        }
        #expect(try bytes(scratch) == before, "a reader changes nothing")

        var execution = Execution(threads: 2)
        execution.allowInexact = true
        let record = try await scratch.resume("part", execution: execution)
        #expect(record.phase == "DONE" && record.rounds.count == 3)
        #expect(record.images == expected.images)
        // What another CPU or library computes differs in the last bits; on the same it is the old program's to the bit.
        if name != "61fe15b", try scratch.recorded("part").stamps.isEmpty {
            #expect(record.best == expected.best && record.macs == expected.macs)
            for (row, old) in zip(record.rounds, expected.rounds) {
                #expect(row.survivors == old.survivors)
                #expect(Dictionary(uniqueKeysWithValues: row.scores.map { ($0.child, $0.score) }) == old.scores)
            }
        }
        let store = try scratch.store("part")
        #expect(try store.verify(full: true).errors == [] && store.recordedSchema == CheckpointStore.schema)
        let backup = try? Data(contentsOf: URL(filePath: scratch.root + "/part/db/data.mdb.schema-1"))
        #expect(schema == CheckpointStore.schema ? backup == nil : backup.map { $0.count > 8192 } == true)
    }
}
