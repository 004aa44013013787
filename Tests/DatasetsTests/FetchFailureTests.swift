import Datasets
import Foundation
import Foundations
import Testing

/// What cannot be had is refused in one line, and nothing wrong ever stands in the folder.
@Suite struct FetchFailureTests {
    @Test func aWrongByteIsFound() async throws {
        let place = try FetchPlace()
        let failure = await place.failure("wrong")
        #expect(failure?.exitCode == .dataset)
        #expect(failure?.subject == place.server.mirror("wrong") + "/fake.tar.gz")
        let problem = try #require(failure?.problem)
        #expect(problem.hasSuffix(", expected \(place.set.archives[0].sha256)"))
        #expect(problem.wholeMatch(of: /has SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}/) != nil)
        #expect(place.names == [])
    }

    @Test(arguments: [
        ("missing", "cannot be fetched: the server answers 404", 1),
        ("down", "cannot be fetched: the server answers 503, 3 times in a row", 3),
        ("long", "is longer than the SIZE bytes expected", 1),
        ("long-unsaid", "is longer than the SIZE bytes expected", 1),
        ("endless", "is longer than the SIZE bytes expected", 1), ("short", "ends after HALF bytes, expected SIZE", 2),
        ("loop", "Maximum (5) redirects followed", 6),
    ])
    func anAnswerThatIsNoneIsAFailure(way: String, words: String, requests: Int) async throws {
        let place = try FetchPlace()
        let failure = try #require(await place.failure(way))
        let size = place.set.archives[0].size
        let expected = words.replacing("SIZE", with: "\(size)").replacing("HALF", with: "\(size / 2)")
        #expect(failure.exitCode == .dataset && failure.problem.contains(expected), "\(failure)")
        #expect(place.server.requests.count == requests)
        #expect(place.names.allSatisfy { $0 == "fake.tar.gz.part" })
        // It is mended by a better server.
        try await place.run()
        place.expectFiles()
    }

