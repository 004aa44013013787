/// What a random draw is for. Draws of different purposes never share a stream, so adding one leaves all others alone.
package enum Purpose: UInt8, Sendable, CaseIterable {
    case initialisation = 1
    case order = 2
    case data = 3
    case augment = 4
    case policy = 5
    case regroup = 6
    case synthetic = 7
    case sample = 8
    case bootstrap = 9
    case test = 255
}

/// The seeds of a run: one for all purposes, or one each for the four a user may want to vary alone.
package struct Seeds: Hashable, Sendable, Codable {
    package var initialisation: UInt64
    package var order: UInt64
    package var data: UInt64
    package var augment: UInt64

    package init(initialisation: UInt64, order: UInt64, data: UInt64, augment: UInt64) {
        self.initialisation = initialisation
        self.order = order
        self.data = data
        self.augment = augment
    }

    package init(_ seed: UInt64) {
        self.init(initialisation: seed, order: seed, data: seed, augment: seed)
    }

    /// The seed of a purpose; purposes without one of their own follow `order`.
    package subscript(_ purpose: Purpose) -> UInt64 {
        switch purpose {
        case .initialisation: initialisation
        case .data: data
        case .augment: augment
        default: order
        }
    }
}

/// A stream of random words that is a pure function of (seed, purpose, round, step, lane).
///
/// Nothing random has state that outlives the function that draws: a resumed run makes the same key and gets the same
/// words. The words are Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011) with
/// key = seed and counter = (block, lane, step, purpose << 24 | round), so distinct keys never share a block.
///
/// - Cost: ten rounds of two 32-bit multiplications for four words.
package struct RandomStream: RandomNumberGenerator, Sendable {
    private var counter: SIMD4<UInt32>
    private let key: SIMD2<UInt32>
    private var words = SIMD4<UInt32>()
    private var next32 = 4

    /// - Parameters: `round` < 2^24, `step` and `lane` < 2^32.
    package init(seed: UInt64, purpose: Purpose, round: Int = 0, step: Int = 0, lane: Int = 0) {
        require(
            0..<(1 << 24) ~= round && 0..<(1 << 32) ~= step && 0..<(1 << 32) ~= lane,
            "random key out of range: round \(round), step \(step), lane \(lane)")
        key = [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)]
        counter = [0, UInt32(lane), UInt32(step), UInt32(purpose.rawValue) << 24 | UInt32(round)]
    }

    package mutating func word() -> UInt32 {
        if next32 == 4 {
            words = philox4x32(counter, key: key)
            counter[0] &+= 1
            next32 = 0
        }
        defer { next32 += 1 }
        return words[next32]
    }

    package mutating func next() -> UInt64 {
        let low = UInt64(word())
        return low | UInt64(word()) << 32
    }

    /// Uniform in [0, 1), 24 bits.
    package mutating func unit() -> Float { Float(word() >> 8) * 0x1p-24 }

    /// Uniform in [0, 1), 53 bits.
    package mutating func unitDouble() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in 0 ..< bound (Lemire's multiplication with rejection); bound > 0.
    package mutating func below(_ bound: Int) -> Int {
        require(bound > 0, "random bound \(bound), expected > 0")
        return Int(next(upperBound: UInt64(bound)))
    }

    /// The permutation of 0 ..< count that Fisher-Yates makes of this stream.
    package mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        var last = count - 1
        while last > 0 {
            order.swapAt(last, below(last + 1))
            last -= 1
        }
        return order
    }
}

/// Philox4x32-10: four words from a 128-bit counter and a 64-bit key.
package func philox4x32(_ counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var c = counter
    var k = key
    for _ in 0..<10 {
        let a = UInt64(c[0]) * 0xD251_1F53
        let b = UInt64(c[2]) * 0xCD9E_8D57
        c = [
            UInt32(b >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: b),
            UInt32(a >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: a),
        ]
        k = [k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85]
    }
    return c
}
