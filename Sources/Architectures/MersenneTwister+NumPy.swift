/// What `numpy.random.RandomState` makes of the same generator.
extension MersenneTwister {
    /// `RandomState(seed)` of one whole number: Knuth's recurrence (`init_genrand`), not `init_by_array`.
    init(numpySeed seed: UInt32) {
        var words = [UInt32](repeating: seed, count: 624)
        for i in 1..<624 { words[i] = 1_812_433_253 &* (words[i - 1] ^ (words[i - 1] >> 30)) &+ UInt32(i) }
        self.init(state: words)
    }

    /// `RandomState.shuffle`: from the last item down, each exchanged with one of those up to it, drawn by rejection of
    /// the low bits of words. At most 2^32 items.
    mutating func numpyShuffle<T>(_ items: inout [T]) {
        for i in stride(from: items.count - 1, to: 0, by: -1) {
            let mask = UInt32.max >> UInt32(UInt32(i).leadingZeroBitCount)
            var value = word() & mask
            while value > i { value = word() & mask }
            items.swapAt(i, Int(value))
        }
    }
}
