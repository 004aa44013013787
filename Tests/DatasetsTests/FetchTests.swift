import Datasets
import Foundation
import Foundations
import Testing

/// A set comes whole, whatever happens on the way.
@Suite struct FetchTests {
    @Test(arguments: ["cifar10", "idx"]) func fetchesASet(kind: String) async throws {
        let place = try FetchPlace(kind: kind)
        let files = try await place.run()
        place.expectFiles()
        #expect(files.map(\.name) == place.set.archives.flatMap(\.members).map(\.file))
        #expect(files.map(\.isNew) == files.map { _ in true })
        #expect(place.server.requests.count == place.set.archives.count)
        // `sha256sum` itself finds every file right.
        try system("sh", "-c", "cd '\(place.out)' && sha256sum --check --strict --quiet fake.sha256")
        // A search reads them as they are.
        _ = try Dataset.open(DatasetSource(name: kind, folder: place.out))
    }

    @Test func whatIsThereIsNotFetchedAgain() async throws {
        let place = try FetchPlace(kind: "idx")
        let first = try await place.run()
        let again = try await place.run("missing")
        #expect(again.map(\.sha256) == first.map(\.sha256) && !again.contains { $0.isNew })
        #expect(place.server.requests.count == 4)
        // One that is missing comes alone.
        try place.scratch.remove("out/t10k-labels-idx1-ubyte")
        #expect(try await place.run().map(\.isNew) == [false, false, false, true])
        #expect(place.server.requests.last == "/good/t10k-labels-idx1-ubyte.gz -")
        #expect(place.server.requests.count == 5)
        place.expectFiles()
    }

    @Test func aBrokenConnectionIsContinued() async throws {
        let place = try FetchPlace()
        let witness = FetchWitness()
        // Each answer breaks off halfway through what is left, so each try brings something new, until nothing is left.
        try await place.run("cut", witness)
        place.expectFiles()
        let size = place.set.archives[0].size
        #expect(place.server.requests.prefix(2) == ["/cut/fake.tar.gz -", "/cut/fake.tar.gz bytes=\((size + 1) / 2)-"])
        #expect(witness.notes.count > 3 && witness.notes[0].contains("trying again in 1 s"))
    }

    @Test(arguments: ["plain-cut", "cut-unsaid", "flaky", "redirect"]) func othersComeWholeToo(way: String) async throws
    {
        let place = try FetchPlace()
        let witness = FetchWitness()
        try await place.run(way, witness)
        place.expectFiles()
        switch way {
        case "plain-cut":
            // It answers a range with the whole file: that is begun anew.
            #expect(place.server.requests.map { $0.hasSuffix(" -") } == [true, false, true])
            #expect(witness.notes.last == "fake.tar.gz: the server cannot continue a file; beginning anew")
        case "cut-unsaid":
            #expect(witness.notes.count == 1 && witness.notes[0].contains("the answer ended after "))
        case "flaky":
            #expect(witness.notes == ["fake.tar.gz: the server answers 503; trying again in 1 s"])
        default:
            #expect(place.server.requests == ["/redirect/fake.tar.gz -", "/good/fake.tar.gz -"])
        }
    }

    @Test func aServerThatStandsStillIsLeft() async throws {
        let place = try FetchPlace()
        let witness = FetchWitness()
        try await place.run("stall", witness)
        place.expectFiles()
        #expect(witness.notes == ["fake.tar.gz: the server is too slow, or stands still; trying again in 1 s"])
        #expect(place.server.requests.last == "/stall/fake.tar.gz bytes=\(place.set.archives[0].size / 2)-")
    }

    @Test func aSignalStopsAndTheNextCallGoesOn() async throws {
        let place = try FetchPlace()
        let half = place.set.archives[0].size / 2
        let stopped = await #expect(throws: FetchStopped.self) {
            try await place.run("stall", FetchWitness(stopAfter: half))
        }
        #expect(stopped?.signal == 15)
        #expect(place.names == ["fake.tar.gz.part"])
        try await place.run()
        place.expectFiles()
        #expect(place.server.requests == ["/stall/fake.tar.gz -", "/good/fake.tar.gz bytes=\(half)-"])
    }

    @Test func aWholePartIsNotFetchedAgain() async throws {
        let place = try FetchPlace()
        try place.scratch.makeFolder("out")
        try system("cp", place.scratch["served/fake.tar.gz"], place.scratch["out/fake.tar.gz.part"])
        // What a killed fetch leaves while it unpacks.
        try place.scratch.makeFolder("out/.fetch-fake")
        try place.scratch.write("out/.fetch-fake/test_batch.bin", [1, 2, 3])
        try await place.run("missing")
        #expect(place.server.requests.isEmpty)
        place.expectFiles()
    }

    @Test func anArchivePutThereByHandIsUsed() async throws {
        let place = try FetchPlace()
        try place.scratch.makeFolder("out")
        let byHand = place.scratch["out/fake.tar.gz"]
        try system("cp", place.scratch["served/fake.tar.gz"], byHand)
        try await place.run("missing")
        #expect(place.server.requests.isEmpty)
        #expect(place.names == (place.whole + ["fake.tar.gz"]).sorted())
        // Not where it is another file.
        for name in place.whole { try place.scratch.remove("out/" + name) }
        try place.scratch.write("out/fake.tar.gz", [1, 2, 3])
        let witness = FetchWitness()
        try await place.run("good", witness)
        #expect(place.server.requests.count == 1)
        #expect(witness.notes == ["\(byHand): is not the archive of fake, so it is left alone"])
        #expect(try Data(contentsOf: URL(filePath: byHand)) == Data([1, 2, 3]))
    }

    /// What an archive holds besides is never written anywhere.
    @Test(arguments: ["parent", "absolute", "stranger"]) func strangersInAnArchiveDoNothing(way: String) async throws {
        let place = try FetchPlace(way)
        try await place.run()
        place.expectFiles()
        let around = try FileManager.default.contentsOfDirectory(atPath: place.scratch.path).sorted()
        #expect(around == ["files", "out", "served"])
    }
}
