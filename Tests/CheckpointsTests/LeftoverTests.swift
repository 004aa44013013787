import Checkpoints
import Foundation
import Foundations
import Testing

@Suite struct LeftoverTests {
    private let files = FileManager.default

    private func write(_ path: String, _ count: Int) throws {
        try files.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(count: count).write(to: URL(fileURLWithPath: path))
    }

    /// Every kind of left-over, and much that looks like one.
    private func litter(_ root: String) throws {
        try write(root + "/.c.tmp-1/db/data.mdb", 1000)
        try write(root + "/.c.tmp-1/run.lock", 0)
        try write(root + "/.d.tmp-2/nothing", 0)
        try write(root + "/demo/run.json.part", 7)
        try write(root + "/demo/.compact/demo/db/data.mdb", 500)
        try write(root + "/demo/.compact/demo/run.json", 20)
        try write(root + "/demo/db/data.mdb.schema-1", 300)
        try write(root + "/demo/db/data.mdb.schema-1.part", 30)
    }

    private func decoys(_ root: String) throws -> [String] {
        let paths = [
            "/.hidden/file", "/.file.tmp-1", "/foreign/run.json.part", "/foreign/.compact/x", "/demo/notes.txt",
            "/demo/db/other.mdb", "/demo/.compacted", "/top.part",
        ]
        for path in paths { try write(root + path, 1) }
        try files.createSymbolicLink(atPath: root + "/.link.tmp-3", withDestinationPath: root + "/foreign")
        try files.createSymbolicLink(atPath: root + "/demo/link.part", withDestinationPath: root + "/foreign")
        return paths + ["/.link.tmp-3", "/demo/link.part"]
    }

    @Test func everyKindIsFoundAndRemoved() throws {
        let scratch = try Scratch()
        let root = scratch.root
        #expect(try Leftover.find(root + "/none").isEmpty)
        try scratch.create().close()
        let before = try contents(scratch.open(.reading))
        #expect(try Leftover.find(root).isEmpty)
        let decoys = try decoys(root)
        #expect(try Leftover.find(root).isEmpty)
        try litter(root)
        let found = try Leftover.find(root)
        #expect(
            found.map(\.path)
                == [
                    "/.c.tmp-1", "/.d.tmp-2", "/demo/.compact", "/demo/db/data.mdb.schema-1",
                    "/demo/db/data.mdb.schema-1.part", "/demo/run.json.part",
                ].map { root + $0 })
        #expect(found.map(\.bytes) == [1000, 0, 520, 300, 30, 7])
        #expect(found.map(\.why) == [.creation, .creation, .compaction, .backup, .writing, .writing])
        for leftover in found {
            #expect(try leftover.remove())
            #expect(try !leftover.remove())
        }
        #expect(try Leftover.find(root).isEmpty)
        for path in decoys { #expect((try? files.attributesOfItem(atPath: root + path)) != nil, "\(path)") }
        #expect(try contents(scratch.open(.reading)) == before)
        #expect(try scratch.open().verify(full: true).errors == [])
    }

    @Test func nothingOfALockedRunIsTouched() throws {
        let scratch = try Scratch()
        let store = try scratch.create()
        try litter(scratch.root)
        let draft = open(scratch.root + "/.c.tmp-1/run.lock", O_RDWR)
        #expect(flock(draft, LOCK_EX | LOCK_NB) == 0)
        #expect(try Leftover.find(scratch.root).map(\.path) == [scratch.root + "/.d.tmp-2"])
        store.close()
        close(draft)
        let found = try Leftover.find(scratch.root)
        #expect(found.count == 6)
        // Taken by somebody between the look and the removal.
        let writer = try scratch.open()
        for leftover in found where leftover.path.hasPrefix(scratch.root + "/demo") {
            #expect(try !leftover.remove())
            #expect(files.fileExists(atPath: leftover.path))
        }
        #expect(try writer.verify(full: true).errors == [])
    }

    /// What `create` and `compact` leave when they are killed is what is found here.
    @Test func aCompactionUnderWayIsNotALeftoverAndOneCutShortIs() throws {
        let scratch = try Scratch()
        try scratch.create().close()
        let folder = try scratch.folder()
        _ = try CheckpointStore.compact(folder) { copy in
            #expect(files.fileExists(atPath: copy + "/db/data.mdb"))
            #expect(try Leftover.find(scratch.root).isEmpty)
            try files.copyItem(atPath: scratch.root + "/demo/.compact", toPath: scratch.root + "/kept")
        }
        try files.moveItem(atPath: scratch.root + "/kept", toPath: scratch.root + "/demo/.compact")
        let found = try Leftover.find(scratch.root)
        #expect(found.map(\.why) == [.compaction])
        #expect(found[0].bytes > 8192)
        #expect(try found[0].remove())
        #expect(try scratch.open().verify(full: true).errors == [])
    }
}
