import Checkpoints
import Foundation
import Foundations
import Testing

@Suite struct FolderTests {
    static let hint =
        " (1 to 64 of A-Z a-z 0-9 . _ -, beginning with a letter or digit, not ending in a full stop)"

    @Test(arguments: [
        ("../x", #""../x""#), ("/abs", #""/abs""#), ("a/b", #""a/b""#), ("..", #""..""#), (".", #"".""#),
        ("-rf", #""-rf""#), (".hidden", #"".hidden""#), ("a.", #""a.""#), ("a\u{0}b", #""a\0b""#),
        ("a\nb", #""a\nb""#), ("a\u{202e}b", #""a\u{202E}b""#), ("\u{0430}bc", #""\u{0430}bc""#), ("", #""""#),
        ("a b", #""a b""#), (String(repeating: "a", count: 65), #""\#(String(repeating: "a", count: 65))""#),
    ])
    func badNamesAreRefused(name: String, shown: String) throws {
        #expect(
            complaint { try RunFolder(root: "r", name: name) }
                == "2 cannot use \(shown): it is not a name for a run" + Self.hint)
    }

    @Test(arguments: ["a", "A.b-c_9", "0", String(repeating: "a", count: 64)])
    func goodNamesAreTaken(name: String) throws {
        #expect(try RunFolder(root: "r", name: name).path == "r/\(name)")
    }

    @Test func theListHoldsRunsOnly() throws {
        let scratch = try Scratch()
        #expect(try RunFolder.list(scratch.root + "/none").isEmpty)
        for name in ["b", "a"] { try scratch.create(name).close() }
        let files = FileManager.default
        try files.createDirectory(atPath: scratch.root + "/foreign", withIntermediateDirectories: true)
        try files.createDirectory(atPath: scratch.root + "/.c.tmp-1/db", withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: scratch.root + "/.c.tmp-1/run.json"))
        try Data("x".utf8).write(to: URL(fileURLWithPath: scratch.root + "/README.md"))
        try files.createSymbolicLink(atPath: scratch.root + "/link", withDestinationPath: scratch.root + "/a")
        #expect(try RunFolder.list(scratch.root).map(\.name) == ["a", "b"])
    }

    @Test func missingAndForeignRunsAreNamed() throws {
        let scratch = try Scratch()
        try scratch.create("demo").close()
        let root = scratch.root
        #expect(
            complaint { try scratch.open(.reading, "demp") }
                == "2 cannot open run \(root)/demp: there is no such run (did you mean demo?)")
        #expect(
            complaint { try scratch.open(.reading, "zzzzzzzz") }
                == "2 cannot open run \(root)/zzzzzzzz: there is no such run (`espalier runs --checkpoints \(root)` "
                + "lists the runs)")
        try FileManager.default.createDirectory(atPath: root + "/foreign", withIntermediateDirectories: true)
        #expect(
            complaint { try scratch.open(.reading, "foreign") }
                == "2 cannot open run \(root)/foreign: the folder holds no run.json (`espalier runs --checkpoints \(root)` "
                + "lists the runs)")
        #expect(
            complaint { try scratch.create("demo") }
                == "2 cannot create run \(root)/demo: it exists "
                + "(go on with it: espalier resume demo --checkpoints \(root))")
        try FileManager.default.createSymbolicLink(atPath: root + "/link", withDestinationPath: root + "/demo")
        #expect(complaint { try scratch.open(.reading, "link") }.contains("link: it is not a folder"))
    }

    @Test func aFailedCreationLeavesNothing() throws {
        let scratch = try Scratch()
        try Data("x".utf8).write(to: URL(fileURLWithPath: scratch.root + "/file"))
        let folder = try RunFolder(root: scratch.root + "/file", name: "demo")
        let text = complaint { try CheckpointStore.create(folder, recipe: [], identity: "{}") }
        #expect(text.hasPrefix("11 cannot create \(scratch.root)/file"), "\(text)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.root) == ["file"])
    }

    @Test func creationMakesTheRootAndOnlyTheRun() throws {
        let scratch = try Scratch()
        let folder = try RunFolder(root: scratch.root + "/deep/er", name: "demo")
        let store = try CheckpointStore.create(folder, recipe: [1], identity: "{}")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.root)
        #expect(names == ["demo"])
        let inside = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(inside == ["db", "run.json", "run.lock"])
        #expect(store.card.floor == 0)
        #expect(store.card.schema == 2)
    }

    /// As they stand in the mount table; the local ones and the unknown one are let through.
    @Test(
        arguments: [
            ("nfs", "NFS"), ("nfs4", "NFS"), ("cifs", "CIFS"), ("smb3", "SMB"), ("9p", "9p"), ("afs", "AFS"),
            ("lustre", "Lustre"), ("fuse.sshfs", "SSHFS"), ("ext4", nil), ("xfs", nil), ("btrfs", nil), ("tmpfs", nil),
            ("overlay", nil), ("fuseblk", nil), ("fuse.gocryptfs", nil), ("virtiofs", nil), ("", nil), ("new", nil),
        ] as [(String, String?)])
    func networkFileSystemsAreKnown(type: String, name: String?) {
        #expect(FileSystem.network(type: type) == name)
    }

    @Test func theRefusalOfANetworkFileSystemSaysWhatToDo() {
        let error = FileSystem.refusal("runs", "NFS")
        #expect(
            "\(error.exitCode.rawValue) \(error)"
                == "2 cannot keep runs in runs: it lies on a network file system (NFS), where locks and memory maps "
                + "cannot be trusted (use --checkpoints with a folder on a local disk, then export the result)")
    }
}
