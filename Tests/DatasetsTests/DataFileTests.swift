import Datasets
import Foundation
import Testing

/// Things that are not regular files, in the place of one.
@Suite(.timeLimit(.minutes(1))) struct DataFileTests {
    let folder: TemporaryFolder
    var place: String { folder["test_batch.bin"] }

    init() throws {
        folder = try TemporaryFolder()
        try writeCIFAR10(folder)
        try folder.remove("test_batch.bin")
    }

    func problem(in folder: String? = nil) -> String? {
        datasetError { _ = try CIFARFiles.cifar10.read(folder: folder ?? self.folder.path) }?.problem
    }

    @Test func refusesAFolder() throws {
        try folder.makeFolder("test_batch.bin")
        #expect(problem() == "expected a regular file, found a folder")
    }

    @Test func refusesAFifoWithoutWaiting() {
        #expect(mkfifo(place, 0o600) == 0)
        #expect(problem() == "expected a regular file, found a fifo")
    }

    @Test func refusesADevice() throws {
        try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: "/dev/zero")
        #expect(problem() == "expected a regular file, found a device")
    }

    @Test func refusesALoopOfLinks() throws {
        try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: place)
        #expect(problem() == "too many levels of symbolic links")
    }

    @Test(.enabled(if: getuid() != 0)) func saysThatPermissionIsMissing() throws {
        try folder.write("test_batch.bin", records(1))
        #expect(chmod(place, 0) == 0)
        #expect(problem() == "no permission to read")
    }

    @Test func refusesAFileTooLargeForMemory() throws {
        try folder.write("test_batch.bin", [])
        #expect(truncate(place, 3073 << 24) == 0)
        #expect(problem() == "holds \(3073 << 24) bytes, expected at most 4294967296")
    }

    @Test func noticesAFileThatShrinks() throws {
        try folder.write("test_batch.bin", records(2))
        let file = try DataFile(path: place)
        #expect(file.size == 6146)
        #expect(truncate(place, 4000) == 0)
        var found: DatasetError?
        do { _ = try file.bytes(3073..<6146) } catch { found = error }
        #expect(found?.problem == "ends at byte 4000, expected 6146 bytes as when it was opened")
    }

    @Test func refusesFoldersThatAreNone() throws {
        #expect(problem(in: folder["nowhere"]) == "no such folder")
        #expect(problem(in: folder["data_batch_1.bin"]) == "expected a folder, found a file")
        #expect(problem(in: "") == "expected the path of a folder, found none")
    }
}
