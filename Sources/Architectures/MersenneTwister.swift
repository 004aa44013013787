/// MT19937 as Python's `random.Random(seed)` sets it up, for orders that a benchmark published as a shuffle.
///
/// Not a source of randomness for the search; that is ``RandomStream``. Source: Matsumoto and Nishimura, "Mersenne
/// Twister", 1998 (`init_by_array` with the one word of the seed).
struct MersenneTwister {
    private var state = [UInt32](repeating: 0, count: 624)
    private var next = 624

    /// The 624 words as a seeding leaves them.
    init(state: [UInt32]) { self.state = state }

    init(seed: UInt32) {
        state[0] = 19_650_218
        for i in 1..<624 { state[i] = 1_812_433_253 &* (state[i - 1] ^ (state[i - 1] >> 30)) &+ UInt32(i) }
        // Two passes of init_by_array, indices 1 ... 623 in turn, with a key of one word.
        var i = 1
        for step in 0..<(624 + 623) {
            let before = state[i - 1] ^ (state[i - 1] >> 30)
            if step < 624 {
                state[i] = (state[i] ^ (before &* 1_664_525)) &+ seed
            } else {
                state[i] = (state[i] ^ (before &* 1_566_083_941)) &- UInt32(i)
            }
            i += 1
            if i == 624 {
                state[0] = state[623]
                i = 1
            }
        }
        state[0] = 0x8000_0000
    }

    mutating func word() -> UInt32 {
        if next == 624 {
            for i in 0..<624 {
                let y = (state[i] & 0x8000_0000) | (state[(i + 1) % 624] & 0x7FFF_FFFF)
                state[i] = state[(i + 397) % 624] ^ (y >> 1) ^ (y & 1 == 0 ? 0 : 0x9908_B0DF)
            }
            next = 0
        }
        var y = state[next]
        next += 1
        y ^= y >> 11
        y ^= (y << 7) & 0x9D2C_5680
        y ^= (y << 15) & 0xEFC6_0000
        return y ^ (y >> 18)
    }

    /// Uniform in 0 ..< bound by rejection of the high bits of words; bound in 1 ..< 2^32.
    mutating func below(_ bound: Int) -> Int {
        let bits = Int.bitWidth - bound.leadingZeroBitCount
        var value = bound
        while value >= bound { value = Int(word() >> UInt32(32 - bits)) }
        return value
    }

    /// Python's `random.shuffle`.
    mutating func shuffle<T>(_ items: inout [T]) {
        for i in stride(from: items.count - 1, to: 0, by: -1) { items.swapAt(i, below(i + 1)) }
    }
}
