import Foundation
import Testing

/// `checkpoint compact` and `checkpoint gc` take away what no run needs, and nothing else.
extension CommandLineTests {
    private func command(_ line: String, _ scratch: Scratch) throws -> Program.Result {
        try Program.run(line.split(separator: " ").map(String.init), in: scratch)
    }

    private func size(_ path: String, _ scratch: Scratch) throws -> Int {
        let values = try FileManager.default.attributesOfItem(atPath: scratch.folder + "/" + path)
        return values[.size] as? Int ?? 0
    }

    @Test(arguments: ["checkpoints", "other/place"]) func aCompactedRunIsTheSameRun(root: String) throws {
        let scratch = try Scratch()
        try scratch.search("demo", "--checkpoints", root, "--set", "checkpoint.every-batches=5")
        let place = "--checkpoints \(root)"
        let shown = try command("show demo --json \(place)", scratch).output
        let file = "\(root)/demo/db/data.mdb"
        let before = try size(file, scratch)
        let result = try command("checkpoint compact demo \(place)", scratch)
        #expect(result.status == 0 && result.errors == "", "\(result.errors)")
        let after = try size(file, scratch)
        #expect(after < before)
        #expect(result.output.filter { $0 != "," } == "demo: \(before) bytes before \(after) after\n")
        #expect(try command("checkpoint verify demo --full \(place)", scratch).status == 0)
        func withoutSize(_ text: String) -> String { text.replacing(/"storeBytes":[0-9]+/, with: "") }
        #expect(try withoutSize(command("show demo --json \(place)", scratch).output) == withoutSize(shown))
        let again = try command("checkpoint compact demo --json \(place)", scratch)
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any])
        #expect(document["schema"] as? String == "espalier.compact/1" && document["before"] as? Int == after)
        #expect(try command("checkpoint compact nothing", scratch).status == 2)
    }

    /// A copy that is not whole never takes the store's place.
    @Test func aDamagedStoreIsNotCompacted() throws {
        let scratch = try Scratch()
        try scratch.search()
        let path = scratch.folder + "/checkpoints/demo/db/data.mdb"
        var bytes = try Data(contentsOf: URL(filePath: path))
        // In the middle of a blob's bytes: only its checksum notices.
        let history = try command("checkpoint export demo --history --out h.json", scratch)
        #expect(history.status == 0)
        let magic = Data("ESP1".utf8) + Data([3])
        let places = stride(from: 4096, to: bytes.count - 4096, by: 4096).filter { bytes[$0 + 16..<$0 + 21] == magic }
        try #require(!places.isEmpty)
        for place in places { bytes[place + 2000] ^= 0x40 }
        try bytes.write(to: URL(filePath: path))
        let result = try command("checkpoint compact demo", scratch)
        #expect(result.status == 5 && result.output == "")
        #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
        #expect(try command("checkpoint gc", scratch).output == "nothing is left over in checkpoints\n")
    }

    @Test func whatIsLeftOverIsRemoved() throws {
        let scratch = try Scratch()
        try scratch.search()
        let files = FileManager.default
        let draft = scratch.folder + "/checkpoints/.demo.tmp-1234"
        try files.createDirectory(atPath: draft, withIntermediateDirectories: true)
        try scratch.write("12345", to: "checkpoints/.demo.tmp-1234/run.json")
        try scratch.write("old store", to: "checkpoints/demo/db/data.mdb.schema-1")
        let listed = try command("checkpoint gc --dry-run", scratch)
        #expect(listed.status == 0)
        #expect(
            listed.output == """
                would remove checkpoints/.demo.tmp-1234: a creation that was cut short, 5 bytes
                would remove checkpoints/demo/db/data.mdb.schema-1: the store as it was before an upgrade, 9 bytes
                14 bytes would be free again

                """)
        #expect(files.fileExists(atPath: draft))
        let removed = try command("checkpoint gc --json", scratch)
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(removed.output.utf8)) as? [String: Any])
        #expect(document["bytes"] as? Int == 14 && document["schema"] as? String == "espalier.gc/1")
        let rows = try #require(document["leftovers"] as? [[String: Any]])
        #expect(rows.count == 2 && rows.allSatisfy { $0["removed"] as? Bool == true })
        #expect(!files.fileExists(atPath: draft))
        #expect(try command("checkpoint gc", scratch).output == "nothing is left over in checkpoints\n")
        #expect(try command("checkpoint verify demo --full", scratch).status == 0)
    }
}
