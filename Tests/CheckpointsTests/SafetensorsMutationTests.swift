import Checkpoints
import Foundation
import Foundations
import Testing

/// Files that were changed at random: refused, or read as a reader that checks nothing reads them.
@Suite struct SafetensorsMutationTests {
    private struct Reading: Equatable {
        var tensors: [String: [String]] = [:]
        var metadata: [String: String] = [:]
    }

    /// Foundation's JSON and slices; nil where even that finds nothing to read.
    private func tolerant(_ bytes: [UInt8]) -> Reading? {
        guard bytes.count >= 8 else { return nil }
        let length = Int(bytes[..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) } & 0xFFFF_FFFF)
        guard 8 + length <= bytes.count,
            let header = try? JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any]
        else { return nil }
        var reading = Reading()
        for (name, value) in header {
            if name == "__metadata__" {
                guard let texts = value as? [String: String] else { return nil }
                reading.metadata = texts
                continue
            }
            guard let entry = value as? [String: Any], let type = entry["dtype"] as? String,
                let shape = entry["shape"] as? [Int], let ends = entry["data_offsets"] as? [Int], ends.count == 2,
                0...ends[1] ~= ends[0], 8 + length + ends[1] <= bytes.count
            else { return nil }
            reading.tensors[name] = [type, "\(shape)", "\(bytes[8 + length + ends[0]..<8 + length + ends[1]])"]
        }
        return reading
    }

    private func mutate(_ bytes: [UInt8], _ random: inout RandomStream) -> [UInt8] {
        var bytes = bytes
        let header = 8 + Int(bytes[0]) + Int(bytes[1]) << 8
        for _ in 0..<1 + random.below(3) {
            if bytes.isEmpty { break }
            var place = random.below(min(header, bytes.count))
            if random.below(3) == 0 { place += random.below(bytes.count - place) }
            let other = random.below(bytes.count)
            switch random.below(9) {
            case 0: bytes[place] ^= 1 << UInt8(random.below(8))
            case 1: bytes[place] = UInt8(random.below(256))
            case 2: bytes[place] = Array(#"0123456789"{}[],:-.eE\ "#.utf8)[random.below(23)]
            case 3: bytes.insert(Array("0129,[]{}\"-".utf8)[random.below(11)], at: place)
            case 4: bytes.remove(at: place)
            case 5: bytes.removeLast(1 + random.below(min(40, bytes.count)))
            case 6: bytes += (0..<1 + random.below(20)).map { _ in UInt8(random.below(256)) }
            case 7: bytes.swapAt(place, other)
            default:
                let piece = Array(bytes[place..<min(bytes.count, place + 1 + random.below(60))])
                bytes.insert(contentsOf: piece, at: other)
            }
        }
        // Often enough the length is made to fit again, so that what lies behind it is reached.
        if random.below(2) == 0, let end = bytes.lastIndex(of: UInt8(ascii: "}")), end > 8 {
            bytes.replaceSubrange(0..<8, with: withUnsafeBytes(of: UInt64(end - 7)) { Array($0) })
        }
        return bytes
    }

    @Test func tenThousandMutationsAreRefusedOrReadAlike() throws {
        let seed: UInt64 = 5
        let whole = try Safetensors.file(SafetensorsTests.sample, metadata: ["format": "pt"])
        let file = try SafetensorsTests.Temporary(whole)
        let handle = try #require(FileHandle(forWritingAtPath: file.path))
        var (refused, equal) = (0, 0)
        for trial in 0..<10_000 {
            var random = RandomStream(seed: seed, purpose: .test, step: trial)
            let bytes = mutate(whole, &random)
            // Not emptied first: some file systems then wait for the disk.
            #expect(pwrite(handle.fileDescriptor, bytes, bytes.count, 0) == bytes.count)
            #expect(ftruncate(handle.fileDescriptor, bytes.count) == 0)
            do {
                let (tensors, metadata) = try Safetensors.read(file.path)
                var reading = Reading(metadata: metadata)
                for tensor in tensors {
                    reading.tensors[tensor.name] = [tensor.type, "\(tensor.shape)", "\(tensor.bytes)"]
                }
                #expect(tolerant(bytes) == reading, "trial \(trial) of seed \(seed)")
                equal += 1
            } catch let error as SafetensorsError {
                #expect(error.exitCode == .usage && !error.message.contains("\n"))
                refused += 1
            }
        }
        print("safetensors: seed \(seed), \(refused) mutations refused, \(equal) read alike")
        #expect(refused >= 5000 && equal >= 100, "\(refused) refused, \(equal) read")
    }
}
