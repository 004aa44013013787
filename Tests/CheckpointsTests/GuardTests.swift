import Checkpoints
import Foundation
import Foundations
import Testing

/// Stores that are not what `run.json` says.
@Suite struct GuardTests {
    private func swap(_ a: String, for b: String) throws {
        try FileManager.default.removeItem(atPath: a)
        try FileManager.default.copyItem(atPath: b, toPath: a)
    }

    /// What `mdb_env_open` leaves of a new store: two header pages of empty trees.
    static var emptyStore: Data {
        var bytes = Data(count: 8192)
        func put(_ value: UInt64, _ count: Int, at offset: Int) {
            for i in 0..<count { bytes[offset + i] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(i))) }
        }
        for page in 0..<2 {
            let start = page * 4096
            put(UInt64(page), 8, at: start)
            put(8, 2, at: start + 10)
            put(0xBEEF_C0DE, 4, at: start + 16)
            put(1, 4, at: start + 20)
            put(64 << 30, 8, at: start + 32)
            put(4096, 4, at: start + 40)
            put(8, 2, at: start + 44)
            put(.max, 8, at: start + 80)
            put(.max, 8, at: start + 128)
            put(1, 8, at: start + 136)
            put(UInt64(page), 8, at: start + 144)
        }
        return bytes
    }

    @Test func anEmptyStoreIsNotTakenForTheRun() throws {
        let scratch = try Scratch()
        try scratch.create().close()
        try Self.emptyStore.write(to: URL(fileURLWithPath: scratch.database))
        for access in [CheckpointStore.Access.reading, .writing] {
            #expect(
                complaint { try scratch.open(access) }
                    == "5 cannot open \(scratch.root)/demo/db: table meta is missing: "
                    + "the store is empty or not of this run")
        }
    }

    @Test func anOlderCopyIsNotTakenForTheRun() throws {
        let scratch = try Scratch()
        let files = FileManager.default
        var store = try scratch.create()
        try store.commit(Commit(phase: .train, isRoundEnd: true))
        store.close()
        try files.copyItem(atPath: scratch.root + "/demo/db", toPath: scratch.root + "/.older")
        store = try scratch.open()
        try store.commit(Commit(phase: .train))
        try store.commit(Commit(phase: .train, round: 1, isRoundEnd: true))
        #expect(store.card.floor == 3)
        store.close()
        try swap(scratch.root + "/demo/db", for: scratch.root + "/.older")
        #expect(
            complaint { try scratch.open(.reading) }
                == "5 cannot open \(scratch.root)/demo: the store has been rolled back: its newest checkpoint is 1, "
                + "but 3 was finished (put the newer db folder back, or go on from the older one: "
                + "espalier resume demo --accept-rollback --checkpoints \(scratch.root))")
    }

    @Test func theStoreOfAnotherRunIsNotTakenForTheRun() throws {
        let scratch = try Scratch()
        let own = try scratch.create()
        let other = try scratch.create("other")
        let (id, otherID) = (own.card.id, other.card.id)
        own.close()
        other.close()
        try swap(scratch.root + "/demo/db", for: scratch.root + "/other/db")
        #expect(
            complaint { try scratch.open() }
                == #"5 cannot open \#(scratch.root)/demo: the store is of run "\#(otherID)", run.json of run "\#(id)""#)
    }

    /// Rewrites `meta/format` where it lies, checksums included, as a newer program would have written it.
    private func age(_ scratch: Scratch, schema: Int, minReader: Int) throws {
        let url = URL(fileURLWithPath: scratch.database)
        var bytes = [UInt8](try Data(contentsOf: url))
        func text(_ schema: Int, _ minReader: Int) -> [UInt8] {
            Array(#"{"minReader":\#(minReader),"schema":\#(schema),"writer":"espalier test"}"#.utf8)
        }
        let (old, new) = (text(2, 1), text(schema, minReader))
        var place = Data(bytes).range(of: Data(old))
        while let found = place {
            let header = found.lowerBound - 32
            bytes.replaceSubrange(found, with: new)
            withUnsafeBytes(of: crc32c(new)) { bytes.replaceSubrange(header + 20..<header + 24, with: $0) }
            let crc = crc32c(Array(bytes[header..<header + 24]))
            withUnsafeBytes(of: crc) { bytes.replaceSubrange(header + 24..<header + 28, with: $0) }
            place = Data(bytes).range(of: Data(old), in: found.upperBound..<bytes.count)
        }
        try Data(bytes).write(to: url)
    }

    @Test func newerStoresAreReadIfTheyAllowItAndNeverWritten() throws {
        let scratch = try Scratch()
        try scratch.create().close()
        try age(scratch, schema: 3, minReader: 1)
        #expect(try scratch.open(.reading).head.seq == 0)
        #expect(
            complaint { try scratch.open(.writing) }
                == "6 cannot open \(scratch.root)/demo: it has schema 3 (espalier test) and needs a program of "
                + "schema 3; this one has 2 (use a newer espalier)")
        let second = try Scratch()
        try second.create().close()
        try age(second, schema: 4, minReader: 3)
        #expect(
            complaint { try second.open(.reading) }
                == "6 cannot open \(second.root)/demo: it has schema 4 (espalier test) and needs a program of "
                + "schema 3; this one has 2 (use a newer espalier)")
    }

    @Test func damagedFilesAreNamed() throws {
        let scratch = try Scratch()
        try scratch.create().close()
        let whole = try Data(contentsOf: URL(fileURLWithPath: scratch.database))
        func opened(_ data: Data) throws -> String {
            try data.write(to: URL(fileURLWithPath: scratch.database))
            return complaint { try scratch.open(.reading) }
        }
        let path = scratch.database
        #expect(try opened(Data()) == "5 cannot open \(path): the file ends inside its header")
        #expect(try opened(whole.prefix(100)) == "5 cannot open \(path): the file ends inside its header")
        #expect(try opened(Data(count: 8192)) == "5 cannot open \(path): it is not an LMDB file")
        #expect(
            try opened(whole.prefix(8192)).hasPrefix("5 cannot open \(path): the file is cut off: 8192 bytes, expected")
        )
        var newer = whole
        newer[20] = 2
        #expect(try opened(newer) == "6 cannot open \(path): it has LMDB format 2, expected 1")
        try FileManager.default.removeItem(atPath: path)
        #expect(complaint { try scratch.open(.reading) } == "5 cannot open \(path): the file is missing")
        try whole.write(to: URL(fileURLWithPath: path))
        #expect(try scratch.open().head.seq == 0)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: scratch.root + "/demo/run.json"))
        #expect(
            complaint { try scratch.open() }
                == "5 cannot read \(scratch.root)/demo/run.json: it is not the card of a run")
    }

    /// The header as a machine of another kind writes it.
    @Test func filesOfOtherMachinesAreRefused() throws {
        let scratch = try Scratch()
        try scratch.create().close()
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.database)))
        func opened(_ edit: (inout [UInt8]) -> Void) throws -> String {
            var bytes = whole
            for page in [0, 4096] {
                var header = Array(bytes[page..<page + 152])
                edit(&header)
                bytes.replaceSubrange(page..<page + 152, with: header)
            }
            try Data(bytes).write(to: URL(fileURLWithPath: scratch.database))
            return complaint { try scratch.open(.reading) }
        }
        func refusal(_ machine: String) -> String {
            "6 cannot open \(scratch.database): it was written on \(machine) machine, and stores are read on their own "
                + "kind only (go on with the run there; results travel by `espalier checkpoint export`)"
        }
        let big = try opened { header in
            for (place, count) in [(10, 2), (16, 4), (20, 4), (40, 4), (136, 8), (144, 8)] {
                header[place..<place + count].reverse()
            }
        }
        #expect(big == refusal("a big-endian"))
        // Page number and header take 12 bytes there: all behind them lies 4 bytes further to the front.
        let narrow = try opened { header in
            header = Array(header[..<4] + header[8...]) + [0, 0, 0, 0]
        }
        #expect(narrow == refusal("a 32-bit"))
        let other = try opened { $0[17] ^= 1 }
        #expect(other == "5 cannot open \(scratch.database): it is not an LMDB file")
    }
}
