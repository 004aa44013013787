extension Dataset {
    /// The hashes of the training set and the test set, with a space between; roles and normalisation are outside.
    package func contentHash() -> String { training.contentHash() + " " + test.contentHash() }
}

extension ImageSet {
    /// A hash of shape, classes, labels and pixels, not of the name: equal for sets that train the same.
    ///
    /// 128 bits in hexadecimal: FNV-1a with 64 bits from two starting values. It finds changed files; it does not
    /// resist an opponent. Cost: one pass over the bytes.
    package func contentHash() -> String {
        let header = Array("\(count) \(channels) \(height) \(width) \(classes)\n".utf8)
        var low: UInt64 = 0xcbf2_9ce4_8422_2325
        var high: UInt64 = 0x9e37_79b9_7f4a_7c15
        for part in [header, labels, pixels] {
            part.withUnsafeBufferPointer { bytes in
                for byte in bytes {
                    low = (low ^ UInt64(byte)) &* 0x100_0000_01b3
                    high = (high ^ UInt64(byte)) &* 0x100_0000_01b3
                }
            }
        }
        return [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
