import FoundationEssentials
import Foundations

/// The safetensors format: an 8-byte little-endian length, a JSON header of that length, then the tensors' bytes one
/// after the other without gaps. Other programs read it without running any code.
package enum Safetensors {
    package struct Tensor: Sendable {
        package let name: String
        package let shape: [Int]
        /// `F32` or `I64`.
        package let type: String
        /// Row-major, little-endian.
        package let bytes: [UInt8]

        /// Row-major float32 values.
        package init(name: String, shape: [Int], floats: [Float]) {
            self.name = name
            self.shape = shape
            type = "F32"
            bytes = floats.withUnsafeBytes { Array($0) }
            require(floats.count == shape.reduce(1, *), "\(name): \(floats.count) values for shape \(shape)")
        }

        /// Row-major int64 values.
        package init(name: String, shape: [Int], integers: [Int64]) {
            self.name = name
            self.shape = shape
            type = "I64"
            bytes = integers.withUnsafeBytes { Array($0) }
            require(integers.count == shape.reduce(1, *), "\(name): \(integers.count) values for shape \(shape)")
        }

        /// The caller has checked that the bytes are of that type and shape.
        init(name: String, shape: [Int], type: String, checked bytes: [UInt8]) {
            self.name = name
            self.shape = shape
            self.type = type
            self.bytes = bytes
        }

        /// The values of a float32 tensor, nil for any other.
        package var floats: [Float]? { type == "F32" ? values() : nil }
        /// The values of an int64 tensor, nil for any other.
        package var integers: [Int64]? { type == "I64" ? values() : nil }

        private func values<T: BitwiseCopyable>() -> [T] {
            bytes.withUnsafeBytes { bytes in
                stride(from: 0, to: bytes.count, by: MemoryLayout<T>.stride).map {
                    bytes.loadUnaligned(fromByteOffset: $0, as: T.self)
                }
            }
        }
    }

    private struct Entry: Encodable {
        let dtype: String
        let shape: [Int]
        let data_offsets: [Int]
    }

    private struct Header: Encodable {
        let entries: [(String, Entry)]
        let metadata: [String: String]

        func encode(to encoder: any Encoder) throws {
            var box = encoder.container(keyedBy: Key.self)
            try box.encode(metadata, forKey: Key("__metadata__"))
            for (name, entry) in entries { try box.encode(entry, forKey: Key(name)) }
        }

        struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(_ name: String) { stringValue = name }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
    }

    /// The file's bytes. Names are unique; the header is padded with blanks to a multiple of 8 bytes.
    /// - Throws: ``SafetensorsError`` for what ``read(_:)`` would refuse: a number that is not finite, the name
    ///   `__metadata__`, or more than its limits.
    package static func file(_ tensors: [Tensor], metadata: [String: String]) throws -> [UInt8] {
        require(Set(tensors.map(\.name)).count == tensors.count, "a tensor stands twice in a safetensors file")
        func refuse(_ rule: SafetensorsError.Rule, _ tensor: String? = nil) -> SafetensorsError {
            SafetensorsError(operation: "write", subject: "a safetensors file", tensor: tensor, rule: rule)
        }
        var offset = 0
        for tensor in tensors {
            if tensor.name == "__metadata__" { throw refuse(.reservedName, tensor.name) }
            if let place = firstNonFinite(tensor) { throw refuse(.notFinite(place: place), tensor.name) }
        }
        let entries = tensors.map { tensor in
            defer { offset += tensor.bytes.count }
            return (
                tensor.name,
                Entry(dtype: tensor.type, shape: tensor.shape, data_offsets: [offset, offset + tensor.bytes.count])
            )
        }
        let least = metadata.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        if let rule = excess(header: least, data: offset) { throw refuse(rule) }
        var header = [UInt8](try JSONEncoder.canonical.encode(Header(entries: entries, metadata: metadata)))
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        if let rule = excess(header: header.count, data: offset) ?? excess(items: header) { throw refuse(rule) }
        let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
        return length + header + tensors.flatMap(\.bytes)
    }
}
