import Checkpoints
import Foundation
import Foundations

/// A root folder for runs that goes away with the test.
final class Scratch {
    let root: String

    init(in folder: String = FileManager.default.temporaryDirectory.path) throws {
        root = folder + "/espalier-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func folder(_ name: String = "demo") throws -> RunFolder { try RunFolder(root: root, name: name) }

    func create(_ name: String = "demo", mapBytes: Int = 64 << 30) throws -> CheckpointStore {
        try .create(
            folder(name), recipe: Array("seed: 7\n".utf8), identity: #"{"program":"test"}"#,
            first: Commit(phase: .train), writer: "espalier test", mapBytes: mapBytes)
    }

    func open(_ access: CheckpointStore.Access = .writing, _ name: String = "demo") throws -> CheckpointStore {
        try .open(folder(name), for: access)
    }

    var database: String { root + "/demo/db/data.mdb" }
}

/// Bytes that are a function of count and seed, and incompressible.
func noise(_ count: Int, _ seed: UInt64) -> [UInt8] {
    var stream = RandomStream(seed: seed, purpose: .test)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count { withUnsafeBytes(of: stream.next()) { bytes += $0 } }
    return Array(bytes[..<count])
}

/// Everything a reader can learn from a store, as text.
func contents(_ store: CheckpointStore) throws -> String {
    var lines = ["\(try store.head)", "\(try store.recipe())", try store.identity(), "\(try store.tags())"]
    for manifest in try store.manifests() {
        lines.append("\(try store.manifest(manifest.seq))")
        for blob in manifest.blobs { lines.append("\(SHA256.digest(of: try store.read(blob)))") }
    }
    lines.append("\(try store.rounds()) \(try store.events()) \(try store.attempts())")
    for round in 0..<4 { lines.append("\(try store.scores(round))") }
    for series in try store.series() { lines.append("\(series) \(try store.metrics(series))") }
    return lines.joined(separator: "\n")
}

/// The complaint a closure throws, as "code message (hint)"; "no error" where it throws none.
func complaint<T>(_ body: () throws -> T) -> String {
    do {
        _ = try body()
        return "no error"
    } catch let error as any Complaint {
        return "\(error.exitCode.rawValue) \(error)"
    } catch {
        return "another error: \(error)"
    }
}
