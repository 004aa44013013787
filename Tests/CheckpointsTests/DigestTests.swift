import Foundations
import FoundationEssentials
import Testing

@Suite struct DigestTests {
    /// FIPS 180-4 examples, and one of 56 bytes that needs a second padding block.
    static let published = [
        ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ]

    @Test(arguments: published, [true, false])
    func sha256MatchesPublishedVectors(vector: (text: String, times: Int, digest: String), accelerated: Bool) {
        var hash = SHA256(accelerated: accelerated)
        hash.update(String(repeating: vector.text, count: vector.times))
        #expect(hash.finalize().description == vector.digest)
    }

    /// RFC 3720, B.4, and the check value of the CRC catalogue.
    @Test(arguments: [true, false])
    func crc32cMatchesPublishedVectors(accelerated: Bool) {
        #expect(crc32c(Array("123456789".utf8), accelerated: accelerated) == 0xe306_9283)
        #expect(crc32c([], accelerated: accelerated) == 0)
        #expect(crc32c([UInt8](repeating: 0, count: 32), accelerated: accelerated) == 0x8a91_36aa)
        #expect(crc32c([UInt8](repeating: 255, count: 32), accelerated: accelerated) == 0x62a8_ab43)
        #expect(crc32c(Array(0..<32), accelerated: accelerated) == 0x46dd_794e)
    }

    @Test func bothPathsAgreeOnEveryLengthAndCut() {
        var random = RandomStream(seed: 1, purpose: .test)
        let bytes = (0..<700).map { _ in UInt8(random.below(256)) }
        for length in 0..<300 {
            let piece = Array(bytes[7..<7 + length])
            var plain = SHA256(accelerated: false)
            plain.update(piece)
            #expect(SHA256.digest(of: piece) == plain.finalize())
            #expect(crc32c(piece) == crc32c(piece, accelerated: false))

            let cut = random.below(length + 1)
            var pieces = SHA256()
            pieces.update(Array(piece[..<cut]))
            pieces.update(Array(piece[cut...]))
            #expect(pieces.finalize() == plain.finalize())
            #expect(crc32c(Array(piece[cut...]), from: crc32c(Array(piece[..<cut]))) == crc32c(piece))
        }
    }

    @Test func digestReadsItsOwnText() throws {
        let digest = SHA256.digest(of: [1, 2, 3])
        #expect(Digest(hex: digest.description) == digest)
        #expect(Digest(hex: digest.description.uppercased()) == digest)
        #expect(Digest(bytes: digest.bytes) == digest)
        #expect(Digest(hex: "12") == nil)
        #expect(Digest(hex: String(repeating: "g", count: 64)) == nil)
        let json = try JSONEncoder().encode([digest])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(digest)\"]")
        #expect(try JSONDecoder().decode([Digest].self, from: json) == [digest])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Digest].self, from: Data("[\"00\"]".utf8)) }
    }
}
