import Checkpoints
import Foundation
import Testing

/// What lies in the place of a run's own files is never followed, waited for or written to.
@Suite(.timeLimit(.minutes(1))) struct ForeignFilesTests {
    static let files = ["run.json", "run.lock", "db/data.mdb", "db/lock.mdb"]
    static let words = "found a link or something else, expected a file of the run's own"

    @Test(arguments: files, ["link", "fifo", "folder"]) func aForeignFileIsRefused(file: String, kind: String) throws {
        let scratch = try Scratch()
        try scratch.create().close()
        let place = scratch.root + "/demo/" + file
        let aside = scratch.root + "/aside"
        try FileManager.default.moveItem(atPath: place, toPath: aside)
        let before = try Data(contentsOf: URL(filePath: aside))
        switch kind {
        case "link": try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: aside)
        case "fifo": #expect(mkfifo(place, 0o600) == 0)
        default: try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        }
        for access in [CheckpointStore.Access.reading, .writing] {
            let text = complaint { try scratch.open(access) }
            #expect(text.hasPrefix("5 cannot open \(place): \(Self.words) ("), "\(text)")
        }
        #expect(try Data(contentsOf: URL(filePath: aside)) == before)
    }

    @Test func aForeignFolderIsRefused() throws {
        let scratch = try Scratch()
        try scratch.create().close()
        let (run, aside) = (scratch.root + "/demo", scratch.root + "/aside")
        try FileManager.default.moveItem(atPath: run + "/db", toPath: aside)
        try FileManager.default.createSymbolicLink(atPath: run + "/db", withDestinationPath: aside)
        for access in [CheckpointStore.Access.reading, .writing] {
            #expect(complaint { try scratch.open(access) }.hasPrefix("5 cannot open \(run)/db"))
        }
        unlink(run + "/db")
        try FileManager.default.moveItem(atPath: aside, toPath: run + "/db")
        try scratch.open().close()
        // The run as a whole.
        try FileManager.default.moveItem(atPath: run, toPath: aside)
        try FileManager.default.createSymbolicLink(atPath: run, withDestinationPath: aside)
        for access in [CheckpointStore.Access.reading, .writing] {
            #expect(complaint { try scratch.open(access) }.hasPrefix("2 cannot open run \(run): it is not a folder"))
        }
        #expect(complaint { try scratch.create() }.hasPrefix("2 cannot create run \(run): "))
        #expect(try RunFolder.list(scratch.root).map(\.name) == ["aside"])
    }

    /// Creation does not follow a link either, wherever it points.
    @Test func nothingIsCreatedThroughALink() throws {
        let scratch = try Scratch()
        try FileManager.default.createSymbolicLink(
            atPath: scratch.root + "/demo", withDestinationPath: scratch.root + "/elsewhere")
        #expect(complaint { try scratch.create() }.hasPrefix("2 cannot create run \(scratch.root)/demo: "))
        #expect(!FileManager.default.fileExists(atPath: scratch.root + "/elsewhere"))
    }

    @Test func aRunIsClosedToOthers() throws {
        let scratch = try Scratch()
        let store = try scratch.create()
        _ = try store.commit(Commit(phase: .train, round: 0, step: 1, isRoundEnd: true))
        store.close()
        let run = scratch.root + "/demo"
        for name in [""] + (try FileManager.default.subpathsOfDirectory(atPath: run)) {
            var status = stat()
            #expect(lstat(run + "/" + name, &status) == 0)
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            #expect(status.st_mode & 0o777 == (isFolder ? 0o700 : 0o600), "\(name)")
        }
    }
}
