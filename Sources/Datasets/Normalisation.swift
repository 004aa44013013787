/// (value / 255 - mean) / std by channel.
package struct Normalisation: Sendable, Hashable, Codable {
    /// By channel, of values 0...1.
    package let mean: [Double]
    package let std: [Double]

    package init(mean: [Double], std: [Double]) {
        self.mean = mean
        self.std = std
    }

    package static let cifar10 = Normalisation(
        mean: [0.49139968, 0.48215827, 0.44653124], std: [0.24703233, 0.24348505, 0.26158768])
    package static let cifar100 = Normalisation(
        mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762])

    /// The mean and population deviation of each channel over the images `range` of a set.
    ///
    /// Sums are exact integers, so the result does not depend on order. A channel of one value has std 1. The range is
    /// not empty. Cost: one pass over the bytes.
    package init(of set: ImageSet, range: Range<Int>) {
        let plane = set.height * set.width
        let values = UInt128(range.count * plane)
        var mean: [Double] = []
        var std: [Double] = []
        set.pixels.withUnsafeBufferPointer { pixels in
            for channel in 0..<set.channels {
                var sum: UInt64 = 0
                var squares: UInt64 = 0
                for image in range {
                    let start = image * set.imageBytes + channel * plane
                    for byte in pixels[start..<start + plane] {
                        sum += UInt64(byte)
                        squares += UInt64(byte) * UInt64(byte)
                    }
                }
                // n * squares - sum^2 = n^2 * variance, exact.
                let spread = values * UInt128(squares) - UInt128(sum) * UInt128(sum)
                mean.append(Double(sum) / (Double(values) * 255))
                std.append(spread == 0 ? 1 : Double(spread).squareRoot() / (Double(values) * 255))
            }
        }
        self.init(mean: mean, std: std)
    }

    /// scale[c] and shift[c] with normalised = byte * scale + shift.
    package var scaleAndShift: (scale: [Float], shift: [Float]) {
        (std.map { Float(1 / (255 * $0)) }, zip(mean, std).map { Float(-$0 / $1) })
    }
}
