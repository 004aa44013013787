/// The generator of Fixtures/make_metrics.py, so that tables need not be stored.
struct PortableStream {
    private var state: UInt64

    init(_ seed: Int) {
        state = (UInt64(seed) &* 2_654_435_761 &+ 12_345) % (1 << 31)
        for _ in 0..<4 { _ = next() }
    }

    mutating func next() -> UInt64 {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31)
        return state
    }

    mutating func below(_ n: Int) -> Int { Int(((next() >> 8) * UInt64(n)) >> 23) }

    static let kinds = [
        "normal", "ties", "binary", "constant", "reversed", "huge", "tiny", "shifted", "one out", "negative",
    ]

    mutating func values(_ kind: String, _ n: Int) -> [Double] {
        let raw = (0..<n).map { _ in below(1 << 20) - (1 << 19) }
        func modulo(_ r: Int, _ m: Int) -> Double { Double((r % m + m) % m) }
        switch kind {
        case "ties": return raw.map { modulo($0, 5) }
        case "binary": return raw.map { modulo($0, 2) }
        case "constant": return raw.map { _ in Double(raw[0]) }
        case "reversed": return raw.indices.map { -Double($0) }
        case "huge": return raw.map { Double($0) * 0x1p1000 }
        case "tiny": return raw.map { Double($0) * 0x1p-1060 }
        case "shifted": return raw.map { 0x1p40 + modulo($0, 64) }
        case "one out": return raw.indices.map { Double($0) == modulo(raw[0], n) ? 1 : 0 }
        case "negative": return raw.map { -modulo($0, 100) / 64 }
        default: return raw.map { Double($0) / 1_024 }
        }
    }
}
