import Foundation
import Testing

/// One case of `Fixtures/make_parity.py`: the small numbers from its JSON file, tensors from its safetensors file.
struct Fixture: Decodable, CustomTestStringConvertible {
    struct Gradient: Decodable {
        let first: Int
        let count: Int
        let loss: Double
        /// PyTorch float32's own error by parameter.
        let error: [String: Double]
    }

    struct Score: Decodable {
        let correct: Int
        let loss: Double
    }

    let space: String
    let channels: Int
    let cells: Int
    let side: Int
    let classes: Int
    let steps: Int
    /// The first training image.
    let first: Int
    let batch: Int
    let rate: Float
    let cycle: [String]
    let tested: Int
    let testBatch: Int
    let calibration: [Int]
    let gradient: [String: Gradient]
    /// By variant, step and child of the step.
    let losses: [String: [[Double]]]
    /// By `CHILD/MODE`.
    let scores: [String: Score]

    static let names = ["deeper-insights", "unaligned", "nas-bench-201"]

    static func load(_ name: String) throws -> (fixture: Fixture, tensors: Tensors) {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        let json = try Data(contentsOf: folder.appending(path: name + ".json"))
        let tensors = try Tensors(Data(contentsOf: folder.appending(path: name + ".safetensors")))
        return (try JSONDecoder().decode(Fixture.self, from: json), tensors)
    }

    var testDescription: String { "\(space), \(channels) channels" }

    /// A safetensors file of floats: eight bytes of header length, a JSON header, values in little-endian order.
    struct Tensors {
        private struct Entry: Decodable {
            let dtype: String
            let data_offsets: [Int]
        }

        private let entries: [String: Entry]
        private let body: Data

        init(_ data: Data) throws {
            let length = Int(data.prefix(8).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
            entries = try JSONDecoder().decode([String: Entry].self, from: data[8..<8 + length])
            body = data.dropFirst(8 + length)
        }

        var names: [String] { entries.keys.sorted() }

        subscript(name: String) -> [Float]? {
            guard let entry = entries[name], entry.dtype == "F32" else { return nil }
            let start = body.startIndex
            return body[start + entry.data_offsets[0]..<start + entry.data_offsets[1]].withUnsafeBytes { bytes in
                (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
            }
        }
    }
}
