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

extension Scratch {
    /// The kinds of record that tests damage; raw values as in the envelope.
    enum Kind: UInt8 { case meta = 1, manifest, blob, score, round, metric, tag = 8, event }

    /// Changes the payload of every record of that kind which the closure picks, old copies on free pages too.
    /// - Returns: how many there were.
    private func change(
        _ kind: Kind, _ name: String, where isMeant: (ArraySlice<UInt8>) -> Bool,
        _ change: (inout ArraySlice<UInt8>, _ header: inout [UInt8]) -> Void
    ) throws -> Int {
        let url = URL(fileURLWithPath: root + "/\(name)/db/data.mdb")
        var bytes = [UInt8](try Data(contentsOf: url))
        var found = 0
        var place = 0
        while place + 32 < bytes.count {
            defer { place += 2 }
            guard bytes[place] == 0x45, bytes[place..<place + 5] == [0x45, 0x53, 0x50, 0x31, kind.rawValue] else {
                continue
            }
            let count = bytes[place + 8..<place + 16].reversed().reduce(0) { $0 << 8 | Int($1) }
            let range = place + 32..<min(bytes.count, place + 32 + count)
            let crc = withUnsafeBytes(of: crc32c(Array(bytes[range])), Array.init)
            guard count > 0, bytes[place + 20..<place + 24] == crc[...], isMeant(bytes[range]) else { continue }
            var (payload, header) = (bytes[range], Array(bytes[place..<place + 32]))
            change(&payload, &header)
            bytes.replaceSubrange(place..<range.upperBound, with: header + payload)
            found += 1
        }
        try Data(bytes).write(to: url)
        return found
    }

    /// Flips a bit in the middle of the payloads.
    @discardableResult
    func damage(_ kind: Kind, _ name: String = "demo", where isMeant: (ArraySlice<UInt8>) -> Bool) throws -> Int {
        try change(kind, name, where: isMeant) { payload, _ in
            payload[payload.startIndex + payload.count / 2] ^= 4
        }
    }

    /// Replaces a text in the payloads by another of equal length, checksums included: what no checksum can see.
    @discardableResult
    func forge(_ kind: Kind, _ old: String, _ new: String, _ name: String = "demo") throws -> Int {
        try change(kind, name, where: { String(decoding: $0, as: UTF8.self).contains(old) }) { payload, header in
            let text = String(decoding: payload, as: UTF8.self).replacingOccurrences(of: old, with: new)
            payload.replaceSubrange(payload.indices, with: text.utf8)
            header.replaceSubrange(20..<24, with: withUnsafeBytes(of: crc32c(Array(payload)), Array.init))
            header.replaceSubrange(24..<28, with: withUnsafeBytes(of: crc32c(Array(header[..<24])), Array.init))
        }
    }

    /// Writes another key of equal length before the records of that key.
    /// - Returns: how many there were.
    func move(_ kind: Kind, from old: [UInt8], to new: [UInt8], _ name: String = "demo") throws -> Int {
        let url = URL(fileURLWithPath: root + "/\(name)/db/data.mdb")
        var bytes = [UInt8](try Data(contentsOf: url))
        let mark = old + [0x45, 0x53, 0x50, 0x31, kind.rawValue]
        let places = bytes.indices.dropLast(mark.count).filter { bytes[$0...].starts(with: mark) }
        for place in places { bytes.replaceSubrange(place..<place + old.count, with: new) }
        try Data(bytes).write(to: url)
        return places.count
    }

    func damageHead() throws { _ = try damage(.meta) { $0.count == 53 } }

    func damageManifest(_ seq: Int) throws {
        try damage(.manifest) { String(decoding: $0, as: UTF8.self).contains("\"seq\":\(seq),\"state\"") }
    }

    func damageBlob(_ content: [UInt8]) throws { try damage(.blob) { $0.elementsEqual(content) } }
}
