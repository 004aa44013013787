import Datasets
import Foundation
import Foundations
import Synchronization
import Testing

/// Small sets on a server of their own, and a folder to fetch them into; all of it goes away with the test.
final class FetchPlace {
    let scratch: TemporaryFolder
    let server: FetchServer
    let set: RemoteSet
    var out: String { scratch["out"] }

    /// - Parameters: `way`, of `Fixtures/archive.py`; `kind`, the word of `data.set`.
    init(_ way: String = "good", kind: String = "cifar10") throws {
        let scratch = try TemporaryFolder()
        self.scratch = scratch
        for name in ["files", "served"] { try scratch.makeFolder(name) }
        var noise = UInt64(7)
        func bytes(_ count: Int) -> [UInt8] {
            (0..<count).map { _ in
                noise = noise &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: noise >> 56)
            }
        }
        func served(
            _ name: String, _ packing: RemoteArchive.Packing, _ members: [RemoteArchive.Member]
        ) throws -> RemoteArchive {
            let data = [UInt8](try Data(contentsOf: URL(filePath: scratch["served/" + name])))
            return RemoteArchive(
                name: name, packing: packing, size: data.count, sha256: SHA256.digest(of: data), members: members)
        }
        var archives: [RemoteArchive] = []
        if kind == "cifar10" {
            let names = (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]
            for (at, name) in names.enumerated() {
                try scratch.write("files/" + name, [UInt8(at)] + bytes(3072) + [UInt8(9 - at)] + bytes(3072))
            }
            try system(
                "python3", FetchServer.fixtures + "/archive.py", way, scratch["files"],
                scratch["served/fake.tar.gz"])
            archives = [
                try served(
                    "fake.tar.gz", .tar,
                    names.map { RemoteArchive.Member(entry: "inner/" + $0, file: $0, size: 6146) })
            ]
        } else {
            for (part, count) in [("train", 40), ("t10k", 20)] {
                let labels = (0..<count).map { UInt8($0 % 10) }
                let files: [(String, [UInt8])] = [
                    ("images-idx3", [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 8, 0, 0, 0, 8] + bytes(count * 64)),
                    ("labels-idx1", [0, 0, 8, 1, 0, 0, 0, UInt8(count)] + labels),
                ]
                for (name, data) in files {
                    let file = "\(part)-\(name)-ubyte"
                    try scratch.write("files/" + file, data)
                    try scratch.write("served/" + file, data)
                    try system("gzip", scratch["served/" + file])
                    archives.append(
                        try served(file + ".gz", .gzip, [RemoteArchive.Member(file: file, size: data.count)]))
                }
            }
        }
        server = try FetchServer(serving: scratch["served"])
        set = RemoteSet(name: "fake", set: kind, source: server.mirror("good"), archives: archives)
    }

    /// Three tries that follow each other at once; a server is slow after a second.
    func fetch(_ way: String? = nil, path: String? = nil) -> Fetch {
        let environment = ["PATH": path ?? ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
        var fetch = Fetch(set, mirror: way.map { server.mirror($0) }, environment: environment)
        fetch.limits.tries = 3
        fetch.limits.pauseSeconds = 0.01
        fetch.limits.slowSeconds = 1
        return fetch
    }

    @discardableResult
    func run(_ way: String? = nil, _ observer: FetchWitness = FetchWitness()) async throws -> [Fetch.File] {
        try await fetch(way).run(into: out, observer: observer)
    }

    /// The complaint of a fetch that must fail.
    func failure(_ way: String? = nil) async -> DatasetError? {
        do { try await run(way) } catch { return error as? DatasetError }
        return nil
    }

    /// Names in the folder, in order.
    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: out)) ?? []).sorted() }

    /// Names of a folder with the whole set and nothing else.
    var whole: [String] { (set.archives.flatMap(\.members).map(\.file) + ["fake.sha256"]).sorted() }

    /// Whether the files are what was packed.
    func expectFiles(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(names == whole, sourceLocation: sourceLocation)
        for name in whole where name != "fake.sha256" {
            let (here, there) = (scratch["out/" + name], scratch["files/" + name])
            #expect(FileManager.default.contentsEqual(atPath: here, andPath: there), sourceLocation: sourceLocation)
        }
    }
}

/// Remembers what it was told, and asks to stop when it has seen enough.
final class FetchWitness: FetchObserver {
    private let state = Mutex((notes: [String](), bytes: 0, signal: Int32(0)))
    private let stopAfter: Int

    /// - Parameter stopAfter: bytes of an archive.
    init(stopAfter: Int = .max) { self.stopAfter = stopAfter }

    var signal: Int32 { state.withLock { $0.signal } }
    var notes: [String] { state.withLock { $0.notes } }
    var bytes: Int { state.withLock { $0.bytes } }

    func stop() { state.withLock { $0.signal = 15 } }
    func note(_ line: String) { state.withLock { $0.notes.append(line) } }

    func received(_ archive: String, bytes: Int, of total: Int) {
        state.withLock {
            $0.bytes = bytes
            if bytes >= stopAfter { $0.signal = 15 }
        }
    }
}