    @Test func nobodyAnswers() async throws {
        let place = try FetchPlace()
        var fetch = place.fetch()
        fetch.mirror = "http://127.0.0.1:1"
        let failure = await #expect(throws: DatasetError.self) {
            try await fetch.run(into: place.out, observer: FetchWitness())
        }
        #expect(failure?.problem.hasSuffix(", 3 times in a row") == true, "\(failure?.problem ?? "")")
        #expect(failure?.exitCode == .dataset)
    }

    @Test(arguments: [
        ("missing", "inner/test_batch.bin: Not found in archive\")"),
        ("symlink", "has 0 bytes as a regular file"), ("hardlink", "has 0 bytes as a regular file"),
        ("folder", "has 0 bytes as a regular file"), ("larger", "is longer"),
        ("smaller", "has 6145 bytes as a regular file"),
    ])
    func anArchiveWithoutAMemberIsRefused(way: String, words: String) async throws {
        let place = try FetchPlace(way)
        let failure = await place.failure()
        let message = failure?.message ?? ""
        #expect(message.hasPrefix("fake.tar.gz: test_batch.bin in it "), "\(message)")
        #expect(message.hasSuffix("\(words), expected 6146 bytes"), "\(message)")
        #expect(failure?.exitCode == .dataset)
        #expect(place.names == ["fake.tar.gz.part"])
    }

    /// The reader of `data verify` has the last word.
    @Test func filesThatCannotBeReadAreRefused() async throws {
        let place = try FetchPlace("label")
        let failure = await place.failure()
        #expect(failure?.problem == "record 0 has label 255, expected 0 to 9")
        #expect(place.names == ["fake.tar.gz.part"])
    }

    @Test func anotherFileIsNotReplaced() async throws {
        let place = try FetchPlace()
        try place.scratch.makeFolder("out")
        let path = place.scratch["out/test_batch.bin"]
        try place.scratch.write("out/test_batch.bin", [1, 2, 3])
        let failure = await place.failure()
        #expect(failure?.message == "\(path): holds 3 bytes, expected 6146 as in fake")
        #expect(failure?.hint == "it is not replaced: move it away, or give another --out")
        #expect(place.server.requests.isEmpty && place.names == ["test_batch.bin"])
        // Nor what is no file at all.
        for make in [["mkfifo"], ["mkdir"], ["ln", "-s", "nowhere"]] {
            try place.scratch.remove("out/test_batch.bin")
            try system("sh", "-c", (make + ["'\(path)'"]).joined(separator: " "))
            #expect(await place.failure()?.exitCode == .dataset, "\(make)")
            #expect(place.names == ["test_batch.bin"])
        }
    }

    /// Of the right size, and wrong: the list of checksums knows.
    @Test func aChangedFileIsNoticed() async throws {
        let place = try FetchPlace()
        try await place.run()
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: place.scratch["out/test_batch.bin"])))
        bytes[100] ^= 1
        try place.scratch.write("out/test_batch.bin", bytes)
        let failure = await place.failure()
        #expect(failure?.subject == place.scratch["out/test_batch.bin"])
        #expect(failure?.problem.hasSuffix(" as when it was fetched") == true)
    }

    @Test func twoAtOnceAreOneTooMany() async throws {
        let place = try FetchPlace()
        let (first, witness) = (place.fetch("stall"), FetchWitness())
        let out = place.out
        let running = Task {
            var patient = first
            patient.limits.slowSeconds = 600
            return try await patient.run(into: out, observer: witness)
        }
        while witness.bytes == 0 { try await Task.sleep(for: .milliseconds(5)) }
        let failure = await place.failure()
        #expect(failure?.exitCode == .locked)
        #expect(failure?.message == "\(out): another process is fetching into it")
        witness.stop()
        await #expect(throws: FetchStopped.self) { _ = try await running.value }
        try await place.run()
        place.expectFiles()
    }

    @Test(arguments: [
        ("/proc/espalier-fetch", Int32(11)), ("", 2), ("nul\0nul", 2), ("FILE", 4), ("FILE/below", 4),
    ])
    func aFolderThatCannotBeWritten(folder: String, status: Int32) async throws {
        let place = try FetchPlace()
        try place.scratch.write("file", [])
        let path = folder.replacing("FILE", with: place.scratch["file"])
        let failure = await #expect(throws: DatasetError.self) {
            try await place.fetch().run(into: path, observer: FetchWitness())
        }
        #expect(failure?.exitCode.rawValue == status, "\(failure?.description ?? "")")
        #expect(place.server.requests.isEmpty)
    }

    @Test func foldersThatAreMissingAreMade() async throws {
        let place = try FetchPlace()
        _ = try await place.fetch().run(into: place.scratch["out/a/b/"], observer: FetchWitness())
        #expect(FileManager.default.fileExists(atPath: place.scratch["out/a/b/test_batch.bin"]))
    }

    @Test(arguments: ["", "ftp://host/x", "file:///etc", "host", "http://a b", "http://a\nb", "-o/etc/x"])
    func aMirrorIsAnAddress(mirror: String) async throws {
        let place = try FetchPlace()
        var fetch = place.fetch()
        fetch.mirror = mirror
        let failure = await #expect(throws: DatasetError.self) {
            try await fetch.run(into: place.out, observer: FetchWitness())
        }
        #expect(failure?.exitCode == .usage && failure?.subject == "--mirror")
    }

    @Test(arguments: ["curl", "tar"]) func aProgramThatIsNotInstalledIsNamed(missing: String) async throws {
        let place = try FetchPlace()
        try place.scratch.makeFolder("programs")
        for name in ["curl", "tar", "gzip"] where name != missing {
            try system("sh", "-c", "ln -s \"$(command -v \(name))\" '\(place.scratch["programs"])'")
        }
        let failure = await #expect(throws: DatasetError.self) {
            try await place.fetch(path: place.scratch["programs"]).run(into: place.out, observer: FetchWitness())
        }
        #expect(failure?.message == "\(missing): no such program in PATH, and a fetch needs it")
        #expect(failure?.hint == "install it: apt-get install \(missing)")
    }

    /// A `.part` that is a link must not lead our writing elsewhere.
    @Test func aPartThatIsALinkIsRefused() async throws {
        let place = try FetchPlace()
        try place.scratch.makeFolder("out")
        try place.scratch.write("precious", [1])
        try system("ln", "-s", place.scratch["precious"], place.scratch["out/fake.tar.gz.part"])
        #expect(await place.failure()?.exitCode == .storage)
        #expect(try Data(contentsOf: URL(filePath: place.scratch["precious"])) == Data([1]))
    }

    @Test func theTableIsWhole() throws {
        #expect(RemoteSet.known.map(\.name) == ["cifar10", "cifar100", "fashion-mnist"])
        let members = RemoteSet.known.map { $0.archives.flatMap(\.members) }
        #expect(members.map(\.count) == [6, 2, 4])
        // All images with their labels, and the heads of four idx files.
        #expect(members.map { $0.map(\.size).reduce(0, +) } == [60_000 * 3073, 60_000 * 3074, 70_000 * 785 + 48])
        #expect(RemoteSet.known.map(\.archives.count) == [1, 1, 4])
    }
}
