import Foundations

/// The tables of a store. The raw value is the `kind` byte of every record in the table.
enum Table: UInt8, CaseIterable, Sendable {
    /// ASCII: `format`, `run`, `recipe`, `identity`, `head`, `series/NAME`.
    case meta = 1
    /// seq u64 -> a manifest in JSON.
    case ckpt = 2
    /// SHA-256 (32 bytes), chunk u32 -> at most ``chunkBytes`` bytes of the blob.
    case blob = 3
    /// round u32, child (UTF-8) -> JSON.
    case score = 4
    /// round u32 -> JSON.
    case round = 5
    /// series u16, step u64 -> one double, little-endian.
    case metric = 6
    /// point (UTF-8), 0, seq u64 -> JSON.
    case attempt = 7
    /// name -> seq u64 and the SHA-256 of its manifest.
    case tag = 8
    /// number u64 -> JSON.
    case event = 9

    var name: String { "\(self)" }

    /// The most payload bytes of a `blob` record: with the 32 bytes of the envelope and the 16 of LMDB's page header
    /// they fill 256 pages of 4 KiB exactly.
    static let chunkBytes = 1_048_528

    /// A key in words, for messages.
    func describe(_ key: some Collection<UInt8>) -> String {
        let key = Array(key)
        func number(_ range: Range<Int>) -> String {
            range.upperBound <= key.count ? "\(UInt64(bigEndian: key[range]))" : "?"
        }
        func text(_ bytes: ArraySlice<UInt8>) -> String {
            bytes.map { Unicode.Scalar($0).escaped(asASCII: true) }.joined()
        }
        switch self {
        case .meta, .tag: return text(key[...])
        case .ckpt, .event: return number(0..<8)
        case .blob: return hex(key.prefix(32)) + "/" + number(32..<36)
        case .score: return number(0..<4) + "/" + text(key.dropFirst(4))
        case .round: return number(0..<4)
        case .metric: return number(0..<2) + "/" + number(2..<10)
        case .attempt: return text(key.dropLast(9)) + "/" + number(max(0, key.count - 8)..<max(8, key.count))
        }
    }
}

// Keys are big-endian, so that LMDB's order of bytes is the order of numbers.

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}

extension UInt64 {
    init(bigEndian bytes: some Sequence<UInt8>) { self = bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}

func sequenceKey(_ seq: Int) -> [UInt8] { UInt64(seq).bigEndianBytes }
func roundKey(_ round: Int) -> [UInt8] { UInt32(round).bigEndianBytes }
func chunkKey(_ digest: Digest, _ chunk: Int) -> [UInt8] { digest.bytes + UInt32(chunk).bigEndianBytes }
func metricKey(_ series: UInt16, _ step: Int) -> [UInt8] { series.bigEndianBytes + UInt64(step).bigEndianBytes }
