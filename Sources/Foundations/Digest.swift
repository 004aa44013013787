/// The 32 bytes of a SHA-256. Its description, and its form in JSON, is 64 lower-case hexadecimal digits.
package struct Digest: Hashable, Sendable, Codable, CustomStringConvertible {
    private let storage: SIMD32<UInt8>

    /// - Parameter bytes: exactly 32 of them; nil otherwise.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var storage = SIMD32<UInt8>()
        for (i, byte) in bytes.enumerated() { storage[i] = byte }
        self.storage = storage
    }

    /// - Parameter hex: exactly 64 hexadecimal digits; nil otherwise.
    package init?(hex: some StringProtocol) {
        let digits = hex.utf8.map { character -> UInt8 in
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
            default: 255
            }
        }
        guard digits.count == 64, !digits.contains(255) else { return nil }
        self.init(bytes: (0..<32).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] })
    }

    package var bytes: [UInt8] { (0..<32).map { storage[$0] } }

    package var description: String { hex(bytes) }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = try Digest(hex: container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected 64 hexadecimal digits of a SHA-256")
        }
        self = digest
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Lower-case hexadecimal digits, two a byte.
package func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
}
